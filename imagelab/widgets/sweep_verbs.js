// What is said of a sweep's cells: stars and rejections of the images that are meant, and taking back.

export class Verbs {
  #given;

  /**
   * @param {{cells: import("./sweep_cells.js").Cells, marks: import("./marks.js").Marks,
   *   act: (name: string, given: object) => Promise<any>, meant: () => number[], looksAt: () => number|undefined|null,
   *   tried: (work: () => Promise<void>) => Promise<void>, onDone: (said: string) => void}} given
   *   `looksAt` is the image in full size, null where none is; then the cells that are `meant` are
   */
  constructor(given) {
    this.#given = given;
  }

  rate(stars) {
    return this.#given.tried(async () => {
      const ids = await this.#ids();
      if (ids.length) await this.#given.marks.rate(ids, stars);
    });
  }

  /** All of them, and back where all of them are. */
  reject() {
    const { cells, marks, meant, tried } = this.#given;
    return tried(async () => {
      const ids = await this.#ids();
      const tiles = cells.tiles(meant()).filter(({ id }) => ids.includes(id));
      if (ids.length) await marks.reject(ids, tiles.some((tile) => !marks.of(tile).rejected));
    });
  }

  /** "undo" or "stop", which are about no cell. */
  carryOut(name) {
    const { act, tried, onDone } = this.#given;
    return tried(async () => onDone((await act(name, {})).said ?? ""));
  }

  async #ids() {
    const looked = this.#given.looksAt();
    if (looked === null) return this.#given.cells.ids(this.#given.meant());
    return looked ? [looked] : [];
  }
}
