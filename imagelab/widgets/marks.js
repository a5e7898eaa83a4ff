// Stars and rejections: shown at once, sent to the kernel, and taken back if it refuses.

const BUSY_AFTER = 450; // milliseconds until a reader is told that the kernel has other things to do

export class Marks {
  #act;
  #told;
  #over = new Map(); // id -> what is said of it, until the kernel has done it
  #sent = new Map(); // turn -> when
  #turns = 0;
  #closed = false;

  /**
   * @param {(name: string, given: object) => Promise<void>} act
   * @param {{onChange: () => void, onDone: (ids: number[], change: object) => void,
   *   onTrouble: (error: Error) => void}} told
   */
  constructor(act, told) {
    this.#act = act;
    this.#told = told;
  }

  /** @returns {{rating: number, rejected: boolean}} as they are to be shown */
  of(tile) {
    const said = this.#over.get(tile.id) ?? {};
    return { rating: said.rating ?? tile.rating ?? 0, rejected: said.rejected ?? tile.rejected };
  }

  rate(ids, stars) {
    return this.#change("rate", { ids, stars }, { rating: stars });
  }

  reject(ids, rejected) {
    return this.#change("reject", { ids, rejected }, { rejected });
  }

  /** How many changes wait for a kernel that is busy. */
  get waiting() {
    const now = performance.now();
    return [...this.#sent.values()].filter((since) => now - since >= BUSY_AFTER).length;
  }

  close() {
    this.#closed = true;
  }

  async #change(name, given, change) {
    const turn = (this.#turns += 1);
    for (const id of given.ids) this.#over.set(id, { ...this.#over.get(id), ...change, turn });
    this.#sent.set(turn, performance.now());
    setTimeout(() => this.#changed(), BUSY_AFTER + 10);
    this.#changed();
    try {
      await this.#act(name, given);
      if (!this.#closed) this.#told.onDone(given.ids, change);
    } catch (error) {
      if (!this.#closed) this.#told.onTrouble(error);
    }
    this.#sent.delete(turn);
    for (const id of given.ids) if (this.#over.get(id)?.turn === turn) this.#over.delete(id);
    this.#changed();
  }

  #changed() {
    if (!this.#closed) this.#told.onChange();
  }
}
