// Which pixels of an image change: a byte each, painted by round brushes and rectangles, exact
// to the pixel, with every step undone one by one.

const [MOST_STEPS, MOST_BYTES] = [60, 120_000_000]; // to undo; of a large image fewer

export class MaskPixels {
  pixels;
  #undone = [];
  #done = [];

  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height);
  }

  get share() {
    let count = 0;
    for (const value of this.pixels) count += value;
    return count / this.pixels.length;
  }

  /** Lengths of stretches that stay, change, stay and so on. */
  get runs() {
    const runs = [];
    let [value, from] = [0, 0];
    for (let at = 0; at <= this.pixels.length; at += 1) {
      if (at < this.pixels.length && this.pixels[at] === value) continue;
      runs.push(at - from);
      [value, from] = [1 - value, at];
    }
    return runs;
  }

  /** @param {number[]} runs @returns {boolean} whether that changed anything */
  read(runs) {
    if (String(runs) === String(this.runs)) return false;
    this.step();
    this.pixels.fill(0);
    let at = 0;
    runs.forEach((length, place) => {
      if (place % 2) this.pixels.fill(1, at, at + length);
      at += length;
    });
    return true;
  }

  /** What follows can be undone as one. */
  step() {
    this.#done.push(this.pixels.slice());
    this.#done = this.#done.slice(-Math.max(3, Math.min(MOST_STEPS, Math.floor(MOST_BYTES / this.pixels.length))));
    this.#undone = [];
  }

  undo() {
    return this.#swap(this.#done, this.#undone);
  }

  redo() {
    return this.#swap(this.#undone, this.#done);
  }

  invert() {
    this.step();
    for (let at = 0; at < this.pixels.length; at += 1) this.pixels[at] = 1 - this.pixels[at];
  }

  clear() {
    this.step();
    this.pixels.fill(0);
  }

  /** A rectangle from one corner to another, both pixels in it. */
  rectangle(one, other, value) {
    const [left, right] = [Math.min(one.x, other.x), Math.max(one.x, other.x)];
    const [top, bottom] = [Math.min(one.y, other.y), Math.max(one.y, other.y)];
    for (let y = Math.max(0, top); y <= Math.min(bottom, this.height - 1); y += 1)
      this.#row(y, left, right, value);
  }

  /** A line of a round brush so many pixels wide. */
  line(from, to, size, value) {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const steps = Math.max(1, Math.ceil(length / Math.max(1, size / 4)));
    for (let step = 0; step <= steps; step += 1)
      this.#dot(from.x + ((to.x - from.x) * step) / steps, from.y + ((to.y - from.y) * step) / steps, size / 2, value);
  }

  /** The pixels whose middle lies within the brush. */
  #dot(x, y, radius, value) {
    const [middleX, middleY] = [x + 0.5, y + 0.5];
    for (let row = Math.max(0, Math.floor(middleY - radius)); row <= Math.min(this.height - 1, Math.floor(middleY + radius)); row += 1) {
      const half = Math.sqrt(Math.max(0, radius * radius - (row + 0.5 - middleY) ** 2));
      this.#row(row, Math.ceil(middleX - half - 0.5), Math.floor(middleX + half - 0.5), value);
    }
  }

  #row(y, left, right, value) {
    const start = y * this.width;
    const [from, to] = [Math.max(0, left), Math.min(this.width - 1, right)];
    if (from <= to) this.pixels.fill(value, start + from, start + to + 1);
  }

  #swap(from, to) {
    if (!from.length) return false;
    to.push(this.pixels);
    this.pixels = from.pop();
    return true;
  }
}
