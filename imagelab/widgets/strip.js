// The strip of input images: what comes in by drop, paste or pick, in which order, with which mask.
import { attached } from "./attached.js";
import { courier } from "./courier.js";
import { fill, h } from "./dom.js";
import { dropped, mayDrop } from "./dragging.js";
import { sendFile } from "./files.js";
import { icon } from "./icons.js";
import { Pictures } from "./pictures.js";
import { StripItems } from "./strip_items.js";

const ACCEPTED = "image/png,image/jpeg,image/webp";
const HINT = "Drop, paste or pick the images to start from.";

class Strip {
  #model;
  #el;
  #line;
  #parts;
  #items;
  #pictures = new Pictures();
  #shas = new Map(); // id -> hash, once it was told
  #busy = 0;
  #stops = [];

  constructor(model, el) {
    [this.#model, this.#el] = [model, el];
    this.#makeParts();
  }

  async start() {
    this.#line = await courier(this.#model, { onChange: () => this.#askPictures(), onLost: (words) => this.#say(words) });
    for (const name of ["value", "names", "most", "masks", "mask"]) this.#on(`change:${name}`, () => this.#show());
    this.#listen(this.#el, { dragover: (event) => this.#over(event), dragleave: () => this.#hover(false), drop: (event) => this.#drop(event) });
    attached(this.#el, () => this.#listen(this.#el.closest(".il-studio") ?? this.#el, { paste: (event) => this.#paste(event) }));
    this.#show();
  }

  close() {
    for (const stop of this.#stops) stop();
    this.#pictures.close();
    this.#line?.close();
  }

  #makeParts() {
    const file = h("input", { type: "file", multiple: true, accept: ACCEPTED, hidden: true, "aria-label": "image files", on: { change: () => this.#picked(file) } });
    const button = (sign, words, title, press) => h("button", { class: "il-button", type: "button", title, on: { click: press } }, icon(sign, { size: 12 }), words);
    const add = button("plus", "Files", "pick image files", () => file.click());
    const selected = button("check", "Selected", "what is selected among the results, or in a gallery", () => this.#takeSelected());
    const mask = button("pencil", "Mask", "paint what may change of the first image", () => this.#paint());
    const masked = h("span", { class: "il-strip-mask" });
    const said = h("div", { class: "il-strip-said", role: "status" });
    const hint = h("span", { class: "il-quiet" }, HINT);
    this.#items = new StripItems({
      arrange: (ids) => this.#set(ids),
      named: (id) => this.#model.get("names")[id],
      address: (id) => this.#pictures.address(this.#shas.get(id) ?? ""),
    });
    this.#parts = { add, selected, mask, masked, said, hint };
    const head = h("div", { class: "il-strip-head" }, h("span", { class: "il-quiet" }, "Input images"), h("span", { class: "il-strip-acts" }, add, selected, mask), file);
    fill(this.#el, head, this.#items.element, hint, masked, said);
    this.#el.classList.add("il-view", "il-strip");
  }

  #on(event, act) {
    this.#model.on(event, act);
    this.#stops.push(() => this.#model.off(event, act));
  }

  #listen(element, acts) {
    for (const [type, act] of Object.entries(acts)) element.addEventListener(type, act);
    this.#stops.push(() => Object.entries(acts).forEach(([type, act]) => element.removeEventListener(type, act)));
  }

  get #ids() {
    return this.#model.get("value");
  }

  #set(ids) {
    this.#model.set("value", ids);
    this.#model.save_changes();
    this.#show();
  }

  #add(ids) {
    this.#say("");
    this.#set([...new Set([...this.#ids, ...ids])]);
  }

  #show() {
    const { mask, masked, hint } = this.#parts;
    const ids = this.#ids;
    this.#items.show(ids);
    hint.hidden = ids.length > 0;
    mask.hidden = !this.#model.get("masks") || !(ids[0] > 0);
    const drawn = this.#model.get("mask");
    const gone = h("button", { class: "il-button il-plain", type: "button", title: "leave the mask out", "aria-label": "leave the mask out", on: { click: () => this.#told("unmask", {}) } }, icon("close", { size: 11 }));
    fill(masked, drawn && icon("pencil", { size: 12 }), drawn && `mask ${drawn}: only what is painted changes`, drawn && gone);
    masked.hidden = !drawn;
    this.#askPictures();
  }

  async #askPictures() {
    const ids = this.#ids.filter((id) => id > 0 && !this.#pictures.address(this.#shas.get(id) ?? ""));
    if (!ids.length || !this.#line) return;
    try {
      const parcel = await this.#line.ask("pictures", { ids });
      for (const { id } of parcel.header.pictures) this.#shas.set(id, `#${id}`);
      this.#pictures.take(parcel, parcel.header.pictures.map((one) => ({ ...one, sha: `#${one.id}` })));
      this.#items.show(this.#ids);
    } catch {
      // the numbers stand there all the same; the next change asks again
    }
  }

  #over(event) {
    if (!mayDrop(event.dataTransfer)) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
    this.#hover(true);
  }

  #hover(on) {
    this.#el.classList.toggle("il-is-over", on);
  }

  #drop(event) {
    event.preventDefault();
    event.stopPropagation();
    this.#hover(false);
    const { ids, catalog, files, named } = dropped(event.dataTransfer);
    const here = this.#model.get("pointer");
    if (files) this.#takeFiles(files);
    else if (named) this.#told("dragged", named);
    else if (!ids) this.#say("that is no image: an image file, or one from a gallery, can be dropped here");
    else if (catalog && here && catalog !== here) this.#say("that image is of another catalog; save it, and drop the file");
    else this.#add(ids);
  }

  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || this.#el.offsetParent === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.#takeFiles(files);
  }

  #picked(input) {
    this.#takeFiles([...input.files]);
    input.value = "";
  }

  /** One after the other, so that they stand in the order they came in; one that is none stops no other. */
  async #takeFiles(files) {
    const refused = [];
    this.#busy += 1;
    this.#say(files.length > 1 ? `taking in ${files.length} files` : `taking in ${files[0].name}`, "clock");
    for (const file of files) {
      try {
        this.#add([await sendFile(this.#line.act, file)]);
      } catch (error) {
        refused.push(error.message);
      }
    }
    this.#busy -= 1;
    if (!this.#busy) this.#say(refused.join("; "));
  }

  async #takeSelected() {
    const told = await this.#told("selected", {});
    if (told && !told.ids.length) this.#say("nothing is selected: click a result, or an image of a gallery");
  }

  #paint() {
    this.#told("paint", { id: this.#ids[0] });
  }

  async #told(name, given) {
    try {
      const told = await this.#line.act(name, given);
      const ids = told.ids ?? (told.asset ? [told.asset] : []);
      if (ids.length) this.#add(ids);
      return told;
    } catch (error) {
      this.#say(error.message);
      return null;
    }
  }

  #say(words, sign = "warning") {
    fill(this.#parts.said, words && icon(sign, { size: 14 }), words);
  }
}

export default {
  async render({ model, el }) {
    const strip = new Strip(model, el);
    await strip.start();
    return () => strip.close();
  },
};
