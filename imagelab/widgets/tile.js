// One tile of the grid: the picture, its number and its marks. Tiles are used again and again.
import { fill, h } from "./dom.js";
import { columnsOf } from "./geometry.js";
import { icon } from "./icons.js";
import { grouped, plain } from "./words.js";

const TOO_LONG = 2; // a picture with longer sides than so many shorter ones is shown whole

/** How the grid lays and paints tiles. */
export const TILES = {
  name: "grid",
  list: { role: "listbox", "aria-label": "images", "aria-multiselectable": "true" },
  shape: columnsOf,
  make: newTile,
  paint: paintTile,
  clear: clearTile,
};

/** @returns {HTMLElement} an empty tile, to be painted */
function newTile() {
  const picture = h("img", { class: "il-picture", alt: "", decoding: "async", draggable: "false" });
  const words = h("span", { class: "il-words" });
  const frame = h("div", { class: "il-frame" }, picture, words);
  const [number, stars, stack, check] = ["il-chip il-number", "il-chip il-stars", "il-chip il-stack", "il-check"].map((name) => h("span", { class: name }));
  check.append(icon("check", { size: 14 }));
  const rejected = h("span", { class: "il-chip il-cross" }, icon("close", { size: 12 }));
  const tile = h("div", { class: "il-tile il-item", role: "option", tabindex: "-1", draggable: "true" }, frame, number, stars, stack, rejected, check);
  return Object.assign(tile, { il: { picture, words, number, stars, stack, shown: "" } });
}

/**
 * @param {HTMLElement} tile
 * @param {{tile?: import("./positions.js").Tile, address?: string, rating: number, rejected: boolean,
 *   selected: boolean, current: boolean, veiled: boolean, position: number, length: number}} seen
 */
function paintTile(tile, seen) {
  const shown = JSON.stringify(seen);
  if (tile.il.shown === shown) return;
  tile.il.shown = shown;
  paintMarks(tile, seen);
  const words = seen.tile ? lacking(seen) : null;
  tile.il.ready = Boolean(seen.tile) && (words !== null || Boolean(seen.address));
  paintPicture(tile.il.picture, seen, words === null || words.over);
  fill(tile.il.words, words && icon(words.icon, { size: 20 }), words && h("span", {}, words.text));
  tile.classList.toggle("il-lacking", Boolean(words));
  tile.classList.toggle("il-waiting", !tile.il.ready);
}

/** Empties a tile that is put aside, so that its picture can go. */
function clearTile(tile) {
  tile.il.shown = "";
  tile.il.ready = false;
  tile.tabIndex = -1;
  tile.removeAttribute("data-id");
  tile.il.picture.removeAttribute("src");
}

function paintMarks(tile, seen) {
  const { tile: asset, rating, rejected, selected, current, veiled, position, length } = seen;
  const told = {
    "aria-selected": String(selected),
    "aria-posinset": position + 1,
    "aria-setsize": length,
    "aria-label": asset ? spoken(seen) : "loading",
    tabindex: current ? 0 : -1,
    "data-id": asset?.id ?? "",
  };
  for (const [name, value] of Object.entries(told)) tile.setAttribute(name, String(value));
  tile.il.number.textContent = asset ? `#${asset.id}` : "";
  fill(tile.il.stars, ...Array.from({ length: rating }, () => icon("star", { filled: true, size: 11 })));
  const many = asset?.stack > 1;
  fill(tile.il.stack, many && icon("stack", { size: 11 }), many && grouped(asset.stack));
  const marks = { selected, current, rejected, veiled, rated: rating > 0, stacked: many };
  for (const [name, on] of Object.entries(marks)) tile.classList.toggle(`il-is-${name}`, on);
}

/** What is read out of a tile or a row. */
export function spoken({ tile: asset, rating, rejected }) {
  const marks = [`#${asset.id}`];
  if (rating) marks.push(`${rating} star${rating === 1 ? "" : "s"}`);
  if (rejected) marks.push("rejected");
  if (asset.flagged) marks.push("flagged");
  if (asset.emptied) marks.push("emptied");
  else if (asset.damaged) marks.push("damaged");
  if (asset.stack > 1) marks.push(`a stack of ${asset.stack}`);
  return `${marks.join(", ")}: ${plain(asset.alt)}`;
}

/** What stands in the tile in place of a picture, or over one. */
export function lacking({ tile, address, veiled }) {
  if (tile.emptied) return { icon: "bin", text: "emptied", over: false };
  if (tile.damaged) return { icon: "warning", text: "damaged", over: false };
  if (address === "") return { icon: "image", text: "no small picture yet", over: false };
  if (veiled && address) return { icon: "warning", text: "flagged · click to see", over: true };
  return null;
}

export function paintPicture(picture, { tile, address }, wanted) {
  picture.alt = tile ? plain(tile.alt) : "";
  if (!wanted || !address) {
    picture.removeAttribute("src");
    return;
  }
  if (picture.getAttribute("src") !== address) picture.src = address;
  const ratio = tile.width / tile.height;
  picture.classList.toggle("il-whole", ratio > TOO_LONG || ratio < 1 / TOO_LONG);
  picture.classList.toggle("il-squares", tile.transparent);
}
