// What was asked of a provider, and what it says it used.
import { h } from "./dom.js";
import { clipped } from "./words.js";

const MOST = 400; // characters of one setting
const OWN_ROWS = new Set(["quality", "size", "n"]); // said elsewhere, or in rows of their own

/** @returns {(Node|string)[]} the settings beside quality and size; what was used as asked is quiet */
export function settings({ asked, used }) {
  const names = [...new Set([...Object.keys(asked), ...Object.keys(used)])];
  const said = names.filter((name) => !OWN_ROWS.has(name)).map((name) => setting(name, asked[name], used[name])).filter(Boolean);
  return said.flatMap((one, index) => (index ? [" · ", one] : [one]));
}

/** What was asked for one setting, where the provider used something else; "" where not. */
export function askedOtherwise({ asked, used }, name, shown) {
  const wanted = asked[name];
  if (wanted === undefined || wanted === null || same(wanted, used[name] ?? shown)) return "";
  return `asked: ${worded(wanted)}`;
}

function setting(name, asked, used) {
  const [wanted, given] = [asked ?? null, used ?? null];
  if (wanted === null && given === null) return null;
  if (wanted === null) return h("bdi", { title: "the provider chose it" }, clipped(`${name} ${worded(given)}`, MOST));
  if (given === null || same(wanted, given)) return h("bdi", { class: "il-quiet" }, clipped(`${name} ${worded(wanted)}`, MOST));
  return h("bdi", { class: "il-differs", title: "asked → used" }, clipped(`${name} ${worded(wanted)} → ${worded(given)}`, MOST));
}

const worded = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
const same = (one, other) => worded(one) === worded(other ?? null);
