// Small pictures by the hash of their original, as many as memory can bear.
import { pictureAddress } from "./parcel.js";

const MOST_BYTES = 48_000_000; // about 2,000 of them
const NEVER_FEWER = 400; // two screens around what a large window shows

export class Pictures {
  #kept = new Map(); // sha -> {address, size}, the longest unused first
  #none = new Set(); // hashes of those that have no small picture yet
  #bytes = 0;
  #closed = false; // an address made now would be let go by nobody

  /** @returns {string|undefined} the picture's address; "" when there is none yet */
  address(sha) {
    const found = this.#kept.get(sha);
    if (!found) return this.#none.has(sha) ? "" : undefined;
    this.#kept.delete(sha);
    this.#kept.set(sha, found);
    return found.address;
  }

  /** Take in the pictures of a parcel. @param {{sha: string, type: string, at: number, size: number}[]} list */
  take(parcel, list) {
    if (this.#closed) return;
    for (const { sha, type, at, size } of list) {
      if (this.#kept.has(sha)) continue;
      const address = pictureAddress(parcel, type, at, size);
      if (!address) this.#none.add(sha);
      else this.#keep(sha, address, size);
    }
  }

  /** Those that were asked for and did not come. */
  without(hashes) {
    for (const sha of hashes) if (!this.#kept.has(sha)) this.#none.add(sha);
  }

  /** Some may have been made meanwhile. */
  askAgain() {
    this.#none.clear();
  }

  close() {
    this.#closed = true;
    for (const { address } of this.#kept.values()) URL.revokeObjectURL(address);
    this.#kept.clear();
  }

  #keep(sha, address, size) {
    this.#kept.set(sha, { address, size });
    this.#bytes += size;
    for (const [oldest, one] of this.#kept) {
      if (this.#bytes <= MOST_BYTES || this.#kept.size <= NEVER_FEWER) break;
      this.#kept.delete(oldest);
      this.#bytes -= one.size;
      URL.revokeObjectURL(one.address);
    }
  }
}
