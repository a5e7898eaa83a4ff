// The sidebar of JupyterLab: one catalog at a time, with the gallery's own grid, the queue and
// today's spending. It asks Jupyter's server only, so it needs no kernel.
import { fill, h } from "./dom.js";
import gallery from "./gallery.js";
import { icon } from "./icons.js";
import { PlainModel } from "./plain_model.js";
import { Standing } from "./standing.js";
import { askServer, followServer, getJson } from "./server.js";
import { Host } from "./sidebar_host.js";
import { plain } from "./words.js";

const LOOKS_AGAIN = 10_000; // milliseconds, for a catalog where there is none
const THUMBNAIL = 110; // pixels: two columns in a narrow panel

class Sidebar {
  element = h("div", { class: "il-view il-sidebar" });
  #host;
  #parts;
  #catalogs = [];
  #chosen = ""; // the pointer that somebody chose, for as long as this notebook is open
  #shown = null; // {pointer, close}
  #turn = 0;
  #timer;

  constructor(given) {
    this.#host = new Host(given);
    const choice = h("select", { class: "il-which-catalog", "aria-label": "catalog", on: { change: () => this.#choose(choice.value) } });
    const body = h("div", { class: "il-sidebar-body" });
    const head = h("div", { class: "il-sidebar-head" }, icon("image", { size: 15 }), choice);
    this.#parts = { choice, body, head };
    this.element.append(head, body);
    this.#host.onNotebook(() => this.#moved());
    this.#timer = setInterval(() => this.#shown || this.look(), LOOKS_AGAIN);
    this.look();
  }

  /** Look which catalogs there are, and show the notebook's. */
  async look() {
    if (!this.element.offsetParent && this.#shown) return;
    const turn = (this.#turn += 1);
    const { path, kernel } = this.#host.notebook;
    try {
      const { catalogs } = await getJson(`catalogs?notebook=${encodeURIComponent(path)}`);
      if (turn !== this.#turn) return;
      this.#catalogs = catalogs;
      this.#show(this.#best(path, kernel));
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#parts.head.hidden = true;
      this.#without([`Jupyter's server does not answer for imagelab: ${plain(error.message)}. Restart it if imagelab was installed while it ran.`]);
    }
  }

  close() {
    this.#turn += 1;
    clearInterval(this.#timer);
    this.#host.close();
    this.#shown?.close();
    this.element.remove();
  }

  /** The one that was chosen, else the one the notebook's kernel has open, else the nearest; another only where no notebook is open. */
  #best(path, kernel) {
    const chosen = this.#catalogs.find(({ pointer }) => pointer === this.#chosen);
    const opened = kernel && this.#catalogs.find(({ kernels }) => kernels.includes(kernel));
    const nearest = this.#catalogs.find(({ near }) => near || !path);
    return chosen ?? (opened || nearest) ?? null;
  }

  #moved() {
    this.#chosen = "";
    this.look();
  }

  #choose(pointer) {
    this.#chosen = pointer;
    this.#show(this.#best("", ""));
  }

  #show(catalog) {
    this.#fillChoice(catalog);
    if (!catalog) return this.#without(["There is no catalog here yet. In this folder's notebook, ", code("lab = il.open()"), " makes one; ", code("il.open(sandbox=True)"), " one to try things in, free."]);
    if (this.#shown?.pointer === catalog.pointer) return;
    this.#shown?.close();
    this.#shown = this.#opened(catalog.pointer);
  }

  #fillChoice(catalog) {
    const { choice, head } = this.#parts;
    const named = ({ folder, name }) => plain(folder === "." ? name : `${folder} · ${name}`);
    const none = !catalog && h("option", { value: "" }, "open elsewhere…");
    fill(choice, none, ...this.#catalogs.map((one) => h("option", { value: one.pointer }, named(one))));
    choice.value = catalog?.pointer ?? "";
    choice.title = catalog ? named(catalog) : "";
    choice.disabled = Boolean(catalog) && this.#catalogs.length < 2;
    head.hidden = !this.#catalogs.length;
  }

  #opened(pointer) {
    const queue = new Standing((name, asked) => askServer(pointer, name, asked));
    const place = h("div", { class: "il-sidebar-gallery" });
    const model = new PlainModel({
      pointer,
      query: "",
      selected_ids: [],
      current_id: null,
      total: null,
      height: 0,
      thumbnail_size: THUMBNAIL,
      view: "grid",
      stacks: false,
      auto_advance: false,
      facets: false,
      still_name: "",
    });
    fill(this.#parts.body, queue.element, place);
    const reader = { insert: (code) => this.#host.insert(code), lost: () => this.#lost(pointer) };
    const closeGallery = gallery.render({ model, el: place, reader });
    const unfollow = followServer(pointer, () => queue.look());
    queue.look();
    return {
      pointer,
      close() {
        unfollow();
        queue.close();
        closeGallery();
      },
    };
  }

  /** Its kernel took the pointer away, or the file is gone: look for another way to it. */
  #lost(pointer) {
    if (this.#shown?.pointer !== pointer) return;
    this.#shown.close();
    this.#shown = null;
    this.look();
  }

  #without(words) {
    this.#shown?.close();
    this.#shown = null;
    const again = h("button", { class: "il-button", type: "button", on: { click: () => this.look() } }, "Look again");
    fill(this.#parts.body, h("div", { class: "il-sidebar-notice", role: "status" }, icon("image", { size: 30 }), h("p", {}, ...words), again));
  }
}

const code = (text) => h("code", { class: "il-mono" }, text);

/** @param {{el: HTMLElement, app: any, notebooks: any}} given @returns {{look: () => void, close: () => void}} */
export default function mount({ el, app, notebooks }) {
  const sidebar = new Sidebar({ app, notebooks });
  el.append(sidebar.element);
  return sidebar;
}
