// The grid: as many tiles as are seen and two screens around them, used again as one scrolls.
// In place of tiles it may have the rows of a table.
import { h } from "./dom.js";
import { EDGE, Track, heightOf } from "./geometry.js";
import { TILES } from "./tile.js";

const SCREENS_AROUND = 2;
const RESTS_AFTER = 90; // milliseconds without a scroll
const SLOW = 1.5; // pixels a millisecond: what goes by so slowly is asked for on the way

export class Grid {
  element = h("div", { class: "il-scroll", tabindex: "-1", ...TILES.list });
  #spacer = h("div", { class: "il-spacer", role: "presentation" });
  #live = new Map(); // position -> tile
  #free = [];
  #track = new Track();
  #form = TILES;
  #shape = TILES.shape(0, 160);
  #length = 0;
  #wanted = 160;
  #cursor = 0;
  #seen = [0, 0]; // what was in view when it was drawn last
  #dirty = true; // whether tiles may show something else than they did
  #frame = 0;
  #rest = 0;
  #scrolled = { at: 0, time: 0 };
  #given;
  #watch;

  /**
   * @param {{see: (position: number) => object, onRest: () => void, onPaint: () => void}} given
   *   `see` is what a tile at a position shows, `onRest` is told when the view stands still
   */
  constructor(given) {
    this.#given = given;
    this.element.append(this.#spacer);
    this.element.addEventListener("scroll", () => this.#moved(), { passive: true });
    this.#watch = new ResizeObserver(() => this.#lay());
    this.#watch.observe(this.element);
  }

  get columns() {
    return this.#shape.columns;
  }

  get rowsInView() {
    return Math.max(1, Math.floor(this.element.clientHeight / this.#shape.row));
  }

  get atTop() {
    return this.#track.at < this.#shape.row / 2;
  }

  /** @returns {[number, number]} the positions in view, the second beyond the last */
  get visible() {
    const { row, columns } = this.#shape;
    const first = Math.floor(Math.max(0, this.#track.at - EDGE) / row);
    const last = Math.ceil((this.#track.at + this.element.clientHeight - EDGE) / row);
    return [Math.min(this.#length, first * columns), Math.min(this.#length, last * columns)];
  }

  /** @returns {(HTMLElement|undefined)[]} the tiles in view */
  get tilesInView() {
    const [from, to] = this.visible;
    return Array.from({ length: to - from }, (_, index) => this.#live.get(from + index));
  }

  /** Tiles or rows, as `TILES` and `ROWS` have them; what is in view stays. */
  take(form) {
    if (form === this.#form) return;
    const [first] = this.visible;
    for (const [position, item] of [...this.#live]) this.#putAside(position, item);
    for (const item of this.#free) item.remove();
    this.#free = [];
    this.#form = form;
    for (const [name, value] of Object.entries(form.list)) {
      if (value) this.element.setAttribute(name, value);
      else this.element.removeAttribute(name);
    }
    this.#lay(first);
    this.redraw();
  }

  /** So many tiles, each about so many pixels wide, and the one the keys move from. */
  show({ length = this.#length, wanted = this.#wanted, cursor = this.#cursor }) {
    const same = length === this.#length && wanted === this.#wanted;
    [this.#length, this.#wanted, this.#cursor] = [length, wanted, cursor];
    if (!same) this.#lay();
    this.redraw();
  }

  redraw() {
    this.#dirty = true;
    this.#drawSoon();
  }

  #drawSoon() {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** Scroll as little as it takes to have a tile in view. */
  reveal(position) {
    const { row, columns } = this.#shape;
    const top = Math.floor(position / columns) * row;
    const [low, high] = [top + row + EDGE - this.element.clientHeight, top];
    if (this.#track.at > high) this.#go(high);
    else if (this.#track.at < low) this.#go(low);
  }

  /** A tile went from one position to another: stay with it, as far as rows allow. */
  follow(from, to) {
    const rows = Math.floor(to / this.columns) - Math.floor(from / this.columns);
    if (rows) this.#go(this.#track.at + rows * this.#shape.row);
  }

  toTop() {
    this.#go(0);
  }

  /** Give the focus to the tile the keys move from. */
  focus() {
    this.#draw();
    this.#live.get(this.#cursor)?.focus({ preventScroll: true });
  }

  /** @returns {number|undefined} the position of the tile something lies in */
  positionOf(element) {
    return element.closest?.(".il-item")?.il?.position;
  }

  close() {
    this.#watch.disconnect();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#rest);
  }

  /** Fit the columns to the width there is; the cursor's tile stays in view, or the first one does. */
  #lay(first) {
    if (!this.element.clientWidth) return; // not on the page
    const { columns, row } = this.#shape;
    const [from, to] = this.#seen;
    const follows = from <= this.#cursor && this.#cursor < to;
    const held = first ?? Math.floor(this.#track.at / row) * columns;
    const into = first === undefined ? this.#track.at % row : 0;
    this.#shape = this.#form.shape(this.element.clientWidth, this.#wanted);
    const at = this.atTop && !first ? this.#track.at : Math.floor(held / this.columns) * this.#shape.row + into;
    this.#track.at = at;
    this.#track.fit(heightOf(Math.ceil(this.#length / this.columns), this.#shape), this.element.clientHeight);
    this.#spacer.style.height = `${this.#track.height}px`;
    this.#spacer.style.setProperty("--il-side", `${this.#shape.side}px`);
    this.#go(this.#track.at);
    if (follows) this.reveal(this.#cursor);
  }

  #go(at) {
    this.#track.go(at);
    this.#setBar();
    this.#restSoon();
  }

  #moved() {
    const top = this.element.scrollTop;
    if (top === this.#track.top) return; // our own doing
    if (this.#track.moved(top)) this.#settle();
    this.#drawSoon();
    const [now, { at, time }] = [performance.now(), this.#scrolled];
    if (now - time < RESTS_AFTER) return this.#restSoon();
    const slow = Math.abs(this.#track.at - at) < SLOW * (now - time);
    this.#scrolled = { at: this.#track.at, time: now };
    if (slow) this.#given.onRest();
    return this.#restSoon();
  }

  #restSoon() {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#settle();
      this.#given.onRest();
    }, RESTS_AFTER);
  }

  #settle() {
    if (this.#track.settle()) this.#setBar();
  }

  #setBar() {
    this.element.scrollTop = this.#track.top;
    this.#track.barAt(this.element.scrollTop);
    this.#drawSoon();
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const [from, to] = (this.#seen = this.visible);
    const around = SCREENS_AROUND * Math.max(this.columns, to - from);
    const [first, last] = [Math.max(0, from - around), Math.min(this.#length, to + around)];
    for (const [position, tile] of this.#live)
      if ((position < first || position >= last) && position !== this.#cursor) this.#putAside(position, tile);
    for (let position = first; position < last; position += 1) this.#paint(position);
    if (this.#cursor < this.#length) this.#paint(this.#cursor); // it may have the focus
    this.#dirty = false;
    this.#keepFocus();
    this.#given.onPaint();
  }

  /** The focus stays with the cursor when other tiles come under it. */
  #keepFocus() {
    const focused = document.activeElement?.closest?.(".il-item");
    const tile = this.#live.get(this.#cursor);
    if (focused && tile && focused !== tile && this.#spacer.contains(focused)) tile.focus({ preventScroll: true });
  }

  #putAside(position, tile) {
    this.#live.delete(position);
    this.#form.clear(tile);
    tile.hidden = true;
    this.#free.push(tile);
  }

  #paint(position) {
    const there = this.#live.get(position);
    const tile = there ?? this.#another(position);
    const x = this.#shape.left(position % this.columns);
    const y = EDGE + Math.floor(position / this.columns) * this.#shape.row - this.#track.shift;
    const placed = `translate(${x}px, ${Math.max(-1e6, Math.min(1e7, y))}px)`;
    if (tile.il.placed !== placed) tile.style.transform = tile.il.placed = placed;
    if (this.#dirty || !there) this.#form.paint(tile, { ...this.#given.see(position), position, length: this.#length });
  }

  #another(position) {
    const tile = this.#free.pop() ?? this.#form.make();
    tile.hidden = false;
    tile.il.position = position;
    if (!tile.isConnected) this.#spacer.append(tile);
    this.#live.set(position, tile);
    return tile;
  }
}
