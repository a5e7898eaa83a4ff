// One cell of a sweep's grid, painted as it stands. Elements are used again and again.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { spoken } from "./tile.js";
import { clipped, counted, plain } from "./words.js";

const MOST_PICTURES = 4;
const REASON_CHARACTERS = 140;
const SOURCE = / (reported|computed|estimated)$/;
const SIGNS = { failed: "warning", unknown: "warning", cancelled: "reject", unsent: "reject", "not offered": "reject", waiting: "clock", queued: "clock", running: "clock" };
const WORDS = { unsent: "not sent", queued: "waiting", unknown: "outcome unknown" };

/** @returns {HTMLElement} an empty cell, to be painted */
export function newCell() {
  const il = {
    pictures: h("div", { class: "il-cell-pictures" }),
    words: h("div", { class: "il-cell-words" }),
    stars: h("span", { class: "il-cell-chip il-cell-stars" }),
    foot: h("div", { class: "il-cell-foot" }),
    shown: "",
  };
  const frame = h("div", { class: "il-cell-frame" }, il.pictures, il.words, il.stars);
  return Object.assign(h("div", { class: "il-cell", role: "gridcell", tabindex: "-1" }, frame, il.foot), { il });
}

/**
 * @param {HTMLElement} cell
 * @param {{place: number, row: number, column: number, where: string, status: string, reason: string, current: boolean,
 *   told?: import("./sweep_cells.js").Told, seconds: number|null,
 *   images: {tile: any, address?: string, rating: number, rejected: boolean, veiled: boolean}[]}} seen
 */
export function paintCell(cell, seen) {
  const shown = JSON.stringify(seen);
  if (cell.il.shown === shown) return;
  cell.il.shown = shown;
  const { images, status } = seen;
  const said = { "data-place": seen.place, "data-status": status, "aria-rowindex": seen.row + 2, "aria-colindex": seen.column + 2, "aria-selected": seen.current, tabindex: seen.current ? 0 : -1, "aria-label": labelOf(seen) };
  for (const [name, value] of Object.entries(said)) cell.setAttribute(name, String(value));
  cell.classList.toggle("il-is-current", seen.current);
  cell.classList.toggle("il-is-rejected", images.length > 0 && images.every(({ rejected }) => rejected));
  cell.title = status === "not offered" ? clipped(seen.reason, 600) : "";
  fill(cell.il.pictures, ...images.slice(0, MOST_PICTURES).map(picture));
  cell.il.pictures.dataset.count = String(Math.min(images.length, MOST_PICTURES));
  paintWords(cell.il.words, seen);
  paintMarks(cell.il.stars, images);
  fill(cell.il.foot, ...footOf(seen));
}

/** @param {"row"|"column"} kind @returns {HTMLElement} an empty heading, to be painted */
export function newHeading(kind) {
  const il = { label: h("span", { class: "il-heading-label", dir: "auto" }), price: h("span", { class: "il-heading-price" }) };
  const told = { class: `il-heading il-heading-${kind}`, role: `${kind}header`, tabindex: "-1", dataset: { kind } };
  return Object.assign(h("div", told, il.label, il.price), { il });
}

/** @param {HTMLElement} heading @param {{label: string, where: string, price: string, current: boolean}} seen */
export function paintHeading(heading, { label, where, price, current }) {
  const quoted = price && ` (quoted ${price})`;
  const title = plain(`${where}${quoted}: 1–5, 0, x and r are for all of its cells here`);
  for (const [part, words] of [[heading.il.label, plain(label)], [heading.il.price, plain(price)]]) if (part.textContent !== words) part.textContent = words;
  if (heading.title !== title) heading.title = title;
  heading.tabIndex = current ? 0 : -1;
  heading.classList.toggle("il-is-current", current);
}

function picture({ tile, address, veiled }) {
  const made = h("img", { alt: plain(tile.alt), decoding: "async", draggable: "false", src: address || null });
  return h("div", { class: `il-cell-picture${veiled ? " il-is-veiled" : ""}${tile.transparent ? " il-squares" : ""}` }, made);
}

/** What stands in place of pictures, or over a flagged one. */
function paintWords(words, { images, status, reason, seconds }) {
  if (images.length) {
    const veiled = images[0].veiled && "flagged";
    const missing = images[0].tile.damaged ? "damaged" : images[0].address === "" && "no small picture yet";
    const over = missing || veiled;
    words.hidden = !over;
    fill(words, over && icon("warning", { size: 16 }), over && h("span", {}, over));
    return;
  }
  words.hidden = false;
  const head = status === "running" && seconds !== null ? `running ${Math.floor(seconds)} s` : WORDS[status] ?? status;
  const bar = status === "running" && h("span", { class: "il-cell-progress", "aria-hidden": "true" });
  const why = reason && h("span", { class: "il-cell-reason", dir: "auto" }, clipped(reason, REASON_CHARACTERS));
  fill(words, SIGNS[status] && icon(SIGNS[status], { size: 16 }), h("span", {}, head), bar, why);
}

function paintMarks(chip, images) {
  const stars = Math.max(0, ...images.map(({ rating }) => rating));
  const rejected = images.length > 0 && images.every((image) => image.rejected);
  chip.hidden = !stars && !rejected;
  fill(chip, ...Array.from({ length: stars }, () => icon("star", { filled: true, size: 11 })), rejected && icon("close", { size: 12 }));
}

function footOf({ images, told, status }) {
  if (status === "not offered") return ["free"];
  const [first] = images;
  const number = first && h("span", { class: "il-cell-number" }, images.length > 1 ? `#${first.tile.id} +${images.length - 1}` : `#${first.tile.id}`);
  const cost = told && h("span", { title: told.price }, plain(short(told.price)));
  const part = told && status === "partial" && h("span", {}, `${images.length} of ${told.n}`);
  return [number, part, cost].filter(Boolean);
}

/** A price without how it is known, which the line under the grid says. */
function short(price) {
  return price.replace(SOURCE, "").replace(/\$([\d,]+\.\d{2}\d*?)0*$/, "$$$1");
}

function labelOf({ where, status, reason, told, images }) {
  const facts = [where, images.length ? counted(images.length, "image") : WORDS[status] ?? status];
  if (images.length) facts.push(spoken(images[0]));
  if (reason) facts.push(clipped(reason, REASON_CHARACTERS));
  if (told) facts.push(plain(told.price));
  return facts.join("; ");
}
