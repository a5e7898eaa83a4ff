// The pictures of a strip: told apart by their part, moved and taken out by mouse and key.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

const KEYS_TOLD = "arrows move between images, Shift and an arrow moves the image, Delete takes it out";
const OWN = "application/x-imagelab-place";

export class StripItems {
  element;
  #given;
  #ids = [];
  #focused = 0; // the place that Tab comes to

  /** @param {{arrange: (ids: number[]) => void, named: (id: number) => string|undefined, address: (id: number) => string|undefined}} given */
  constructor(given) {
    this.#given = given;
    this.element = h("div", { class: "il-strip-items", role: "list", "aria-label": `input images; ${KEYS_TOLD}` });
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("dragover", (event) => this.#onOver(event));
    this.element.addEventListener("drop", (event) => this.#onDrop(event));
  }

  /** @param {number[]} ids */
  show(ids) {
    const had = this.element.contains(document.activeElement);
    this.#ids = [...ids];
    this.#focused = Math.max(0, Math.min(this.#focused, ids.length - 1));
    fill(this.element, ...ids.map((id, place) => this.#item(id, place)));
    this.element.hidden = !ids.length;
    if (had) this.element.children[this.#focused]?.focus();
  }

  #item(id, place) {
    const address = this.#given.address(id);
    const called = id > 0 ? `#${id}` : (this.#given.named(String(id)) ?? "given in code");
    const part = place ? "looked at" : "changed";
    const picture = address ? h("img", { src: address, alt: "", draggable: "false" }) : h("span", { class: "il-strip-lacking" }, icon("image", { size: 20 }));
    const out = h("button", { class: "il-strip-out", type: "button", tabindex: "-1", title: `take ${called} out (Delete)`, "aria-label": `take ${called} out`, on: { click: () => this.#takeOut(place) } }, icon("close", { size: 11 }));
    const told = { role: "listitem", draggable: "true", tabindex: place === this.#focused ? "0" : "-1", title: `${called}, ${part}`, "aria-label": `${called}, ${part}` };
    const begin = (event) => event.dataTransfer.setData(OWN, String(place));
    const frame = h("span", { class: "il-strip-frame" }, picture, h("span", { class: "il-strip-name" }, called), out);
    return h("div", { class: "il-strip-item", dataset: { place }, ...told, on: { dragstart: begin, focus: () => (this.#focused = place) } }, frame, h("span", { class: "il-quiet" }, part));
  }

  #onKey(event) {
    const place = Number(event.target.closest?.(".il-strip-item")?.dataset.place ?? -1);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (step && event.shiftKey) this.#move(place, place + step);
    else if (step) this.#focus(place + step);
    else if (event.key === "Delete" || event.key === "Backspace") this.#takeOut(place);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #focus(place) {
    const item = this.element.children[place];
    if (!item) return;
    this.element.children[this.#focused].tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  }

  #move(from, to) {
    if (to < 0 || to >= this.#ids.length) return;
    const ids = [...this.#ids];
    ids.splice(to, 0, ...ids.splice(from, 1));
    this.#focused = to;
    this.#given.arrange(ids);
  }

  #takeOut(place) {
    this.#given.arrange(this.#ids.filter((_, other) => other !== place));
  }

  #onOver(event) {
    if (!event.dataTransfer.types.includes(OWN)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #onDrop(event) {
    if (!event.dataTransfer.types.includes(OWN)) return;
    event.preventDefault();
    event.stopPropagation();
    const to = event.target.closest(".il-strip-item")?.dataset.place ?? this.#ids.length - 1;
    this.#move(Number(event.dataTransfer.getData(OWN)), Number(to));
  }
}
