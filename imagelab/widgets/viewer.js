// The viewer: one picture as large as the window has room for, or larger; and a quick look at it.
import { fill, h, settled } from "./dom.js";
import { icon } from "./icons.js";
import { starButtons } from "./stars.js";
import { grouped, plain } from "./words.js";
import { Zoom, pointOf } from "./zoom.js";

const A_DRAG = 4; // pixels; less is a click
const SHARPENS_AFTER = 120; // milliseconds on one image: a held arrow key passes many by

export class Viewer {
  element;
  #given;
  #parts;
  #seen = null;
  #said = ""; // of the picture itself, for as long as it is shown
  #sharpen = settled(SHARPENS_AFTER, () => this.#ask());
  #zoom;
  #watch = new ResizeObserver(() => this.#zoom.lay());

  /**
   * @param {{original: (id: number) => Promise<string>, onMove: (to: string) => void,
   *   onRate: (stars: number) => void, onUnveil: (id: number) => void, onClose: () => void}} given
   */
  constructor(given) {
    this.#given = given;
    this.#parts = this.#made();
    const { bar, stage, picture } = this.#parts;
    this.#zoom = new Zoom(stage, picture, () => this.#scaled());
    this.element = h("dialog", { class: "il-over il-viewer", "aria-label": "full size", on: { close: () => this.#closed() } }, bar, stage);
    this.#watch.observe(stage);
  }

  get isOpen() {
    return this.element.open;
  }

  /** Over the whole window, or for a quick look over a part of it. */
  open(seen, { quick = false } = {}) {
    this.element.classList.toggle("il-quick", quick);
    this.element.setAttribute("aria-label", quick ? "preview" : "full size");
    this.element.showModal();
    this.show(seen);
    this.#parts.stage.focus();
  }

  /** @param {{name: string, to?: string, by?: number, stars?: number}} command @returns {boolean} whether it was for the viewer */
  takes({ name, to, by, stars }) {
    const { isZoomed } = this.#zoom;
    if (name === "zoom") this.#zoom.step(by);
    else if (name === "rate" && stars === 0 && isZoomed) this.#zoom.fit();
    else if (name === "move" && isZoomed) return this.#zoom.stride(to);
    else if (name === "open" && this.#isQuick) this.#grow();
    else if (["open", "preview", "leave"].includes(name)) this.close();
    else return false;
    return true;
  }

  close() {
    this.element.close();
  }

  /** @param {{tile: import("./positions.js").Tile, address: string, rating: number, rejected: boolean,
   *   veiled: boolean, position: number, length: number}|null} seen */
  show(seen) {
    if (!this.isOpen || !seen) return;
    const first = !this.#seen;
    const another = this.#seen?.tile.id !== seen.tile.id;
    if (another) this.#said = "";
    this.#seen = seen;
    this.#label(seen);
    this.element.classList.toggle("il-is-veiled", seen.veiled);
    if (another) this.#load(seen);
    if (first) this.#sharpen.now();
    else if (another) this.#sharpen();
  }

  remove() {
    this.#sharpen.stop();
    this.#watch.disconnect();
    this.element.remove();
  }

  #made() {
    const told = h("span", { class: "il-told" });
    const stars = starButtons((rating) => this.#given.onRate(rating));
    const rejected = h("span", { class: "il-rejected" });
    const scale = this.#button("", "pixel by pixel, or fitted (click)", () => this.#zoom.toggle());
    const less = this.#button(icon("minus"), "smaller (−)", () => this.#zoom.step(-1));
    const more = this.#button(icon("plus"), "larger (+)", () => this.#zoom.step(1));
    const zooms = h("span", { class: "il-zooms", role: "group", "aria-label": "zoom" }, less, scale, more);
    const back = this.#button(icon("back"), "the one before (←)", () => this.#given.onMove("left"));
    const forward = this.#button(icon("forward"), "the next (→)", () => this.#given.onMove("right"));
    const close = this.#button(icon("close"), "close (Esc)", () => this.close());
    const bar = h("div", { class: "il-bar" }, told, stars.element, rejected, h("span", { class: "il-spring" }), zooms, back, forward, close);
    const picture = h("img", { class: "il-full", alt: "", draggable: "false" });
    const words = h("p", { class: "il-stage-words", role: "status" });
    const stage = h("div", { class: "il-stage", tabindex: "-1" }, picture, words);
    this.#listen(stage);
    return { bar, stage, picture, words, told, stars, rejected, scale, less, more };
  }

  #button(content, title, press) {
    return h("button", { class: "il-button il-plain", type: "button", title, "aria-label": title, on: { click: press } }, content);
  }

  #label({ tile, rating, rejected, veiled, position, length }) {
    const { told, stars, rejected: cross, words } = this.#parts;
    const place = position === undefined ? "" : ` · ${grouped(position + 1)} of ${grouped(length)}`;
    told.textContent = `#${tile.id} · ${tile.width}×${tile.height}${place}`;
    stars.show(rating);
    fill(cross, rejected && icon("reject"), rejected && "rejected");
    words.textContent = veiled && !tile.damaged ? "flagged by the provider · click to see" : this.#said;
  }

  /** The small picture at the size of the large one, until that is there. */
  #load({ tile, address }) {
    const { picture } = this.#parts;
    picture.alt = plain(tile.alt);
    picture.classList.toggle("il-squares", tile.transparent);
    if (address) picture.src = address;
    else picture.removeAttribute("src");
    this.#zoom.begin(tile);
  }

  async #ask() {
    const { tile } = this.#seen;
    try {
      const original = tile.damaged ? "" : await this.#given.original(tile.id);
      const decoded = original && (await loaded(original));
      if (this.#seen?.tile.id !== tile.id) return;
      if (decoded) this.#parts.picture.src = original;
      else this.#says("This image does not decode; its bytes are kept in the catalog.");
    } catch (error) {
      if (this.#seen?.tile.id === tile.id) this.#says(plain(error.message));
    }
  }

  #says(words) {
    this.#said = words;
    this.#label(this.#seen);
  }

  get #isQuick() {
    return this.element.classList.contains("il-quick");
  }

