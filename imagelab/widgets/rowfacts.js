// What the columns of a table say: asked for what is in view, and kept for a while.

const MOST_ASKED = 120; // of the catalog, at a time
const MOST_KEPT = 3000;
const AGAIN_AFTER = 3000; // milliseconds, when a question could not be answered

export class RowFacts {
  #line;
  #told;
  #known = new Map(); // id -> row, the oldest first
  #stale = new Set();
  #open = new Set(); // ids on their way
  #round = 0;
  #closed = false;

  /** @param {{ask: Function}} line @param {{onCame: () => void, onTrouble: (error: Error) => void}} told */
  constructor(line, told) {
    [this.#line, this.#told] = [line, told];
  }

  /** @returns {object|undefined} what is known now */
  of(id) {
    return this.#known.get(id);
  }

  /** Ask for those of some assets that are not known, or may have changed. */
  need(ids) {
    const missing = ids.filter((id) => !this.#open.has(id) && (this.#stale.has(id) || !this.#known.has(id)));
    if (missing.length && !this.#closed) this.#ask(missing.slice(0, MOST_ASKED));
  }

  /** The catalog has changed: what is known is shown until it is told again. */
  doubt() {
    this.#stale = new Set(this.#known.keys());
    this.#open.clear();
    this.#round += 1;
  }

  close() {
    this.#closed = true;
    this.#round += 1;
  }

  async #ask(ids) {
    const round = this.#round;
    for (const id of ids) this.#open.add(id);
    try {
      const { header } = await this.#line.ask("rows", { ids });
      if (round !== this.#round) return;
      this.#keep(ids, header.rows);
    } catch (error) {
      if (round !== this.#round) return;
      this.#told.onTrouble(error);
      await new Promise((done) => setTimeout(done, AGAIN_AFTER));
      if (round !== this.#round) return;
    }
    for (const id of ids) this.#open.delete(id);
    this.#told.onCame();
  }

  #keep(ids, rows) {
    for (const id of ids) this.#stale.delete(id);
    for (const row of rows) {
      this.#known.delete(row.id);
      this.#known.set(row.id, row);
    }
    for (const oldest of [...this.#known.keys()].slice(0, -MOST_KEPT)) this.#known.delete(oldest);
  }
}
