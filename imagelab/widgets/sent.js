// What was asked for from this view and is under way: a line each, until somebody has seen it through.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { clipped, plain } from "./words.js";

const OPEN = new Set(["queued", "running"]);
const FEW = 4; // lines; the oldest go

export class Sent {
  element = h("div", { class: "il-sent", role: "status" });
  #ask;
  #onGo;
  #ids = [];
  #cards = new Map();
  #turn = 0;

  /** @param {Function} ask @param {(id: number) => void} onGo */
  constructor(ask, onGo) {
    [this.#ask, this.#onGo] = [ask, onGo];
    this.#draw();
  }

  /** Follow a generation. */
  follow(number) {
    this.#ids = [...this.#ids.filter((one) => one !== number), number].slice(-FEW);
    this.#draw();
    this.look();
  }

  /** Look how those stand that are not settled. */
  async look() {
    const ids = this.#ids.filter((number) => !this.#cards.has(number) || OPEN.has(this.#cards.get(number).status));
    if (!ids.length) return;
    const turn = (this.#turn += 1);
    try {
      const { header } = await this.#ask("generations", { ids });
      if (turn !== this.#turn) return;
      for (const card of header.cards) this.#cards.set(card.id, card);
      this.#draw();
    } catch {
      // the next change asks again
    }
  }

  close() {
    this.#turn += 1;
  }

  #draw() {
    fill(this.element, ...this.#ids.map((number) => this.#one(number, this.#cards.get(number))));
    this.element.hidden = !this.#ids.length;
  }

  #one(number, card) {
    const isOpen = !card || OPEN.has(card.status);
    const gone = () => {
      this.#ids = this.#ids.filter((one) => one !== number);
      this.#cards.delete(number);
      this.#draw();
    };
    const close = h("button", { class: "il-term-off", type: "button", "aria-label": `put g${number} away`, title: "put away", on: { click: gone } }, icon("close", { size: 11 }));
    const sign = isOpen ? "clock" : card.assets.length ? "check" : "warning";
    return h("div", { class: "il-sent-one" }, icon(sign, { size: 14 }), h("span", { class: "il-sent-words" }, ...this.#words(number, card)), close);
  }

  #words(number, card) {
    if (!card) return [`g${number}: sent`];
    if (card.status === "queued") return [`g${number}: waits its turn`];
    if (card.status === "running") return [`g${number}: under way · `, plain(card.offer)];
    const links = card.assets.flatMap(({ id }) => [" ", h("button", { class: "il-link", type: "button", on: { click: () => this.#onGo(id) } }, `#${id}`)]);
    const error = card.error ? [` · ${clipped(card.error, 400)}`] : [];
    return [`g${number}: ${card.status === "succeeded" ? "done" : card.status}`, ...links, ` · ${plain(card.price)}`, ...error];
  }
}