  #grow() {
    this.element.classList.remove("il-quick");
    this.element.setAttribute("aria-label", "full size");
  }

  #scaled() {
    const { scale, less } = this.#parts;
    scale.textContent = `${Math.round(this.#zoom.scale * 100)} %`;
    scale.setAttribute("aria-label", `${scale.textContent}: pixel by pixel, or fitted`);
    scale.setAttribute("aria-pressed", String(this.#zoom.isZoomed));
    less.disabled = !this.#zoom.isZoomed;
  }

  /** A click toggles the size, a drag moves what is larger than the stage. */
  #listen(stage) {
    let [from, last] = [null, null];
    stage.addEventListener("pointerdown", (event) => {
      from = last = { x: event.clientX, y: event.clientY };
    });
    stage.addEventListener("pointermove", (event) => {
      if (!last || !event.buttons || !this.#zoom.isZoomed) return;
      this.#zoom.move(event.clientX - last.x, event.clientY - last.y);
      last = { x: event.clientX, y: event.clientY };
    });
    stage.addEventListener("click", (event) => {
      const moved = from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > A_DRAG;
      if (!moved) this.#clicked(event, stage);
    });
  }

  #clicked(event, stage) {
    if (this.#seen?.veiled) this.#given.onUnveil(this.#seen.tile.id);
    else if (event.target === this.#parts.picture && !this.#isQuick) this.#zoom.toggle(pointOf(event, stage));
    else this.close();
  }

  #closed() {
    this.#sharpen.stop();
    this.#seen = null;
    this.#parts.picture.removeAttribute("src");
    this.#given.onClose();
  }
}

async function loaded(address) {
  const picture = new Image();
  picture.src = address;
  try {
    await picture.decode();
    return true;
  } catch {
    return false;
  }
}
