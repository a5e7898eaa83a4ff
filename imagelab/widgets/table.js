// The table: the same images as the grid, a row each, with what is known of them in columns.
import { fill, h } from "./dom.js";
import { EDGE } from "./geometry.js";
import { icon } from "./icons.js";
import { nextOrder, sortOf } from "./sorting.js";
import { lacking, paintPicture, spoken } from "./tile.js";
import { ago, inFull, plain } from "./words.js";

const [ROW, GAP] = [44, 2]; // pixels, the second of the first

/** `sort` is the word of the language for it, `falls` whether a first press puts the largest on top. */
const COLUMNS = [
  { name: "picture", label: "" },
  { name: "number", label: "#", sort: "id", falls: true },
  { name: "prompt", label: "prompt" },
  { name: "model", label: "model" },
  { name: "quality", label: "quality" },
  { name: "size", label: "size" },
  { name: "cost", label: "cost", sort: "cost", falls: true },
  { name: "rating", label: "rating", sort: "rating", falls: true },
  { name: "tags", label: "tags" },
  { name: "date", label: "date", sort: "date", falls: true },
];

/** How the grid lays and paints rows in place of tiles. */
export const ROWS = {
  name: "table",
  list: { role: "rowgroup", "aria-label": "", "aria-multiselectable": "" },
  shape: (width) => ({ columns: 1, side: Math.max(0, width - 2 * EDGE), row: ROW, gap: GAP, left: () => EDGE }),
  make: newRow,
  paint: paintRow,
  clear: clearRow,
};

/** The heads of the columns; those that can be sorted by are pressed for it. */
export class TableHead {
  element;
  #onSort;
  #heads = new Map();
  #query = "";

  /** @param {(order: string) => void} onSort gets the value of `sort:` */
  constructor(onSort) {
    this.#onSort = onSort;
    this.element = h("div", { class: "il-table-head", role: "row", "aria-rowindex": 1 }, ...COLUMNS.map((column) => this.#head(column)));
  }

  show(query) {
    this.#query = query;
    const now = sortOf(query);
    for (const { name, sort } of COLUMNS.filter((column) => column.sort)) {
      const head = this.#heads.get(name);
      const by = now?.key === sort;
      head.setAttribute("aria-sort", by ? (now.falls ? "descending" : "ascending") : "none");
    }
  }

  #head({ name, label, sort, falls }) {
    const press = () => this.#onSort(nextOrder(this.#query, sort, falls));
    const said = sort
      ? h("button", { class: "il-sort", type: "button", title: `sort by ${label === "#" ? "number" : label}`, on: { click: press } }, label, icon("down", { size: 12 }))
      : h("span", {}, label || h("span", { class: "il-hidden-text" }, name));
    const head = h("div", { class: `il-cell il-cell-${name}`, role: "columnheader" }, said);
    this.#heads.set(name, head);
    return head;
  }
}

function newRow() {
  const picture = h("img", { class: "il-picture", alt: "", decoding: "async", draggable: "false" });
  const words = h("span", { class: "il-words" });
  const frame = h("div", { class: "il-frame" }, picture, words);
  const cells = Object.fromEntries(COLUMNS.map(({ name }) => [name, h("div", { class: `il-cell il-cell-${name}`, role: "gridcell" })]));
  cells.picture.append(frame);
  const row = h("div", { class: "il-item il-row", role: "row", tabindex: "-1" }, ...Object.values(cells));
  return Object.assign(row, { il: { picture, words, cells, shown: "", ready: false } });
}

/** @param {HTMLElement} row @param {object} seen as a tile's, and `row`: what its columns say */
function paintRow(row, seen) {
  const shown = JSON.stringify(seen);
  if (row.il.shown === shown) return;
  row.il.shown = shown;
  const { tile, rating, rejected, selected, current, veiled, position } = seen;
  const told = {
    "aria-selected": String(selected),
    "aria-rowindex": position + 2, // the heads are the first
    "aria-label": tile ? spoken(seen) : "loading",
    tabindex: current ? 0 : -1,
    "data-id": tile?.id ?? "",
  };
  for (const [name, value] of Object.entries(told)) row.setAttribute(name, String(value));
  const marks = { selected, current, rejected, veiled, rated: rating > 0 };
  for (const [name, on] of Object.entries(marks)) row.classList.toggle(`il-is-${name}`, on);
  const words = tile ? lacking(seen) : null;
  row.il.ready = Boolean(tile) && (words !== null || Boolean(seen.address));
  paintPicture(row.il.picture, seen, words === null || words.over);
  fill(row.il.words, words && icon(words.icon, { size: 14 }));
  row.il.words.title = words?.text ?? "";
  row.classList.toggle("il-lacking", Boolean(words));
  row.classList.toggle("il-waiting", !row.il.ready || !seen.row);
  paintCells(row.il.cells, seen);
}

function paintCells(cells, { tile, row, rating, rejected }) {
  cells.number.textContent = tile ? `#${tile.id}` : "";
  fill(cells.rating, ...Array.from({ length: rating }, () => icon("star", { filled: true, size: 12 })), rejected && icon("reject", { size: 13 }));
  const texts = { prompt: row?.prompt, model: row?.model, quality: row?.quality, size: row?.size, cost: row?.cost };
  for (const [name, text] of Object.entries(texts)) {
    fill(cells[name], text && h("bdi", {}, plain(text)));
    cells[name].title = plain(text ?? "");
  }
  if (row) cells.cost.title = plain(row.cost_known);
  if (row?.provider) cells.model.title = plain(`${row.provider}/${row.model}`);
  fill(cells.tags, ...(row?.tags ?? []).map((tag) => h("bdi", { class: "il-tag" }, plain(tag))));
  fill(cells.date, row && h("time", { datetime: row.created_at, title: inFull(row.created_at) }, ago(row.created_at)));
}

function clearRow(row) {
  row.il.shown = "";
  row.il.ready = false;
  row.tabIndex = -1;
  row.removeAttribute("data-id");
  row.il.picture.removeAttribute("src");
}

/** How many columns a screen reader counts. */
export const COLUMN_COUNT = COLUMNS.length;
