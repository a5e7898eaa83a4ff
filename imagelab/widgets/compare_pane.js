// Images to compare: beside each other, or the second laid over the first. All are zoomed and
// moved together, by wheel, drag and key.
import { fill, h } from "./dom.js";

const MODES = ["slider", "side by side", "blink", "difference"];
const BLINK_EVERY = 700; // milliseconds
const FURTHEST = 16; // times
const STEP = 1.25;

export class ComparePane {
  element;
  #panes = h("div", { class: "il-panes" });
  #modes;
  #cut;
  #onMode;
  #shots = [];
  #mode = "side by side";
  #blinks = 0;
  #eye = { zoom: 1, x: 0, y: 0 };

  /** @param {{onMode?: (mode: string) => void}} [given] */
  constructor({ onMode } = {}) {
    this.#onMode = onMode;
    this.#modes = h("div", { class: "il-modes", role: "radiogroup", "aria-label": "how to compare" }, ...MODES.map((mode) => this.#modeButton(mode)));
    const told = { role: "slider", tabindex: "0", "aria-label": "how much of the first is seen", "aria-valuemin": "0", "aria-valuemax": "100" };
    this.#cut = h("div", { class: "il-cut", ...told });
    const box = h("div", { class: "il-laid" }, this.#panes, this.#cut);
    this.element = h("div", { class: "il-compare" }, box, this.#modes);
    this.#listen(box);
    this.#moveCut(50);
    this.#look();
  }

  get mode() {
    return this.#mode;
  }

  get modes() {
    return this.#shots.length === 2 ? MODES : ["side by side"];
  }

  /** @param {{address: string, alt: string, caption: string, squares?: boolean, words?: string, veiled?: boolean}[]} shots */
  show(shots) {
    this.#shots = shots;
    fill(this.#panes, ...shots.map((shot) => pane(shot)));
    this.#modes.hidden = shots.length !== 2;
    this.element.dataset.count = String(shots.length);
    this.choose(this.modes.includes(this.#mode) ? this.#mode : "side by side");
  }

  /** @param {string} mode one of `modes` */
  choose(mode) {
    if (!this.modes.includes(mode)) return;
    this.#mode = mode;
    this.element.dataset.mode = mode;
    this.#cut.hidden = mode !== "slider";
    for (const button of this.#modes.children) button.setAttribute("aria-checked", String(button.dataset.mode === mode));
    clearInterval(this.#blinks);
    this.element.classList.remove("il-turned");
    if (mode === "blink" && !stillLiked()) this.#blinks = setInterval(() => this.turn(), BLINK_EVERY);
    this.#onMode?.(mode);
  }

  /** Show the other of two that blink. */
  turn() {
    this.element.classList.toggle("il-turned");
  }

  /** @returns {boolean} whether the key was one of its own */
  key(event) {
    const { key } = event;
    if (key === "+" || key === "=") this.#zoom(STEP);
    else if (key === "-") this.#zoom(1 / STEP);
    else if (key === "0") this.#look({ zoom: 1, x: 0, y: 0 });
    else if (key === " " && this.#mode === "blink") this.turn();
    else if (/^[1-4]$/.test(key)) this.choose(MODES[Number(key) - 1]);
    else return this.#cutKey(event);
    return true;
  }

  close() {
    clearInterval(this.#blinks);
  }

  #modeButton(mode) {
    const told = { class: "il-button", type: "button", role: "radio", "aria-checked": "false", dataset: { mode } };
    return h("button", { ...told, on: { click: () => this.choose(mode) } }, mode[0].toUpperCase() + mode.slice(1));
  }

  #listen(box) {
    box.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    box.addEventListener("pointerdown", (event) => this.#grab(event, box));
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    this.#zoom(event.deltaY < 0 ? STEP : 1 / STEP);
  }

  #zoom(times) {
    const zoom = Math.min(FURTHEST, Math.max(1, this.#eye.zoom * times));
    this.#look({ ...this.#eye, zoom });
  }

  /** In hundredths of a picture, so that pictures of two sizes move alike. */
  #look(eye = this.#eye) {
    const most = (eye.zoom - 1) * 50;
    const within = (value) => Math.min(most, Math.max(-most, value));
    this.#eye = { zoom: eye.zoom, x: within(eye.x), y: within(eye.y) };
    for (const [name, value] of Object.entries({ "--il-zoom": this.#eye.zoom, "--il-x": `${this.#eye.x}%`, "--il-y": `${this.#eye.y}%` }))
      this.element.style.setProperty(name, String(value));
  }

  #grab(event, box) {
    if (event.button !== 0 || event.target.closest(".il-unveil")) return;
    const cuts = this.#mode === "slider" && (event.target === this.#cut || this.#eye.zoom === 1);
    const bounds = (this.#panes.firstElementChild ?? box).getBoundingClientRect();
    const start = { ...this.#eye, left: event.clientX, top: event.clientY };
    const move = (moved) => {
      if (cuts) return this.#moveCut(((moved.clientX - bounds.left) / bounds.width) * 100);
      const x = start.x + ((moved.clientX - start.left) / bounds.width) * 100;
      const y = start.y + ((moved.clientY - start.top) / bounds.height) * 100;
      this.#look({ ...this.#eye, x, y });
    };
    if (cuts) move(event);
    box.setPointerCapture(event.pointerId);
    box.addEventListener("pointermove", move);
    box.addEventListener("lostpointercapture", () => box.removeEventListener("pointermove", move), { once: true });
  }

  #cutKey({ key, target, shiftKey }) {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (!way || target !== this.#cut) return false;
    this.#moveCut(Number(this.#cut.getAttribute("aria-valuenow")) + way * (shiftKey ? 10 : 2));
    return true;
  }

  #moveCut(wanted) {
    const place = Math.round(Math.min(100, Math.max(0, wanted)));
    this.#cut.setAttribute("aria-valuenow", String(place));
    this.element.style.setProperty("--il-cut", `${place}%`);
  }
}

function pane({ address, alt, caption, squares, words, veiled }) {
  const picture = h("img", { class: squares ? "il-squares" : "", alt, src: address || null, draggable: "false" });
  const lacks = !address && h("span", { class: "il-lacks" }, words || "no picture to show");
  const unveil = () => figure.classList.remove("il-is-veiled");
  const veil = veiled && address && h("button", { class: "il-unveil", type: "button", on: { click: unveil } }, "flagged by the provider · click to see");
  const figure = h("figure", { class: veil ? "il-pane il-is-veiled" : "il-pane" }, h("div", { class: "il-look" }, picture, lacks), veil, h("figcaption", {}, caption));
  return figure;
}

const stillLiked = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
