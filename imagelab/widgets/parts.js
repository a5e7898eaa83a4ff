// The parts of a gallery, made and put in their places.
import { Chips } from "./chips.js";
import { Comparing } from "./comparing.js";
import { Curating } from "./curating.js";
import { h } from "./dom.js";
import { Facets } from "./facets.js";
import { Facts } from "./facts.js";
import { Grid } from "./grid.js";
import { Inspector } from "./inspector.js";
import { Marks } from "./marks.js";
import { Notices } from "./notices.js";
import { Originals } from "./originals.js";
import { Pages } from "./pages.js";
import { Remake } from "./remake.js";
import { RowFacts } from "./rowfacts.js";
import { Saved } from "./saved.js";
import { SearchBox } from "./search.js";
import { Selection } from "./selection.js";
import { Sent } from "./sent.js";
import { Side } from "./side.js";
import { Status } from "./status.js";
import { COLUMN_COUNT, TableHead } from "./table.js";
import { Toolbar } from "./toolbar.js";
import { Trash } from "./trash.js";
import { Viewer } from "./viewer.js";

const HINTS = "← ↑ ↓ → move · Space preview · Enter full size · 1–5 rate · x reject · u undo · t tag · e edit · c compare · Shift a range · / search · ? keys";

/**
 * @param {{ask: Function, askKernel: Function, act: Function}} line @param {import("./pictures.js").Pictures} pictures
 * @param {Record<string, Function>} hears who hears what the parts tell; `does()` is what keys do
 */
export function partsOf(line, pictures, hears) {
  const { onTrouble, onDraw, does } = hears;
  const pages = new Pages(line, pictures, { onNews: hears.onNews, onOld: hears.onOld, onTrouble, drawn: hears.drawn });
  const facts = new Facts(line, onDraw);
  const originals = new Originals(line);
  const search = new SearchBox({ ask: line.ask, onTyped: hears.onTyped, onQuery: hears.onQuery, onLeave: () => grid.focus() });
  const grid = new Grid({ see: hears.see, onRest: hears.onRest, onPaint: hears.onPaint });
  const selection = new Selection(pages, { onChange: hears.onSelected, onTrouble });
  const toolbar = new Toolbar({ ...hears, onKeys: () => does().keys() });
  const status = new Status({ onTop: hears.onTop, onSize: hears.onSize }, toolbar.over);
  const curating = new Curating(line.act, facts, { onSaid: (words) => status.tell(words), onTrouble, onChange: onDraw });
  const sent = new Sent(line.ask, (id) => does().go(id));
  const remake = remakeOf(line, { sent, grid });
  const looks = { original: (id) => originals.address(id), onRate: (stars) => does().rate(stars) };
  return {
    pages,
    facts,
    originals,
    search,
    grid,
    selection,
    toolbar,
    status,
    curating,
    sent,
    remake,
    marks: new Marks(line.act, { onChange: onDraw, onDone: (ids, change) => pages.changed(ids, change), onTrouble }),
    rows: new RowFacts(line, { onCame: onDraw, onTrouble }),
    chips: new Chips(line.ask, hears.onSet),
    head: new TableHead(hears.onSort),
    side: sideOf(line, curating, hears),
    notices: new Notices({ onClear: () => search.clear(), onAgain: hears.onAgain, onQuery: hears.onSet }),
    inspector: new Inspector({ ...looks, ...verbsOf({ curating, selection, grid, does }), onFind: hears.onNarrow, onClose: hears.onCloseSheet }, remake),
    viewer: new Viewer({ ...looks, onMove: (to) => does().move(to), onUnveil: (id) => does().unveil(id), onClose: () => grid.focus() }),
    comparing: new Comparing({ ask: line.ask, original: looks.original, onClose: () => grid.focus() }),
  };
}

function remakeOf(line, { sent, grid }) {
  return new Remake({
    price: async (asked) => (await line.askKernel("price", asked)).header,
    send: (given) => line.act("remake", given),
    onSent: (generation) => sent.follow(generation),
    onLeave: () => grid.focus(),
  });
}

function sideOf(line, curating, { onSet, onTrouble, onDraw }) {
  const facets = new Facets(line.ask, { onQuery: onSet, onTrouble });
  const saved = new Saved({
    ask: line.ask,
    onRun: onSet,
    onSave: (name, query) => curating.saveSearch(name, query),
    onDelete: (name) => curating.deleteSearch(name),
  });
  const trash = new Trash({ ask: line.ask, onEmpty: (count) => curating.empty(count), onLook: () => onSet("is:rejected") });
  return new Side({ facets, saved, trash }, onDraw);
}

/** What is done from the inspector. */
function verbsOf({ curating, selection, grid, does }) {
  return {
    onReject: () => does().reject(),
    onOpen: () => does().open(),
    onGo: (id) => does().go(id),
    onAlike: () => does().alike(),
    onStack: () => does().stack(),
    onTag: (names) => curating.tag(selection.targets, names),
    onUntag: (name) => curating.untag(selection.targets, name),
    onCaption: (id, text) => curating.caption(id, text),
    onNote: (id, text) => curating.note(id, text),
    onLeave: () => grid.focus(),
  };
}

/** @returns {HTMLElement} the root of the view */
export function framed({ search, toolbar, chips, side, status, sent, head, grid, notices, inspector, viewer, comparing }) {
  const table = h("div", { class: "il-list" }, head.element, grid.element);
  const field = h("div", { class: "il-field" }, table, notices.element);
  const column = h("div", { class: "il-column" }, status.element, sent.element, field);
  const shell = [
    h("div", { class: "il-top" }, toolbar.facets, search.element, ...toolbar.right),
    chips.element,
    h("div", { class: "il-body" }, side.element, column, inspector.element),
    h("div", { class: "il-foot", "aria-hidden": "true" }, HINTS),
  ];
  const root = { class: "il-view il-gallery", tabindex: "-1", role: "group", "aria-label": "gallery" };
  const made = h("div", root, h("div", { class: "il-shell" }, ...shell), viewer.element, comparing.element);
  side.root = made;
  return made;
}

/** Tiles or rows: what stands around them follows. */
export function layAs(form, { grid, head }) {
  const list = head.element.parentElement;
  const isTable = form.name === "table";
  head.element.hidden = !isTable;
  const told = { role: "grid", "aria-label": "images", "aria-multiselectable": "true", "aria-colcount": COLUMN_COUNT };
  for (const [name, value] of Object.entries(told)) {
    if (isTable) list.setAttribute(name, String(value));
    else list.removeAttribute(name);
  }
  list.classList.toggle("il-as-table", isTable);
  grid.take(form);
}
