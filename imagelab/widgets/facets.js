// What is found, by field and value, with counts: a press narrows the search, or widens it again.
import { fill, h, settled } from "./dom.js";
import { icon } from "./icons.js";
import { clipped, grouped } from "./words.js";

const ASKS_AFTER = 200; // milliseconds: pages come first
const AGAIN_AFTER = 5000; // milliseconds, when it could not be answered
const FIRST = 6; // values of a field, until more are wanted
const STEPS = "cost"; // its values are the steps of a histogram: in their order, all of them
const NAMES = { is: "kind", month: "month", day: "day" };

export class Facets {
  element = h("div", { class: "il-facets" });
  #ask;
  #given;
  #sought = null; // what the counts are of
  #wanted = null;
  #found = [];
  #wide = new Set(); // fields whose values are all shown
  #turn = 0;
  #going = new AbortController(); // what is asked and not wanted any more need not be counted
  #soon = settled(ASKS_AFTER, () => this.#count());

  /** @param {Function} ask @param {{onQuery: (query: string) => void, onTrouble: (error: Error) => void}} given */
  constructor(ask, given) {
    [this.#ask, this.#given] = [ask, given];
  }

  /** Counts of another search, or of the same after a change. @param {{query: string}|null} sought null while nobody looks */
  show(sought, { anew = false } = {}) {
    if (!sought) return;
    const same = JSON.stringify(sought) === JSON.stringify(this.#wanted);
    if (same && !anew) return;
    this.#wanted = sought;
    this.#begin();
    this.element.classList.toggle("il-outdated", Boolean(this.#sought) && !same);
    this.#soon();
  }

  close() {
    this.#begin();
    this.#soon.stop();
  }

  #begin() {
    this.#turn += 1;
    this.#going.abort();
    this.#going = new AbortController();
  }

  async #count() {
    const [turn, sought] = [this.#turn, this.#wanted];
    try {
      const { header } = await this.#ask("facets", sought, this.#going.signal);
      if (turn !== this.#turn) return;
      [this.#sought, this.#found] = [sought, header.facets.filter((facet) => narrows(facet, header.total))];
      this.#draw();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#given.onTrouble(error);
      setTimeout(() => turn === this.#turn && this.#count(), AGAIN_AFTER);
    }
  }

  #draw() {
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.chip : null;
    this.element.classList.remove("il-outdated");
    fill(this.element, ...this.#found.map((facet) => this.#facet(facet)));
    if (!this.#found.length) fill(this.element, h("p", { class: "il-quiet il-no-facets" }, "Nothing to narrow."));
    if (focused) [...this.element.querySelectorAll("[data-chip]")].find((one) => one.dataset.chip === focused)?.focus();
  }

  #facet({ field, values, more }) {
    const steps = field === STEPS;
    const all = steps || this.#wide.has(field);
    const most = steps ? Math.max(...values.map(({ count }) => count)) : 0;
    const shown = all ? values : values.filter(({ on }, index) => index < FIRST || on);
    const hidden = values.length - shown.length;
    const name = NAMES[field] ?? field;
    const toggle = () => {
      if (!this.#wide.delete(field)) this.#wide.add(field);
      this.#draw();
    };
    const opens = hidden || (all && !steps) ? h("button", { class: "il-link il-more", type: "button", dataset: { chip: `more ${field}` }, on: { click: toggle } }, all ? "fewer" : `${hidden} more`) : null;
    const rest = more && (all || !hidden) ? h("span", { class: "il-quiet il-more" }, `and ${grouped(more)} rarer`) : null;
    return h("section", { class: "il-facet", "aria-label": name }, h("h4", {}, name), ...shown.map((value) => this.#value(value, most)), opens, rest);
  }

  /** @param {object} value @param {number} most the count of the longest bar, 0 for none */
  #value({ label, count, chip, query, on }, most) {
    const press = () => this.#given.onQuery(query);
    const said = clipped(label, 120);
    const told = { type: "button", role: "checkbox", "aria-checked": String(on), title: clipped(chip, 400), dataset: { chip: chip.slice(0, 400) } };
    const box = h("span", { class: "il-box", "aria-hidden": "true" }, on && icon("check", { size: 10 }));
    const bar = most > 0 && h("i", { class: "il-step", "aria-hidden": "true", style: { width: `${(100 * count) / most}%` } });
    return h("button", { class: "il-value", ...told, on: { click: press } }, bar, box, h("bdi", { class: "il-value-name" }, said), h("span", { class: "il-count" }, grouped(count)));
  }
}

/** One value that everything has would leave everything as it is. */
const narrows = ({ values, more }, total) => values.length > 1 || more > 0 || values.some(({ on, count }) => on || count < total);
