// The parts of a gallery, made and put in their places.
import { h } from "./dom.js";
import { Facts } from "./facts.js";
import { Grid } from "./grid.js";
import { icon } from "./icons.js";
import { Inspector } from "./inspector.js";
import { Marks } from "./marks.js";
import { Notices } from "./notices.js";
import { Originals } from "./originals.js";
import { Pages } from "./pages.js";
import { SearchBox } from "./search.js";
import { Selection } from "./selection.js";
import { Status } from "./status.js";
import { Viewer } from "./viewer.js";

const HINTS = "← ↑ ↓ → move · Enter full size · 1–5 rate · 0 no rating · x reject · Shift a range · / search · ? keys";

/**
 * @param {{ask: Function, act: Function}} line @param {import("./pictures.js").Pictures} pictures
 * @param {Record<string, Function>} hears who hears what the parts tell; `does()` is what keys do
 */
export function partsOf(line, pictures, hears) {
  const { onTrouble, onDraw, does } = hears;
  const pages = new Pages(line, pictures, { onNews: hears.onNews, onOld: hears.onOld, onTrouble });
  const originals = new Originals(line);
  const original = (id) => originals.address(id);
  const onRate = (stars) => does().rate(stars);
  const search = new SearchBox({ ask: line.ask, onTyped: hears.onTyped, onQuery: hears.onQuery, onLeave: () => grid.focus() });
  const grid = new Grid({ see: hears.see, onRest: hears.onRest, onPaint: hears.onPaint });
  return {
    pages,
    originals,
    search,
    grid,
    selection: new Selection(pages, { onChange: hears.onSelected, onTrouble }),
    marks: new Marks(line.act, { onChange: onDraw, onDone: (ids, change) => pages.changed(ids, change), onTrouble }),
    facts: new Facts(line, onDraw),
    status: new Status({ onTop: hears.onTop, onSize: hears.onSize }),
    notices: new Notices({ onClear: () => search.clear(), onAgain: hears.onAgain }),
    inspector: new Inspector({
      original,
      onRate,
      onReject: () => does().reject(),
      onOpen: () => does().open(),
      onGo: (id) => does().go(id),
      onClose: hears.onCloseSheet,
    }),
    viewer: new Viewer({
      original,
      onRate,
      onMove: (to) => does().move(to),
      onUnveil: (id) => does().unveil(id),
      onClose: () => grid.focus(),
    }),
  };
}

/** @returns {HTMLElement} the root of the view */
export function framed({ search, status, grid, notices, inspector, viewer }, onKeys) {
  const told = { class: "il-button il-plain il-help", type: "button", "aria-label": "keys", title: "keys (?)" };
  const keys = h("button", { ...told, on: { click: onKeys } }, icon("keys"));
  const field = h("div", { class: "il-field" }, grid.element, notices.element);
  const column = h("div", { class: "il-column" }, status.element, field);
  const shell = [
    h("div", { class: "il-top" }, search.element, keys),
    h("div", { class: "il-body" }, column, inspector.element),
    h("div", { class: "il-foot", "aria-hidden": "true" }, HINTS),
  ];
  const root = { class: "il-view il-gallery", tabindex: "-1", role: "group", "aria-label": "gallery" };
  return h("div", root, h("div", { class: "il-shell" }, ...shell), viewer.element);
}
