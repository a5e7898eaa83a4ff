// The viewer: one picture as large as the window has room for, or pixel by pixel.
import { fill, h, settled } from "./dom.js";
import { icon } from "./icons.js";
import { starButtons } from "./stars.js";
import { grouped, plain } from "./words.js";

const A_DRAG = 4; // pixels; less is a click
const SHARPENS_AFTER = 120; // milliseconds on one image: a held arrow key passes many by

export class Viewer {
  element;
  #given;
  #parts;
  #seen = null;
  #said = ""; // of the picture itself, for as long as it is shown
  #sharpen = settled(SHARPENS_AFTER, () => this.#ask());
  #pixels = false; // one pixel of the picture on one of the screen
  #watch = new ResizeObserver(() => this.#fit());

  /**
   * @param {{original: (id: number) => Promise<string>, onMove: (to: string) => void,
   *   onRate: (stars: number) => void, onUnveil: (id: number) => void, onClose: () => void}} given
   */
  constructor(given) {
    this.#given = given;
    this.#parts = this.#made();
    const { bar, stage } = this.#parts;
    this.element = h("dialog", { class: "il-viewer", "aria-label": "full size", on: { close: () => this.#closed() } }, bar, stage);
    this.#watch.observe(stage);
  }

  get isOpen() {
    return this.element.open;
  }

  open(seen) {
    this.#pixels = false;
    this.element.showModal();
    this.show(seen);
    this.#parts.stage.focus();
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
    const size = this.#button("1:1", "one pixel on one pixel (click)", () => this.#toggle());
    const back = this.#button(icon("back"), "the one before (←)", () => this.#given.onMove("left"));
    const forward = this.#button(icon("forward"), "the next (→)", () => this.#given.onMove("right"));
    const close = this.#button(icon("close"), "close (Esc)", () => this.close());
    const bar = h("div", { class: "il-bar" }, told, stars.element, rejected, h("span", { class: "il-spring" }), size, back, forward, close);
    const picture = h("img", { class: "il-full", alt: "", draggable: "false" });
    const words = h("p", { class: "il-stage-words", role: "status" });
    const stage = h("div", { class: "il-stage", tabindex: "-1" }, picture, words);
    this.#listen(stage);
    return { bar, stage, picture, words, told, stars, rejected, size };
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
    this.#fit();
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

  #toggle() {
    this.#pixels = !this.#pixels;
    this.#fit();
  }

  #fit() {
    if (!this.#seen) return;
    const { stage, picture, size } = this.#parts;
    const { width, height } = this.#seen.tile;
    const fitting = Math.min(1, stage.clientWidth / width, stage.clientHeight / height);
    const scale = this.#pixels ? 1 / devicePixelRatio : fitting;
    picture.style.width = `${width * scale}px`;
    picture.style.height = `${height * scale}px`;
    stage.classList.toggle("il-pixels", this.#pixels);
    size.setAttribute("aria-pressed", String(this.#pixels));
  }

  /** A click toggles the size, a drag moves what is larger than the stage. */
  #listen(stage) {
    let from = null;
    stage.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, y: event.clientY, left: stage.scrollLeft, top: stage.scrollTop };
    });
    stage.addEventListener("pointermove", (event) => {
      if (!from || !event.buttons) return;
      stage.scrollLeft = from.left + from.x - event.clientX;
      stage.scrollTop = from.top + from.y - event.clientY;
    });
    stage.addEventListener("click", (event) => {
      const moved = from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > A_DRAG;
      if (!moved) this.#clicked(event);
    });
  }

  #clicked(event) {
    if (this.#seen?.veiled) this.#given.onUnveil(this.#seen.tile.id);
    else if (event.target === this.#parts.picture) this.#zoomAt(event);
    else this.close();
  }

  /** What was clicked on stays under the pointer. */
  #zoomAt(event) {
    const { stage, picture } = this.#parts;
    const box = picture.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    this.#toggle();
    const now = picture.getBoundingClientRect();
    stage.scrollLeft += now.left + x * now.width - event.clientX;
    stage.scrollTop += now.top + y * now.height - event.clientY;
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
