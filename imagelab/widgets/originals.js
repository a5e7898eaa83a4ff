// Originals: the last few that were looked at in full, each asked for once.
import { pictureAddress } from "./parcel.js";

const MOST_KEPT = 6; // each is a megabyte or several

export class Originals {
  #line;
  #kept = new Map(); // id -> promise of its address, the longest unused first
  #closed = false;

  /** @param {{ask: Function}} line */
  constructor(line) {
    this.#line = line;
  }

  /** @returns {Promise<string>} where the bytes of an asset are; "" when no browser can show them */
  address(id) {
    if (this.#closed) return Promise.resolve("");
    const found = this.#kept.get(id) ?? this.#asked(id);
    this.#kept.delete(id);
    this.#kept.set(id, found);
    for (const oldest of [...this.#kept.keys()].slice(0, -MOST_KEPT)) this.#letGo(oldest);
    return found;
  }

  close() {
    this.#closed = true;
    for (const id of [...this.#kept.keys()]) this.#letGo(id);
  }

  #asked(id) {
    const coming = this.#line.ask("original", { id }).then((parcel) => {
      if (this.#closed) return "";
      return pictureAddress(parcel, parcel.header.type, 0, parcel.bytes.length);
    });
    coming.catch(() => this.#kept.delete(id)); // the next look asks again
    return coming;
  }

  #letGo(id) {
    this.#kept.get(id)?.then((address) => address && URL.revokeObjectURL(address), () => {});
    this.#kept.delete(id);
  }
}
