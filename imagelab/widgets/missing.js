// Small pictures that did not come with their page, or were let go: asked for when they are needed.

const MOST_ASKED = 120; // of the catalog, at a time
const AGAIN_AFTER = 3000; // milliseconds, when a question could not be answered

export class Missing {
  #line;
  #pictures;
  #told;
  #wanted = new Set(); // hashes on their way

  /**
   * @param {{ask: Function}} line @param {import("./pictures.js").Pictures} pictures
   * @param {{onNews: () => void, onTrouble: (error: Error) => void}} told
   */
  constructor(line, pictures, told) {
    [this.#line, this.#pictures, this.#told] = [line, pictures, told];
  }

  clear() {
    this.#wanted.clear();
  }

  /** @param {(import("./positions.js").Tile|undefined)[]} tiles @param {AbortController} going the search they are of */
  async ask(tiles, going) {
    const missing = tiles.filter((tile) => this.#lacks(tile)).slice(0, MOST_ASKED);
    if (!missing.length) return;
    const hashes = new Map(missing.map((tile) => [tile.id, tile.sha]));
    for (const sha of hashes.values()) this.#wanted.add(sha);
    try {
      const parcel = await this.#line.ask("pictures", { ids: [...hashes.keys()] }, going.signal);
      const came = parcel.header.pictures.map((one) => ({ sha: hashes.get(one.id), ...one }));
      this.#pictures.take(parcel, came);
      this.#pictures.without(hashes.values());
      this.#arrived(going, hashes);
    } catch (error) {
      if (going.signal.aborted) return;
      this.#told.onTrouble(error);
      setTimeout(() => this.#arrived(going, hashes), AGAIN_AFTER);
    }
  }

  #arrived(going, hashes) {
    if (going.signal.aborted) return;
    for (const sha of hashes.values()) this.#wanted.delete(sha);
    this.#told.onNews();
  }

  #lacks(tile) {
    return tile && !tile.damaged && !tile.emptied && !this.#wanted.has(tile.sha) && this.#pictures.address(tile.sha) === undefined;
  }
}
