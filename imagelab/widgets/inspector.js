// The inspector: the image that is shown, to judge, and everything known of it.
import { Details } from "./details.js";
import { fill, h, settled } from "./dom.js";
import { icon } from "./icons.js";
import { starButtons } from "./stars.js";
import { plain } from "./words.js";

const SHARPENS_AFTER = 250; // milliseconds on one image

export class Inspector {
  element;
  #given;
  #parts;
  #seen = null;
  #sharp = { id: 0, address: "" }; // the original that was asked for; "" while it is not there
  #sharpen = settled(SHARPENS_AFTER, () => this.#fetch());

  /**
   * @param {{original: (id: number) => Promise<string>, onRate: (stars: number) => void, onReject: () => void, onOpen: () => void,
   *   onClose: () => void}} given and what `Details` is given
   * @param {import("./remake.js").Remake} remake
   */
  constructor(given, remake) {
    this.#given = given;
    this.#parts = parts(given, new Details(given), remake);
    this.element = h("aside", { class: "il-inspector", "aria-label": "about the image" });
    this.show(null);
  }

  close() {
    this.#seen = null;
    this.#sharpen.stop();
  }

  /** Whether it is shown under the grid, for want of room beside it. */
  get isSheet() {
    return this.#parts.close.offsetParent !== null;
  }

  /** Give the focus to where tags are written. */
  focusTags() {
    this.#parts.details.focusTags();
  }

  /**
   * @param {{tile: import("./positions.js").Tile, address: string, rating: number,
   *   rejected: boolean, veiled: boolean, facts: object|null, trouble: string, many: number}|null} seen
   */
  show(seen) {
    const { frame, hint, details, remake } = this.#parts;
    if (!seen !== this.element.contains(hint)) fill(this.element, seen ? frame : hint);
    this.#seen = seen;
    if (!seen) return;
    this.#showHead(seen);
    const facts = seen.facts?.id === seen.tile.id ? seen.facts : null;
    details.show(facts, seen.trouble, seen.many);
    remake.show(seen.tile.id, facts && Boolean(facts.generation));
  }

  #showHead({ tile, address, rating, rejected, veiled }) {
    const { picture, preview, veil, number, stars, reject } = this.#parts;
    this.#showPicture(tile, address);
    picture.alt = plain(tile.alt);
    preview.style.setProperty("--il-ratio", String(tile.width / tile.height || 1));
    picture.classList.toggle("il-squares", tile.transparent && Boolean(address));
    preview.classList.toggle("il-is-veiled", veiled);
    fill(veil, ...(tile.emptied ? [icon("bin", { size: 24 }), "emptied"] : tile.damaged ? [icon("warning", { size: 24 }), "damaged"] : veiled ? ["flagged · click to see"] : []));
    number.textContent = `#${tile.id}`;
    stars.show(rating);
    reject.setAttribute("aria-pressed", String(rejected));
    reject.lastChild.textContent = rejected ? "Rejected" : "Reject";
    reject.setAttribute("aria-label", rejected ? "rejected: take it back" : "reject");
  }

  /** A small picture would be soft on a fine screen. */
  #showPicture(tile, address) {
    const { picture } = this.#parts;
    if (this.#sharp.id !== tile.id) this.#sharp = { id: 0, address: "" };
    const isThere = !tile.damaged && !tile.emptied;
    const shown = isThere && (this.#sharp.address || address);
    if (!shown) picture.removeAttribute("src");
    else if (picture.getAttribute("src") !== shown) picture.src = shown;
    const soft = !address || devicePixelRatio > 1;
    if (soft && isThere && !this.#sharp.id) this.#sharpen();
    else this.#sharpen.stop();
  }

  async #fetch() {
    if (!this.#seen) return;
    const { id } = this.#seen.tile;
    const sharp = (this.#sharp = { id, address: "" });
    sharp.address = await this.#given.original(id).catch(() => "");
    if (this.#seen && sharp === this.#sharp && sharp.address) this.#showPicture(this.#seen.tile, this.#seen.address);
  }
}

function parts({ onRate, onReject, onOpen, onClose }, details, remake) {
  const picture = h("img", { class: "il-shown", alt: "", draggable: "false" });
  const veil = h("span", { class: "il-veil" });
  const preview = h("button", { class: "il-preview", type: "button", title: "full size (Enter)", on: { click: onOpen } }, picture, veil);
  const number = h("b", { class: "il-which" });
  const stars = starButtons(onRate);
  const hides = { class: "il-button il-reject", type: "button", title: "hide it from searches (x)" };
  const reject = h("button", { ...hides, on: { click: onReject } }, icon("reject"), h("span"));
  const close = h("button", { class: "il-button il-plain il-close", type: "button", "aria-label": "close", on: { click: onClose } }, icon("close"));
  const title = h("div", { class: "il-title" }, number, stars.element, reject);
  const below = h("div", { class: "il-below" }, details.element, remake.element);
  const frame = h("div", { class: "il-inspected" }, close, preview, title, below);
  const hint = h("p", { class: "il-hint il-quiet" }, "What is known of an image is shown here.");
  return { frame, hint, close, picture, veil, preview, number, stars, reject, details, remake };
}
