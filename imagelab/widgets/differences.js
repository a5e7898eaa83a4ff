// What differs between two requests, as elements: the prompt word by word, the parameters by name.
import { h } from "./dom.js";
import { plain } from "./words.js";

const TAGS = { gone: "del", new: "ins", same: "span" };

/** @param {[string, string][]} pieces each with whether it stayed @returns {HTMLElement} */
export function promptElement(pieces) {
  return h("p", { class: "il-differing", dir: "auto" }, ...pieces.map(([kind, text]) => h(TAGS[kind], {}, plain(text))));
}

/** @param {[string, string, string, boolean][]} params name, before, after, whether they are the same; null where there is nothing to hold it against */
export function paramsElement(params) {
  const rows = params.map(([name, before, after, same]) => h("tr", { class: same ? "il-same" : "" }, h("th", { scope: "row" }, plain(name)), h("td", {}, ...values(before, after, same))));
  return h("table", { class: "il-params" }, h("tbody", {}, ...rows));
}

function values(before, after, same) {
  if (same === null) return [h("bdi", {}, said(after))];
  if (same) return [h("bdi", {}, said(after)), " ", h("span", { class: "il-quiet" }, "same")];
  return [h("del", {}, said(before)), " ", h("ins", {}, said(after))];
}

const said = (value) => plain(value) || "left to the vendor";
