// What is known of single assets: asked for when one stands still on it, and kept for a while.
import { settled } from "./dom.js";

const STANDS_STILL_AFTER = 60; // milliseconds: a held arrow key passes many by
const MOST_KEPT = 200;

export class Facts {
  #line;
  #onCame;
  #known = new Map(); // id -> facts, as they were told last
  #stale = new Set(); // ids to ask about again
  #trouble = new Map(); // id -> sentence
  #wanted = null;
  #round = 0; // one up when what is on its way tells of the time before
  #ask = settled(STANDS_STILL_AFTER, () => this.#asked());

  /** @param {{ask: Function}} line @param {() => void} onCame */
  constructor(line, onCame) {
    this.#line = line;
    this.#onCame = onCame;
  }

  /** @returns {object|null} what is known now; the rest is asked for */
  of(id) {
    const known = this.#known.get(id) ?? null;
    if ((!known || this.#stale.has(id)) && this.#wanted !== id && !this.#trouble.has(id)) {
      this.#wanted = id;
      this.#ask();
    }
    return known;
  }

  /** Show a change at once, as it will be told. @param {(facts: object) => object} change */
  amend(id, change) {
    const known = this.#known.get(id);
    if (known) this.#known.set(id, { ...known, ...change(known) });
  }

  /** The sentence that came in place of facts. */
  trouble(id) {
    return this.#trouble.get(id) ?? "";
  }

  /** The catalog has changed: what is known is shown until it is told again. */
  doubt() {
    this.#stale = new Set(this.#known.keys());
    this.#trouble.clear();
    this.#wanted = null;
    this.#round += 1;
  }

  close() {
    this.#ask.stop();
    this.#round += 1;
  }

  async #asked() {
    const [id, round] = [this.#wanted, this.#round];
    if (id === null) return; // the catalog has changed: whoever draws asks again
    try {
      const { header } = await this.#line.ask("facts", { id });
      if (round !== this.#round) return;
      this.#stale.delete(id);
      this.#known.delete(id);
      this.#known.set(id, header);
      for (const oldest of [...this.#known.keys()].slice(0, -MOST_KEPT)) this.#known.delete(oldest);
    } catch (error) {
      if (round !== this.#round) return;
      this.#trouble.set(id, error.message);
    }
    if (this.#wanted === id) this.#wanted = null;
    this.#onCame();
  }
}
