// What is under way in a catalog, and what today has cost: for a sidebar, oldest first.
import { OPEN } from "./card.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { grouped, plain } from "./words.js";

const SHOWN = 4; // lines; of the rest the number

export class Standing {
  element = h("div", { class: "il-queue" });
  #ask;
  #told = null;
  #at = 0; // when it was told
  #turn = 0;
  #timer;

  /** @param {(name: string, asked: object) => Promise<any>} ask */
  constructor(ask) {
    this.#ask = ask;
    this.#timer = setInterval(() => this.#told?.cards.length && this.#draw(), 1000);
  }

  /** Ask how things stand; until there is an answer, what was known stays. */
  async look() {
    const turn = (this.#turn += 1);
    try {
      const { header } = await this.#ask("standing", {});
      if (turn !== this.#turn) return;
      [this.#told, this.#at] = [header, performance.now()];
      this.#draw();
    } catch {
      // the grid says what is wrong, and the next change asks again
    }
  }

  close() {
    this.#turn += 1;
    clearInterval(this.#timer);
  }

  #draw() {
    const { cards, running, queued, unknown, today } = this.#told;
    const tally = [running && `${grouped(running)} running`, queued && `${grouped(queued)} waiting`, unknown && `${grouped(unknown)} unknown`];
    const words = tally.filter(Boolean).join(" · ") || "nothing runs";
    const spent = h("span", { class: "il-queue-spent", title: "what was spent today, rejected images included" }, `${plain(today)} today`);
    const head = h("div", { class: "il-queue-head" }, h("span", { class: "il-queue-tally", role: "status" }, words), spent);
    const more = running + queued - Math.min(cards.length, SHOWN);
    const lines = cards.slice(0, SHOWN).map((card) => this.#line(card));
    const advice = unknown > 0 && h("div", { class: "il-queue-line il-quiet" }, icon("warning", { size: 13 }), "lab.pending() says what to do");
    fill(this.element, head, ...lines, more > 0 && h("div", { class: "il-queue-line il-quiet" }, `and ${grouped(more)} more`), advice);
  }

  #line({ id, status, prompt, n, arrived, price, elapsed }) {
    const seconds = Math.floor((elapsed ?? 0) + (performance.now() - this.#at) / 1000);
    const state = status === OPEN[0] ? "waits" : n > 1 ? `${arrived} of ${n}` : "runs";
    const words = h("span", { class: "il-queue-words", dir: "auto" }, plain(prompt));
    const told = h("span", { class: "il-queue-told" }, `${state} · ${seconds} s`);
    return h("div", { class: "il-queue-line", title: `g${id} · ${plain(price)} · ${plain(prompt)}` }, icon("clock", { size: 13 }), words, told);
  }
}
