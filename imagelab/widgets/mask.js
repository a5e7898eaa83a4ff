// The mask painter: an image, and over it in stripes what an edit may change.
import { courier } from "./courier.js";
import { h, settled } from "./dom.js";
import { isSave, isTyping } from "./keys.js";
import { MaskPixels } from "./mask_pixels.js";
import { Originals } from "./originals.js";
import { hideStill } from "./still.js";
import { Traits } from "./traits.js";

const TOLD_AFTER = 120; // milliseconds after the last stroke
const GROWS = 1.25;
const STRIPE = 12; // pixels on the screen
const TOOLS = { brush: "Brush", eraser: "Eraser", rectangle: "Rectangle" };
const KEYS = "b brush · e eraser · r rectangle · [ ] size · i invert · u undo · Shift+U redo · arrows move, Space paints, Enter sets a corner · Esc leave";
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Painter {
  #traits;
  #mask;
  #root;
  #line;
  #originals;
  #tool = "brush";
  #cursor; // a pixel, for the keys
  #corner = null; // of a rectangle that is begun
  #frame = 0;
  #parts;
  #tell = settled(TOLD_AFTER, () => this.#traits.say({ runs: this.#mask.share ? this.#mask.runs : [] }));
  #watch = new ResizeObserver(() => this.#draw());
  #sighted = new IntersectionObserver(() => this.#draw()); // taken out and put back, its size is as before

  constructor(model, el) {
    this.#traits = new Traits(model);
    const [width, height] = [this.#traits.of("image_width"), this.#traits.of("image_height")];
    this.#mask = new MaskPixels(width, height);
    this.#cursor = { x: Math.floor(width / 2), y: Math.floor(height / 2) };
    this.#parts = this.#made(width, height);
    this.#root = this.#framed();
    el.append(this.#root);
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    this.#grabs();
    this.#watch.observe(this.#parts.sheet);
    this.#sighted.observe(this.#parts.sheet);
    this.#traits.on("runs", () => this.#read());
    this.#traits.on("size", () => this.#draw());
    this.#read();
    this.#choose("brush");
    this.#line = courier(model, { onLost: (sentence) => (this.#parts.said.textContent = sentence) });
    this.#load();
  }

  close() {
    this.#tell.stop();
    this.#watch.disconnect();
    this.#sighted.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#originals?.close();
    this.#traits.close();
    this.#root.remove();
    this.#line.then((line) => line.close(), () => {});
  }

  #made(width, height) {
    const button = (name, title, press) => h("button", { class: "il-button", type: "button", title, on: { click: press } }, name);
    const tools = Object.entries(TOOLS).map(([tool, name]) => h("button", { class: "il-button", type: "button", title: `${name.toLowerCase()} (${tool[0]})`, "aria-pressed": "false", dataset: { tool }, on: { click: () => this.#choose(tool) } }, name));
    const size = h("input", { type: "range", class: "il-slider", min: 1, max: Math.ceil(Math.min(width, height) / 2), "aria-label": "width of the brush in pixels", on: { input: () => this.#traits.say({ size: Number(size.value) }) } });
    const acts = [
      button("Invert", "what changes stays, and the other way round (i)", () => this.#does(() => this.#mask.invert())),
      button("Undo", "take back the last stroke (u)", () => this.#does(() => this.#mask.undo())),
      button("Redo", "and do it again (Shift+U)", () => this.#does(() => this.#mask.redo())),
      button("Clear", "nothing changes", () => this.#does(() => this.#mask.clear())),
    ];
    const picture = h("img", { class: "il-under-mask", alt: `asset #${this.#traits.of("asset_id")}`, draggable: "false" });
    const canvas = h("canvas", { class: "il-stripes", "aria-hidden": "true" });
    const sheet = h("div", { class: "il-sheet", tabindex: "0", role: "application", "aria-label": "the image to paint on; arrows move, Space paints", style: { "--il-ratio": String(width / height) } }, picture, canvas);
    const fields = ["x", "y", "width", "height"].map((name, place) => h("input", { type: "number", min: place < 2 ? 0 : 1, max: place % 2 ? height : width, "aria-label": `${name} of a rectangle`, placeholder: name }));
    const add = button("Add rectangle", "by its numbers", () => this.#addRectangle(fields));
    return { tools, size, acts, picture, canvas, sheet, fields, add, width: h("span", { class: "il-quiet" }), said: h("span", { role: "status" }) };
  }

  #framed() {
    const { tools, size, width, acts, sheet, fields, add, said } = this.#parts;
    const bar = h("div", { class: "il-mask-bar" }, h("b", {}, "Mask"), h("span", { class: "il-tools", role: "group", "aria-label": "tools" }, ...tools), size, width, ...acts);
    const told = { class: "il-view il-mask", tabindex: "-1", role: "group", "aria-label": "mask painter" };
    return h("div", told, bar, sheet, h("div", { class: "il-rectangle" }, ...fields, add), h("div", { class: "il-foot" }, said), h("div", { class: "il-foot", "aria-hidden": "true" }, KEYS));
  }

  async #load() {
    try {
      this.#originals = new Originals(await this.#line);
      const address = await this.#originals.address(this.#traits.of("asset_id"));
      if (address) this.#parts.picture.src = address;
      this.#root.dataset.shown = "1";
    } catch (error) {
      this.#parts.said.textContent = error.message;
    }
  }

  #read() {
    this.#mask.read(this.#traits.of("runs"));
    this.#draw();
  }

  #choose(tool) {
    this.#tool = tool;
    this.#corner = null;
    for (const one of this.#parts.tools) one.setAttribute("aria-pressed", String(one.dataset.tool === tool));
    this.#draw();
  }

  #does(act) {
    act();
    this.#draw();
    this.#tell();
  }

  #grabs() {
    const { sheet } = this.#parts;
    sheet.addEventListener("pointermove", (event) => this.#hover(event));
    sheet.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      sheet.focus({ preventScroll: true });
      sheet.setPointerCapture(event.pointerId);
      this.#stroke(event, sheet);
    });
  }

  #hover(event) {
    this.#cursor = this.#pixel(event);
    this.#draw();
  }

  #stroke(event, sheet) {
    const value = this.#tool === "eraser" ? 0 : 1;
    const size = this.#traits.of("size");
    let last = this.#pixel(event);
    this.#mask.step();
    if (this.#tool === "rectangle") this.#corner = last;
    else this.#mask.line(last, last, size, value);
    const move = (moved) => {
      const now = this.#pixel(moved);
      if (this.#tool !== "rectangle") this.#mask.line(last, now, size, value);
      last = now;
      this.#draw();
    };
    const end = () => {
      sheet.removeEventListener("pointermove", move);
      if (this.#tool === "rectangle") this.#mask.rectangle(this.#corner, last, 1);
      this.#corner = null;
      this.#draw();
      this.#tell();
    };
    sheet.addEventListener("pointermove", move);
    sheet.addEventListener("lostpointercapture", end, { once: true });
    this.#draw();
  }

  #pixel(event) {
    const bounds = this.#parts.sheet.getBoundingClientRect();
    const within = (share, length) => Math.min(length - 1, Math.max(0, Math.floor(share * length)));
    return {
      x: within((event.clientX - bounds.left) / bounds.width, this.#mask.width),
      y: within((event.clientY - bounds.top) / bounds.height, this.#mask.height),
    };
  }

  #addRectangle(fields) {
    const [x, y, width, height] = fields.map((field) => Math.round(Number(field.value)));
    if (!(width > 0 && height > 0)) return void (this.#parts.said.textContent = "a rectangle has a width and a height of at least 1");
    this.#does(() => {
      this.#mask.step();
      this.#mask.rectangle({ x, y }, { x: x + width - 1, y: y + height - 1 }, 1);
    });
  }

  /** No key goes on to the notebook, which would cut the cell. */
  #key(event) {
    if (isSave(event)) return;
    event.stopPropagation();
    const { key } = event;
    if (isTyping(event.target) || event.altKey) return;
    const undoes = (event.ctrlKey || event.metaKey) && key.toLowerCase() === "z";
    if (undoes) this.#does(() => (event.shiftKey ? this.#mask.redo() : this.#mask.undo()));
    if (undoes || (!event.ctrlKey && !event.metaKey && this.#pressed(event))) event.preventDefault();
  }

  #pressed({ key, target, shiftKey }) {
    const tool = Object.keys(TOOLS).find((name) => name[0] === key);
    const size = this.#traits.of("size");
    if (tool) this.#choose(tool);
    else if (key === "[") this.#resize(Math.min(size - 1, Math.floor(size / GROWS)));
    else if (key === "]") this.#resize(Math.max(size + 1, Math.ceil(size * GROWS)));
    else if (key === "i") this.#does(() => this.#mask.invert());
    else if (key === "u" || key === "U") this.#does(() => (key === "u" ? this.#mask.undo() : this.#mask.redo()));
    else if (key === "Escape") document.activeElement.blur();
    else return target === this.#parts.sheet && this.#paintsByKey(key, shiftKey);
    return true;
  }

  #paintsByKey(key, far) {
    if (MOVES[key]) {
      const step = far ? this.#traits.of("size") : Math.max(1, Math.round(this.#traits.of("size") / 4));
      const within = (value, length) => Math.min(length - 1, Math.max(0, value));
      this.#cursor = { x: within(this.#cursor.x + MOVES[key][0] * step, this.#mask.width), y: within(this.#cursor.y + MOVES[key][1] * step, this.#mask.height) };
      this.#draw();
    } else if (key === " ") {
      this.#does(() => {
        this.#mask.step();
        this.#mask.line(this.#cursor, this.#cursor, this.#traits.of("size"), this.#tool === "eraser" ? 0 : 1);
      });
    } else if (key === "Enter") this.#cornerByKey();
    else return false;
    return true;
  }

  #cornerByKey() {
    if (this.#tool !== "rectangle") this.#choose("rectangle");
    if (!this.#corner) this.#corner = this.#cursor;
    else {
      const corner = this.#corner;
      this.#corner = null;
      this.#does(() => {
        this.#mask.step();
        this.#mask.rectangle(corner, this.#cursor, 1);
      });
    }
    this.#draw();
  }

  #resize(size) {
    this.#traits.say({ size: Math.min(4000, Math.max(1, size)) });
    this.#draw();
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#drawn());
  }

  #drawn() {
    const { canvas, sheet, said, width, size } = this.#parts;
    if (!sheet.clientWidth) return;
    const wide = this.#traits.of("size");
    const scale = devicePixelRatio || 1;
    const [across, down] = [Math.max(1, Math.round(sheet.clientWidth * scale)), Math.max(1, Math.round(sheet.clientHeight * scale))];
    Object.assign(canvas, { width: across, height: down });
    const pen = canvas.getContext("2d");
    pen.putImageData(stripes(this.#mask, across, down, STRIPE * scale), 0, 0);
    this.#drawCursor(pen, across / this.#mask.width, scale, wide);
    size.value = String(wide);
    width.textContent = `${wide} px`;
    const share = (this.#mask.share * 100).toFixed(1);
    said.textContent = `striped: what may change, ${share} % of the image · ${this.#mask.width}×${this.#mask.height}, as the image`;
    this.#root.dataset.share = share;
  }

  /** Black within white, which shows on everything. */
  #drawCursor(pen, grown, scale, wide) {
    const [x, y] = [(this.#cursor.x + 0.5) * grown, (this.#cursor.y + 0.5) * grown];
    for (const [colour, line] of [["#fff", 3], ["#000", 1]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = line * scale;
      pen.beginPath();
      if (this.#tool !== "rectangle") pen.arc(x, y, Math.max(2, (wide / 2) * grown), 0, 7);
      else if (this.#corner) pen.rect(this.#corner.x * grown, this.#corner.y * grown, x - this.#corner.x * grown, y - this.#corner.y * grown);
      else pen.rect(x - 6 * scale, y - 6 * scale, 12 * scale, 12 * scale);
      pen.stroke();
    }
  }
}

/** Stripes and not colour alone, so that they are told from any picture; a line around them. */
function stripes(mask, across, down, wide) {
  const drawn = new ImageData(across, down);
  const at = (x, y) => mask.pixels[Math.floor((y * mask.height) / down) * mask.width + Math.floor((x * mask.width) / across)];
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) {
      if (!at(x, y)) continue;
      const edge = (x > 1 && !at(x - 2, y)) || (y > 1 && !at(x, y - 2)) || (x < across - 2 && !at(x + 2, y)) || (y < down - 2 && !at(x, y + 2));
      const dark = (x + y) % wide < wide / 2;
      drawn.data.set(edge ? [255, 255, 255, 255] : dark ? [214, 48, 49, 190] : [255, 255, 255, 80], (y * across + x) * 4);
    }
  return drawn;
}

function render({ model, el }) {
  const painter = new Painter(model, el);
  hideStill(el, model.get("still_name"));
  return () => painter.close();
}

export default { render };
