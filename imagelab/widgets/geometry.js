// Where the tiles of a grid are, and how far a scroll bar reaches over more of them than it can hold.

export const GAP = 10; // pixels between tiles: room for the ring of the focus
export const EDGE = 5; // and around them
// Browsers cap an element's height: Firefox near 17 million pixels, Chromium near 33, less when zoomed.
const MOST_PIXELS = 8_000_000;
const UNBENT_PIXELS = 200_000; // at both ends of a list that is higher

/**
 * The columns that fit, each about as wide as wanted; two at least where two can be looked at.
 * @param {number} width of the field, in pixels
 * @returns {{columns: number, side: number, row: number, gap: number, left: (column: number) => number}}
 */
export function columnsOf(width, wanted) {
  const room = Math.max(40, width - 2 * EDGE) + GAP;
  const columns = Math.max(room > 180 ? 2 : 1, Math.round(room / (wanted + GAP)));
  const side = Math.floor(room / columns) - GAP;
  return { columns, side, row: side + GAP, gap: GAP, left: (column) => EDGE + Math.round((column * room) / columns) };
}

/** The height of so many rows, in pixels. */
export const heightOf = (rows, { row, gap }) => (rows ? rows * row - gap + 2 * EDGE : 0);

/**
 * A scroll bar over a list that may be higher than any element. `at` is where in the list the
 * view is; `top` where the bar is. Small steps move both alike, so that no row is skipped, and a
 * long drag goes to the same part of the list as of the bar. Near both ends they are the same.
 */
export class Track {
  at = 0;
  top = 0;
  #whole = 0;
  #view = 0;

  /** The height the scrolled element should have. */
  get height() {
    return Math.min(this.#whole, MOST_PIXELS);
  }

  /** What to take off a place in the list to have its place in the scrolled element. */
  get shift() {
    return this.at - this.top;
  }

  /** The list has so many pixels, of which so many are seen at a time. */
  fit(whole, view) {
    this.#whole = whole;
    this.#view = view;
    this.go(this.at);
  }

  /** Be at a place in the list; the bar follows. */
  go(at) {
    this.at = this.#within(at);
    this.top = this.#barOf(this.at);
  }

  /** Where the bar came to rest: browsers round. */
  barAt(top) {
    if (!this.#isLong) this.at = top;
    this.top = top;
  }

  /** The bar was moved; whether it has to be put right, so that it can go on. */
  moved(top) {
    const step = top - this.top;
    const near = this.#isLong && Math.abs(step) < this.#view;
    this.top = top;
    this.at = this.#within(near ? this.at + step : this.#placeOf(top));
    return near && (top <= 0 || top >= this.height - this.#view) && !this.#settled;
  }

  /** Put the bar where it belongs for the place in the list; whether it was elsewhere. */
  settle() {
    if (this.#settled) return false;
    this.go(this.at);
    return true;
  }

  get #settled() {
    return Math.abs(this.#barOf(this.at) - this.top) < 1;
  }

  get #isLong() {
    return this.#whole > MOST_PIXELS;
  }

  #within(at) {
    return Math.max(0, Math.min(at, this.#whole - this.#view));
  }

  #barOf(at) {
    return this.#isLong ? bent(at, this.#whole - this.#view, this.height - this.#view) : at;
  }

  #placeOf(top) {
    return this.#isLong ? bent(top, this.height - this.#view, this.#whole - this.#view) : top;
  }
}

/** From a line of one length to one of another: the same near both ends, stretched between. */
function bent(at, length, other) {
  if (at <= UNBENT_PIXELS) return at;
  if (at >= length - UNBENT_PIXELS) return other - (length - at);
  return UNBENT_PIXELS + ((at - UNBENT_PIXELS) * (other - 2 * UNBENT_PIXELS)) / (length - 2 * UNBENT_PIXELS);
}
