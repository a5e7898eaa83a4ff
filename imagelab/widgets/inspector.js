// The inspector: everything known of the image that is shown, to read, to copy and to judge.
import { copyButton } from "./copying.js";
import { fill, h, settled } from "./dom.js";
import { icon } from "./icons.js";
import { starButtons } from "./stars.js";
import { ago, counted, inFull, plain } from "./words.js";

const OWN_ROWS = new Set(["quality", "size", "n"]); // of what was asked: the others are "settings"
const FEW = 6; // relatives that are named one by one
const SHARPENS_AFTER = 250; // milliseconds on one image

export class Inspector {
  element;
  #given;
  #parts;
  #facts = null;
  #seen = null;
  #sharp = { id: 0, address: "" }; // the original that was asked for; "" while it is not there
  #sharpen = settled(SHARPENS_AFTER, () => this.#fetch());

  /**
   * @param {{original: (id: number) => Promise<string>, onRate: (stars: number) => void, onReject: () => void, onOpen: () => void,
   *   onGo: (id: number) => void, onClose: () => void}} given
   */
  constructor(given) {
    this.#given = given;
    this.#parts = parts(given);
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

  /**
   * @param {{tile: import("./positions.js").Tile, address: string, rating: number,
   *   rejected: boolean, veiled: boolean, facts: object|null, trouble: string}|null} seen
   */
  show(seen) {
    const { frame, hint } = this.#parts;
    if (!seen !== this.element.contains(hint)) fill(this.element, seen ? frame : hint);
    this.#seen = seen;
    if (!seen) return;
    this.#showHead(seen);
    const facts = seen.facts?.id === seen.tile.id ? seen.facts : null;
    this.#parts.details.classList.toggle("il-stale", !facts && !seen.trouble);
    this.#parts.trouble.textContent = facts ? "" : seen.trouble;
    if (facts && facts !== this.#facts) this.#showFacts(facts);
  }

  #showHead({ tile, address, rating, rejected, veiled }) {
    const { picture, preview, veil, number, stars, reject } = this.#parts;
    this.#showPicture(tile, address);
    picture.alt = plain(tile.alt);
    preview.style.setProperty("--il-ratio", String(tile.width / tile.height || 1));
    picture.classList.toggle("il-squares", tile.transparent && Boolean(address));
    preview.classList.toggle("il-is-veiled", veiled);
    fill(veil, ...(tile.damaged ? [icon("warning", { size: 24 }), "damaged"] : veiled ? ["flagged · click to see"] : []));
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
    const shown = !tile.damaged && (this.#sharp.address || address);
    if (!shown) picture.removeAttribute("src");
    else if (picture.getAttribute("src") !== shown) picture.src = shown;
    const soft = !address || devicePixelRatio > 1;
    if (soft && !tile.damaged && !this.#sharp.id) this.#sharpen();
    else this.#sharpen.stop();
  }

  async #fetch() {
    if (!this.#seen) return;
    const { id } = this.#seen.tile;
    const sharp = (this.#sharp = { id, address: "" });
    sharp.address = await this.#given.original(id).catch(() => "");
    if (this.#seen && sharp === this.#sharp && sharp.address) this.#showPicture(this.#seen.tile, this.#seen.address);
  }

  #showFacts(facts) {
    this.#facts = facts;
    const { prompt, was, tags, rows, code } = this.#parts;
    prompt.textContent = plain(facts.prompt || facts.caption || "");
    prompt.hidden = !prompt.textContent;
    was.textContent = facts.changed ? `before: ${plain(facts.changed)}` : "";
    was.hidden = !facts.changed;
    fill(tags, ...facts.tags.map((tag) => h("bdi", { class: "il-tag" }, plain(tag))));
    tags.hidden = !facts.tags.length;
    fill(rows, ...this.#rows(facts).flatMap(([name, ...said]) => [h("dt", {}, name), h("dd", {}, ...said)]));
    fill(code, h("code", {}, plain(facts.code)), copyButton("copy the code", () => facts.code));
  }

  /** @returns {[string, ...(Node|string)[]][]} a name and what is said beside it */
  #rows(facts) {
    const rows = [
      ["model", bdi(facts.offer)],
      ["size", bdi(facts.size)],
      ["quality", bdi(facts.quality)],
      ["settings", bdi(settings(facts.asked))],
      ["cost", bdi(facts.cost), facts.quoted && h("span", { class: "il-quoted" }, plain(facts.quoted))],
      ["made", ...made(facts)],
      ["from", ...this.#lineage(facts)],
      ["seed", bdi(facts.seed)],
      ["caption", facts.prompt && bdi(facts.caption)],
      ["note", bdi(facts.note)],
      ["sha256", ...hash(facts.sha256)],
      ["flagged", facts.flagged && "by the provider"],
      ["damaged", facts.damaged && bdi(facts.damaged === true ? "does not decode; its bytes are kept" : facts.damaged)],
    ];
    return rows.filter(([, first]) => first);
  }

  #lineage({ parents, children }) {
    const named = parents.slice(0, FEW).map((id) => this.#link(id));
    const more = parents.length > FEW ? ` and ${parents.length - FEW} more` : "";
    const born = children.length ? [" → ", ...children.slice(0, FEW).map((id) => this.#link(id))] : [];
    const others = children.length > FEW ? ` of ${counted(children.length, "child").replace("childs", "children")}` : "";
    if (!parents.length && !children.length) return [];
    return [named.length ? h("span", {}, ...named, more) : "words alone", ...born, others].filter(Boolean);
  }

  #link(id) {
    return h("button", { class: "il-link", type: "button", title: `show #${id}`, on: { click: () => this.#given.onGo(id) } }, `#${id}`);
  }
}

function parts({ onRate, onReject, onOpen, onClose }) {
  const picture = h("img", { class: "il-shown", alt: "", draggable: "false" });
  const veil = h("span", { class: "il-veil" });
  const preview = h("button", { class: "il-preview", type: "button", title: "full size (Enter)", on: { click: onOpen } }, picture, veil);
  const number = h("b", { class: "il-which" });
  const stars = starButtons(onRate);
  const hides = { class: "il-button il-reject", type: "button", title: "hide it from searches (x)" };
  const reject = h("button", { ...hides, on: { click: onReject } }, icon("reject"), h("span"));
  const close = h("button", { class: "il-button il-plain il-close", type: "button", "aria-label": "close", on: { click: onClose } }, icon("close"));
  const [prompt, was, tags, rows, code, trouble] = [
    h("p", { class: "il-prompt", dir: "auto", tabindex: "0", "aria-label": "prompt" }),
    h("p", { class: "il-was il-quiet", dir: "auto" }),
    h("div", { class: "il-tags" }),
    h("dl", { class: "il-facts" }),
    h("div", { class: "il-code il-mono" }),
    h("p", { class: "il-trouble" }),
  ];
  const title = h("div", { class: "il-title" }, number, stars.element, reject);
  const details = h("div", { class: "il-details" }, trouble, prompt, was, tags, rows, code);
  const frame = h("div", { class: "il-inspected" }, close, preview, title, details);
  const hint = h("p", { class: "il-hint il-quiet" }, "What is known of an image is shown here.");
  return { frame, hint, close, picture, veil, preview, number, stars, reject, prompt, was, tags, rows, code, trouble, details };
}

const bdi = (text) => text && h("bdi", {}, plain(text));

function settings(asked) {
  const others = Object.entries(asked).filter(([name, value]) => !OWN_ROWS.has(name) && value !== null);
  return others.map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`).join(" · ");
}

function made({ created_at, seconds, notebook }) {
  const moment = h("time", { datetime: created_at, title: inFull(created_at) }, ago(created_at));
  const where = notebook ? [" in ", h("bdi", { title: plain(notebook) }, plain(notebook.split(/[\\/]/).at(-1)))] : [];
  return [moment, ...where, seconds ? ` · ${seconds.toFixed(1)} s` : ""];
}

function hash(sha256) {
  const short = h("span", { class: "il-mono", title: sha256 }, `${sha256.slice(0, 8)}…${sha256.slice(-4)}`);
  return [short, copyButton("copy the hash", () => sha256)];
}
