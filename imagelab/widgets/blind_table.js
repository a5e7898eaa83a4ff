// The table a blind comparison ends in: wins by axis value and by dollar, each with its interval.
import { h } from "./dom.js";
import { plain } from "./words.js";

const HEADS = ["", "won–tied–lost", "share of wins", "95 % interval", "wins a dollar"];
const NOTHING = "Nothing that differs was compared: these images are alike in everything that was asked for.";

/** @param {{axis: string, value: string, score: string, share: string, interval: string, dollar: string, at: number, low: number, high: number}[]} rows */
export function blindTable(rows) {
  if (!rows.length) return h("p", { class: "il-quiet" }, NOTHING);
  const axes = [...new Set(rows.map(({ axis }) => axis))];
  const head = h("tr", {}, ...HEADS.map((name) => h("th", { scope: "col" }, name)));
  const groups = axes.map((axis) => group(axis, rows.filter((row) => row.axis === axis)));
  return h("table", {}, h("thead", {}, head), ...groups);
}

function group(axis, rows) {
  const title = h("tr", {}, h("th", { class: "il-blind-axis", colspan: HEADS.length, scope: "rowgroup" }, plain(axis)));
  return h("tbody", {}, title, ...rows.map(line));
}

function line({ value, score, share, interval, dollar, at, low, high }) {
  const cells = [h("td", {}, score), h("td", {}, bar(at, low, high), h("span", { class: "il-blind-share" }, share)), h("td", {}, interval), h("td", {}, dollar)];
  return h("tr", {}, h("th", { scope: "row", dir: "auto" }, plain(value)), ...cells);
}

/** Where the share is, and where it may be; what it says stands beside it. */
function bar(at, low, high) {
  const reach = h("span", { class: "il-blind-reach", style: { left: `${100 * low}%`, width: `${100 * (high - low)}%` } });
  const mark = h("span", { class: "il-blind-mark", style: { left: `${100 * at}%` } });
  return h("span", { class: "il-blind-bar", "aria-hidden": "true" }, reach, mark);
}
