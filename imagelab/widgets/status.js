// The line over the grid: how many, what they cost, what is selected, and what went wrong.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { counted, grouped, plain } from "./words.js";

const SAID_FOR = 8000; // milliseconds; a reader may be looking elsewhere
const DONE_FOR = 3500; // milliseconds: what was done is to be seen anyway

export class Status {
  element;
  #summary = h("span", { class: "il-summary" });
  #note = h("span", { class: "il-note" });
  #more;
  #busy = "";
  #trouble = "";
  #said = "";
  #timer = 0;

  /** @param {{onTop: () => void, onSize: (pixels: number) => void}} given @param {HTMLElement[]} switches */
  constructor({ onTop, onSize }, switches) {
    this.#more = h("button", { class: "il-button il-new", type: "button", on: { click: onTop } });
    this.#more.hidden = true;
    const told = { type: "range", min: 80, max: 320, step: 20, "aria-label": "size of the thumbnails", title: "size of the thumbnails" };
    this.slider = h("input", { class: "il-slider", ...told, on: { input: () => onSize(Number(this.slider.value)) } });
    const said = h("div", { class: "il-said", role: "status" }, this.#summary, this.#note);
    this.element = h("div", { class: "il-status" }, said, this.#more, ...switches, this.slider);
  }

  /** @param {{begun: boolean, trouble: boolean, length: number, counted: boolean, cost: string|null, assets: number|null,
   *   selected: number, rejected: number, unseen: number}} seen */
  show(seen) {
    const words = summary(seen);
    if (this.#summary.textContent !== words) this.#summary.textContent = this.#summary.title = words; // read out when it changes
    this.#more.hidden = !seen.unseen;
    this.#more.textContent = `${grouped(seen.unseen)} new`;
  }

  /** What lasts as long as it is so: a busy kernel, or none. */
  busy(words) {
    this.#busy = words;
    this.#draw();
  }

  /** What went wrong, for a while. */
  trouble(words) {
    clearTimeout(this.#timer);
    this.#trouble = words;
    this.#timer = setTimeout(() => this.calm(), SAID_FOR);
    this.#draw();
  }

  /** What was done, for a while. */
  tell(words) {
    clearTimeout(this.#timer);
    [this.#said, this.#trouble] = [words, ""];
    this.#timer = setTimeout(() => this.calm(), DONE_FOR);
    this.#draw();
  }

  calm() {
    clearTimeout(this.#timer);
    [this.#said, this.#trouble] = ["", ""];
    this.#draw();
  }

  #draw() {
    const words = this.#trouble || this.#busy || this.#said;
    const sign = this.#trouble ? "warning" : this.#busy ? "clock" : "check";
    this.#note.classList.toggle("il-bad", Boolean(this.#trouble));
    this.#note.classList.toggle("il-done", sign === "check");
    if (this.#note.textContent === plain(words)) return;
    fill(this.#note, words && icon(sign), words && h("span", {}, plain(words)));
  }
}

function summary({ begun, trouble, length, counted: whole, cost, assets, selected, rejected }) {
  if (!begun) return trouble ? "" : "looking…";
  const stacked = assets > length ? `${counted(assets, "asset")} on ${counted(length, "tile")}` : "";
  const said = [stacked || (whole ? counted(length, "asset") : `${grouped(length - 1)}+ assets`)];
  if (cost) said.push(cost);
  if (selected) said.push(`${grouped(selected)} selected`);
  if (rejected) said.push(`${grouped(rejected)} rejected, hidden from the next search`);
  return said.join(" · ");
}
