// The terms of a search as it was understood, each with a way to take it out.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { clipped } from "./words.js";

export class Chips {
  element = h("div", { class: "il-chips", role: "group", "aria-label": "terms of the search" });
  #ask;
  #onQuery;
  #shown = "";
  #turn = 0;

  /** @param {Function} ask @param {(query: string) => void} onQuery */
  constructor(ask, onQuery) {
    [this.#ask, this.#onQuery] = [ask, onQuery];
    this.element.hidden = true;
  }

  /** What a query was understood as; one that cannot be read leaves the last. */
  async show(query) {
    if (query === this.#shown) return;
    this.#shown = query;
    const turn = (this.#turn += 1);
    try {
      const { chips, error } = query.trim() ? (await this.#ask("parse", { text: query })).header : { chips: [] };
      if (turn === this.#turn && !error) this.#draw(chips);
    } catch {
      if (turn === this.#turn) this.#draw([]); // the box still says it all
    }
  }

  close() {
    this.#turn += 1;
  }

  #draw(chips) {
    fill(this.element, ...chips.map((chip) => this.#chip(chip)));
    this.element.hidden = !chips.length;
  }

  #chip({ text, field, negated, without }) {
    const said = clipped(text, 200);
    const gone = () => {
      this.#onQuery(without);
      this.#turn += 1;
    };
    const close = h("button", { class: "il-term-off", type: "button", "aria-label": `take out ${said}`, title: `take out ${said}`, on: { click: gone } }, icon("close", { size: 11 }));
    const kind = [negated && "il-negated", field === null && "il-plain-word", field === "sort" && "il-order"].filter(Boolean);
    return h("span", { class: ["il-term", ...kind].join(" ") }, h("bdi", { title: said }, said), close);
  }
}
