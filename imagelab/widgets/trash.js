// What is rejected and waits for deletion: a line that says so, and emptying it, which asks first.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { grouped, plain } from "./words.js";

export class Trash {
  element = h("div", { class: "il-trash" });
  #given;
  #turn = 0;
  #trash = null;
  #asks = false; // whether the question is open
  #busy = false;

  /** @param {{ask: Function, onEmpty: (count: number) => Promise<void>, onLook: () => void}} given */
  constructor(given) {
    this.#given = given;
    this.element.hidden = true;
  }

  /** Look what there is now. */
  async look() {
    const turn = (this.#turn += 1);
    try {
      const { header } = await this.#given.ask("trash", {});
      if (turn !== this.#turn) return;
      if (header.count !== this.#trash?.count) this.#asks = false; // it was about another number
      this.#trash = header;
      this.#draw();
    } catch {
      // it is told with the next change
    }
  }

  close() {
    this.#turn += 1;
  }

  #draw() {
    const { count, said } = this.#trash;
    this.element.hidden = !count;
    if (!count) return;
    fill(this.element, ...(this.#asks ? this.#question(count, said) : this.#line(count)));
  }

  #line(count) {
    const looks = h("button", { class: "il-link", type: "button", title: "show them", on: { click: this.#given.onLook } }, `${grouped(count)} rejected`);
    const opens = h("button", { class: "il-link", type: "button", on: { click: () => this.#ask(true) } }, "empty…");
    return [icon("bin", { size: 13 }), looks, opens];
  }

  #question(count, said) {
    const words = h("p", { role: "alert" }, `Delete ${plain(said)} for good? What they cost and came from is kept; the pictures are not, and undo does not bring them back.`);
    const yes = h("button", { class: "il-button il-danger", type: "button", disabled: this.#busy, on: { click: () => this.#empty(count) } }, this.#busy ? "deleting…" : `Delete ${grouped(count)}`);
    const no = h("button", { class: "il-button", type: "button", on: { click: () => this.#ask(false) } }, "Keep");
    return [words, h("div", { class: "il-actions" }, yes, no)];
  }

  #ask(asks) {
    this.#asks = asks;
    this.#draw();
    this.element.querySelector(asks ? ".il-actions .il-button:last-child" : ".il-link:last-child")?.focus();
  }

  async #empty(count) {
    this.#busy = true;
    this.#draw();
    await this.#given.onEmpty(count);
    [this.#busy, this.#asks] = [false, false];
    this.look();
  }
}
