// The plane of a sweep: headings that stay, and of the cells between them only those in view.
import { h } from "./dom.js";
import { newCell, newHeading } from "./sweep_cell.js";

const NARROWEST = 104; // pixels of a cell
const WIDEST = 190;
const GAP = 10;
const FOOT = 22; // pixels under the pictures
const AROUND = 1; // rows and columns drawn beyond what is seen
let planes = 0; // so that the cells of each have ids of their own

export class Plane {
  element;
  #given;
  #sides = { rows: [""], columns: [""] };
  #height = 400;
  #cell = { width: WIDEST, height: WIDEST + FOOT };
  #live = new Map(); // "row/column" -> element, headings included at -1
  #free = { cell: [], row: [], column: [] };
  #frame = 0;
  #parts;
  #watch;
  #name = `il-plane-${(planes += 1)}`;

  /**
   * @param {{paint: (element: HTMLElement, row: number, column: number) => void, onView: () => void}} given
   *   `paint` fills a cell or, at -1, a heading; `onView` is told when other cells came into view
   */
  constructor(given) {
    this.#given = given;
    const corner = h("div", { class: "il-plane-corner", "aria-hidden": "true" }); // headings say their axis
    const columns = h("div", { class: "il-plane-inner", role: "row", "aria-rowindex": "1" });
    const rows = h("div", { class: "il-plane-inner", role: "presentation" });
    const spacer = h("div", { class: "il-plane-spacer", role: "presentation" });
    const body = h("div", { class: "il-plane-body", tabindex: "-1", role: "presentation" }, spacer);
    const strip = (name, inner) => h("div", { class: `il-plane-${name}`, role: "presentation" }, inner);
    this.element = h("div", { class: "il-plane", role: "grid", "aria-label": "cells of the sweep" }, corner, strip("columns", columns), strip("rows", rows), body);
    this.#parts = { corner, columns, rows, spacer, body };
    body.addEventListener("scroll", () => this.draw(), { passive: true });
    this.#watch = new ResizeObserver(() => this.#lay());
    this.#watch.observe(this.element);
  }

  /** @param {{rows: string[], columns: string[], corner: string, height: number}} sides labels of both, "" where there is no axis */
  show({ rows, columns, corner, height }) {
    this.#sides = { rows, columns };
    this.#height = height;
    this.#parts.corner.textContent = corner;
    this.element.setAttribute("aria-rowcount", String(rows.length + 1));
    this.element.setAttribute("aria-colcount", String(columns.length + 1));
    this.element.classList.toggle("il-no-rows", rows.length === 1 && !rows[0]);
    const hasColumns = columns.length > 1 || Boolean(columns[0]);
    this.element.classList.toggle("il-no-columns", !hasColumns);
    this.#parts.columns.setAttribute("role", hasColumns ? "row" : "presentation");
    this.#lay();
  }

