// A sweep in full size: from the images of one cell to those of the next that has any.
import { Viewer } from "./viewer.js";

const STEPS = { left: [0, -1], right: [0, 1], up: [-1, 0], down: [1, 0] };

export class Larger {
  #given;
  #viewer;
  #image = 0; // which of a cell's images is shown

  /**
   * @param {{at: () => {row: number, column: number}, images: (at: {row: number, column: number}) => any[]|null,
   *   onMove: (at: {row: number, column: number}) => void, onStep: () => void, original: (id: number) => Promise<string>,
   *   onRate: (stars: number) => void, onUnveil: (id: number) => void, onClose: () => void}} given
   *   `images` gives null where there is no cell
   */
  constructor(given) {
    this.#given = given;
    const { original, onRate, onUnveil, onClose } = given;
    this.#viewer = new Viewer({ original, onRate, onUnveil, onClose, onMove: (to) => this.step(to) });
  }

  get element() {
    return this.#viewer.element;
  }

  get isOpen() {
    return this.#viewer.isOpen;
  }

  /** The asset that is looked at. */
  get id() {
    return this.#seen()?.tile.id;
  }

  takes(command) {
    return this.#viewer.takes(command);
  }

  open(how) {
    const seen = this.#seen();
    if (seen?.veiled) this.#given.onUnveil(seen.tile.id);
    else if (seen) this.#viewer.open(seen, how);
  }

  paint() {
    if (this.isOpen) this.#viewer.show(this.#seen());
  }

  /** Another cell: its first image. */
  restart() {
    this.#image = 0;
  }

  step(to) {
    const by = { left: -1, right: 1 }[to] ?? 0;
    const images = this.#given.images(this.#given.at()) ?? [];
    if (by && images[this.#image + by]) this.#image += by;
    else this.#toAnotherCell(to);
    this.#given.onStep();
  }

  remove() {
    this.#viewer.remove();
  }

  #seen() {
    const images = this.#given.images(this.#given.at()) ?? [];
    const seen = images[Math.min(this.#image, images.length - 1)];
    return seen ? { ...seen, address: seen.address ?? "" } : null;
  }

  #toAnotherCell(to) {
    if (!STEPS[to]) return;
    let { row, column } = this.#given.at();
    let images = [];
    while (images && !images.length) {
      [row, column] = [row + STEPS[to][0], column + STEPS[to][1]];
      images = this.#given.images({ row, column });
    }
    if (!images) return;
    this.#given.onMove({ row, column });
    if (to === "left") this.#image = images.length - 1;
  }
}
