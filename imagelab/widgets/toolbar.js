// The switches of the view: facets, order, grid or table, stacks, and going on after a rating.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { sortOf } from "./sorting.js";

const ORDERS = [
  ["", "newest"],
  ["date", "oldest"],
  ["-rating", "best rated"],
  ["-cost", "dearest"],
  ["cost", "cheapest"],
];

export class Toolbar {
  #order;
  #layouts;
  /** Beside the search box, on its left and right, and over the grid. */
  facets;
  right;
  over;
  #stacks;
  #advance;

  /**
   * @param {{onFacets: () => void, onSort: (order: string) => void, onLayout: (layout: string) => void,
   *   onStacks: () => void, onAdvance: () => void, onKeys: () => void}} given
   */
  constructor({ onFacets, onSort, onLayout, onStacks, onAdvance, onKeys }) {
    this.facets = toggle("filter", "facets and saved searches", onFacets);
    const options = ORDERS.map(([value, label]) => h("option", { value }, label));
    const own = h("option", { value: "own", hidden: true }, "as sorted");
    this.#order = h("select", { class: "il-order-choice", "aria-label": "order", title: "order", on: { change: () => onSort(this.#order.value) } }, ...options, own);
    this.#layouts = { grid: layout("grid", "Grid", onLayout), table: layout("table", "Table", onLayout) };
    const switches = h("span", { class: "il-switch", role: "group", "aria-label": "layout" }, ...Object.values(this.#layouts));
    const keys = toggle("keys", "keys (?)", onKeys);
    keys.removeAttribute("aria-pressed");
    keys.classList.add("il-help");
    keys.setAttribute("aria-label", "keys");
    this.right = [this.#order, switches, keys];
    this.#stacks = toggle("stack", "stack re-rolls of the same words: one tile with a count", onStacks);
    this.#advance = toggle("advance", "go on to the next after a rating (or with Caps Lock)", onAdvance);
    this.over = [this.#stacks, this.#advance];
  }

  /** @param {{query: string, layout: string, stacks: boolean, advance: boolean, facets: boolean}} seen */
  show({ query, layout, stacks, advance, facets }) {
    for (const [name, button] of Object.entries(this.#layouts)) button.setAttribute("aria-pressed", String(name === layout));
    this.#stacks.setAttribute("aria-pressed", String(stacks));
    this.#advance.setAttribute("aria-pressed", String(advance));
    this.facets.setAttribute("aria-pressed", String(facets));
    const now = sortOf(query);
    const order = now ? `${now.falls ? "-" : ""}${now.key}` : "";
    const value = ORDERS.some(([one]) => one === order) ? order : order === "-date" ? "" : "own";
    if (this.#order.value !== value) this.#order.value = value;
  }
}

function toggle(sign, title, press) {
  const told = { class: "il-button il-plain il-toggle", type: "button", "aria-label": title, title, "aria-pressed": "false" };
  return h("button", { ...told, on: { click: press } }, icon(sign));
}

function layout(name, label, onLayout) {
  const told = { class: "il-button", type: "button", "aria-label": label, title: label, "aria-pressed": "false" };
  return h("button", { ...told, on: { click: () => onLayout(name) } }, icon(name, { size: 14 }), h("span", {}, label));
}