  /** @returns {{rows: [number, number], columns: [number, number]}} what is in view, the second beyond the last */
  get view() {
    const { body } = this.#parts;
    const span = (at, size, step, count) => [Math.max(0, Math.floor(at / step)), Math.min(count, Math.ceil((at + size) / step))];
    return {
      rows: span(body.scrollTop, body.clientHeight, this.#cell.height + GAP, this.#sides.rows.length),
      columns: span(body.scrollLeft, body.clientWidth, this.#cell.width + GAP, this.#sides.columns.length),
    };
  }

  draw() {
    this.#frame ||= requestAnimationFrame(() => this.#drawn());
  }

  /** Scroll as little as it takes to have a cell in view, and give it the focus. */
  focus(row, column) {
    this.reveal(row, column);
    this.#drawn();
    this.#live.get(`${row}/${column}`)?.focus({ preventScroll: true });
  }

  reveal(row, column) {
    const { body } = this.#parts;
    const into = (at, size, now, room) => (at < now ? at : at + size > now + room ? at + size - room : now);
    if (row >= 0) body.scrollTop = into(row * (this.#cell.height + GAP), this.#cell.height + GAP, body.scrollTop, body.clientHeight);
    if (column >= 0) body.scrollLeft = into(column * (this.#cell.width + GAP), this.#cell.width + GAP, body.scrollLeft, body.clientWidth);
  }

  close() {
    this.#watch.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  /** Cells as wide as the columns leave room for, within reason. */
  #lay() {
    const { body, spacer } = this.#parts;
    if (!this.element.clientWidth) return; // not on the page
    const { rows, columns } = this.#sides;
    const room = body.clientWidth / columns.length - GAP;
    const width = Math.floor(Math.max(NARROWEST, Math.min(WIDEST, room)));
    this.#cell = { width, height: width + FOOT };
    this.element.style.setProperty("--il-cell", `${width}px`);
    spacer.style.width = `${columns.length * (width + GAP) - GAP}px`;
    spacer.style.height = `${rows.length * (width + FOOT + GAP)}px`;
    body.style.height = `${Math.min(this.#height, rows.length * (width + FOOT + GAP) + 14)}px`;
    this.#drawn();
  }

  #drawn() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { body, columns, rows } = this.#parts;
    columns.style.transform = `translateX(${-body.scrollLeft}px)`;
    rows.style.transform = `translateY(${-body.scrollTop}px)`;
    const drawn = this.#around();
    const focused = document.activeElement?.dataset?.at ?? ""; // stays, or its keys would go to the notebook
    const kept = this.#isThere(focused) ? [focused, `${focused.split("/")[0]}/-1`] : []; // with its row, which it is told by
    for (const [key, element] of [...this.#live]) if (!drawn.has(key) && !kept.includes(key)) this.#putAside(key, element);
    for (const [key, [row, column]] of drawn) this.#paint(key, row, column);
    this.#tellRows();
    this.#given.onView();
  }

  #isThere(key) {
    const [row, column] = key.split("/").map(Number);
    return row < this.#sides.rows.length && column < this.#sides.columns.length;
  }

  /** Cells lie beside the headings in the page, since both scroll apart; a screen reader finds them in their row. */
  #tellRows() {
    const places = [...this.#live.keys()].map((key) => key.split("/").map(Number)).sort(([, one], [, other]) => one - other);
    for (const [row, column] of places) {
      if (row < 0 || column >= 0) continue;
      const line = this.#live.get(`${row}/-1`).parentElement;
      const owned = places.filter(([at, other]) => at === row && other >= 0).map(([, other]) => this.#id(row, other)).join(" ");
      if (line.getAttribute("aria-owns") !== owned) line.setAttribute("aria-owns", owned);
      line.setAttribute("aria-rowindex", String(row + 2));
    }
  }

  #id(row, column) {
    return `${this.#name}-${row}-${column}`;
  }

  #around() {
    const { rows, columns } = this.view;
    const wide = ([from, to], count) => [Math.max(0, from - AROUND), Math.min(count, to + AROUND)];
    const [top, bottom] = wide(rows, this.#sides.rows.length);
    const [left, right] = wide(columns, this.#sides.columns.length);
    const found = new Map();
    const add = (row, column) => found.set(`${row}/${column}`, [row, column]);
    for (let column = left; column < right; column += 1) add(-1, column);
    for (let row = top; row < bottom; row += 1) for (let column = left - 1; column < right; column += 1) add(row, column < left ? -1 : column);
    return found;
  }

  #paint(key, row, column) {
    const element = this.#live.get(key) ?? this.#another(key, row, column);
    const { width, height } = this.#cell;
    const [x, y] = [Math.max(0, column) * (width + GAP), Math.max(0, row) * (height + GAP)];
    element.style.transform = `translate(${column < 0 ? 0 : x}px, ${row < 0 ? 0 : y}px)`;
    this.#given.paint(element, row, column);
  }

  #another(key, row, column) {
    const kind = row < 0 ? "column" : column < 0 ? "row" : "cell";
    const element = this.#free[kind].pop() ?? (kind === "cell" ? newCell() : newHeading(kind));
    element.hidden = false;
    element.dataset.at = key;
    if (kind === "cell") element.id = this.#id(row, column);
    else element.setAttribute("aria-colindex", String(column + 2));
    if (kind === "row" && element.parentElement) element.parentElement.hidden = false;
    if (!element.isConnected) this.#place(kind, element);
    this.#live.set(key, element);
    return element;
  }

  #place(kind, element) {
    const { spacer, rows, columns } = this.#parts;
    if (kind === "row") rows.append(h("div", { role: "row" }, element));
    else (kind === "cell" ? spacer : columns).append(element);
  }

  #putAside(key, element) {
    this.#live.delete(key);
    element.hidden = true;
    element.removeAttribute("id");
    if (element.dataset.kind === "row") element.parentElement.hidden = true;
    element.tabIndex = -1;
    element.removeAttribute("data-place");
    const kind = element.classList.contains("il-cell") ? "cell" : element.dataset.kind;
    this.#free[kind].push(element);
  }
}
