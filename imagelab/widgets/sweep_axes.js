// Which cell lies where: axes as rows, columns and tabs, and cells by their number in the sweep's order.

/** @typedef {{name: string, labels: string[]}} Axis */
export class Layout {
  axes;
  rows;
  columns;
  tabs;
  #strides;
  #tab;

  /** @param {Axis[]} axes the last one counts fastest @param {string} rows @param {string} columns @param {Record<string, number>} tab */
  constructor(axes, rows, columns, tab) {
    this.axes = axes;
    this.#strides = axes.map((_, at) => axes.slice(at + 1).reduce((product, { labels }) => product * labels.length, 1));
    this.rows = axes.find(({ name }) => name === rows);
    this.columns = axes.find(({ name }) => name === columns && name !== rows);
    this.tabs = axes.filter((axis) => axis !== this.rows && axis !== this.columns && axis.labels.length > 1);
    this.#tab = tab;
  }

  get rowLabels() {
    return this.rows?.labels ?? [""];
  }

  get columnLabels() {
    return this.columns?.labels ?? [""];
  }

  /** Which value of a further axis is shown, by its place. */
  shown(axis) {
    const at = this.#tab[axis.name];
    return Number.isInteger(at) && at >= 0 && at < axis.labels.length ? at : 0;
  }

  /** The number of the cell at a row and a column of the tab that is shown. */
  place(row, column) {
    const at = (axis) => (axis === this.rows ? row : axis === this.columns ? column : this.tabs.includes(axis) ? this.shown(axis) : 0);
    return this.axes.reduce((sum, axis, index) => sum + at(axis) * this.#strides[index], 0);
  }

  /** Where a cell stands, and which tab it is on. @returns {{row: number, column: number, tab: Record<string, number>}} */
  where(place) {
    const at = (axis) => Math.floor(place / this.#strides[this.axes.indexOf(axis)]) % axis.labels.length;
    const tab = Object.fromEntries(this.tabs.map((axis) => [axis.name, at(axis)]));
    return { row: this.rows ? at(this.rows) : 0, column: this.columns ? at(this.columns) : 0, tab };
  }

  /** The cells that are meant at a row and a column; -1 means all of them. @returns {number[]} */
  meant(row, column) {
    const span = (at, count) => (at < 0 ? Array.from({ length: count }, (_, index) => index) : [at]);
    const columns = span(column, this.columnLabels.length);
    return span(row, this.rowLabels.length).flatMap((one) => columns.map((other) => this.place(one, other)));
  }

  /** What a row or a column was quoted at; nothing while Python works it out for axes that were moved. */
  price({ of, rows = [], columns = [] }, row, column) {
    const shown = [this.rows?.name ?? "", this.columns?.name ?? "", this.tabs.map((axis) => [axis.name, this.shown(axis)])];
    if (JSON.stringify(of) !== JSON.stringify(shown)) return "";
    return (row < 0 ? columns[column] : rows[row]) ?? "";
  }

  /** What a cell, a row or a column is called: "animal: fox, style: ink". */
  name(row, column) {
    const said = (axis, at) => axis && at >= 0 && `${axis.name}: ${axis.labels[at]}`;
    const tabs = this.tabs.map((axis) => said(axis, this.shown(axis)));
    return [said(this.rows, row), said(this.columns, column), ...tabs].filter(Boolean).join(", ") || "the only cell";
  }
}

const STEPS = { up: [-1, 0], down: [1, 0], left: [0, -1], right: [0, 1] };

/** Where a key leads, over cells and headings: up from the first row is its column's heading.
 * @returns {{row: number, column: number}|null} null where there is nothing */
export function moved(to, { row, column }, layout, screen) {
  const [rows, columns] = [layout.rowLabels.length, layout.columnLabels.length];
  const into = (at, low, count) => Math.max(low, Math.min(count - 1, at));
  if (to === "first") return { row: 0, column: 0 };
  if (to === "last") return { row: rows - 1, column: columns - 1 };
  if (to.startsWith("screen")) return { row: into(row + (to.endsWith("up") ? -screen : screen), 0, rows), column };
  const [down, right] = STEPS[to];
  const next = { row: into(row + down, layout.columns ? -1 : 0, rows), column: into(column + right, layout.rows ? -1 : 0, columns) };
  return next.row < 0 && next.column < 0 ? null : next; // the corner is nobody's
}
