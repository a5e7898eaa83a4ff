// What only the kernel that carries a job knows: how far its vendor says it is, and the rough
// pictures that came ahead. Asked for while something is under way, one question at a time.
import { pictureAddress } from "./parcel.js";

const EVERY = 1000; // milliseconds, where rough pictures are awaited
const SELDOM = 3000; // where at most a share of the whole is told

export class Underway {
  #ask;
  #onNews;
  #told = new Map(); // id -> {fraction, address}
  #asking = false;
  #askedAt = 0;

  /** @param {(name: string, asked: object) => Promise<any>} ask of the kernel @param {() => void} onNews */
  constructor(ask, onNews) {
    [this.#ask, this.#onNews] = [ask, onNews];
  }

  /** @returns {{fraction: number|null, address: string}} */
  of(id) {
    return this.#told.get(id) ?? { fraction: null, address: "" };
  }

  /** @param {{id: number, rough: boolean}[]} open what is under way */
  async look(open) {
    const every = open.some(({ rough }) => rough) ? EVERY : SELDOM;
    this.#forget(open.map(({ id }) => id));
    if (!open.length || this.#asking || performance.now() - this.#askedAt < every) return;
    this.#asking = true;
    this.#askedAt = performance.now();
    try {
      this.#take(await this.#ask("underway", { ids: open.map(({ id }) => id) }));
      this.#onNews();
    } catch {
      // it is only to look at; the next second asks again
    } finally {
      this.#asking = false;
    }
  }

  #take(parcel) {
    for (const { id, fraction, picture } of parcel.header.jobs) {
      this.#letGo(id);
      this.#told.set(id, { fraction, address: picture ? pictureAddress(parcel, picture.type, picture.at, picture.size) : "" });
    }
  }

  #forget(open) {
    for (const id of [...this.#told.keys()]) if (!open.includes(id)) this.#letGo(id);
  }

  #letGo(id) {
    URL.revokeObjectURL(this.#told.get(id)?.address ?? "");
    this.#told.delete(id);
  }

  close() {
    this.#forget([]);
  }
}
