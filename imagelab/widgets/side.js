// The column at the left, or a drawer where there is no room for one: saved searches, facets, trash.
import { h } from "./dom.js";

const ROOM = 900; // pixels of the view, from which on it is a column

export class Side {
  element;
  #root = null;
  #parts;
  #isShown = false;
  #watch;

  /** @param {{facets: object, saved: object, trash: object}} parts @param {() => void} onShown when it comes into view */
  constructor(parts, onShown) {
    this.#parts = parts;
    const { facets, saved, trash } = parts;
    this.element = h("aside", { class: "il-side", "aria-label": "saved searches and facets" }, saved.element, facets.element, trash.element);
    this.#watch = new ResizeObserver(([{ contentRect }]) => {
      const was = this.#isShown;
      this.#isShown = contentRect.width > 0;
      if (!was && this.#isShown) onShown();
    });
    this.#watch.observe(this.element);
  }

  /** The view it stands in. */
  set root(root) {
    this.#root = root;
  }

  get isDrawer() {
    return this.#root.clientWidth < ROOM;
  }

  get isShown() {
    return this.#isShown;
  }

  /** Counts for a search that is counted itself; `anew`: the catalog has changed. */
  show({ begun, counted, query, sought }, { anew = false } = {}) {
    if (!this.#isShown || !begun || !counted) return;
    const { facets, saved, trash } = this.#parts;
    const first = !this.element.dataset.looked;
    this.element.dataset.looked = "1";
    facets.show(sought, { anew });
    saved.show(query, { anew });
    if (anew || first) trash.look();
  }

  /** @returns {boolean} whether there was an open drawer */
  closeDrawer() {
    const was = this.#root.classList.contains("il-drawer-open") && this.isDrawer;
    this.#root.classList.remove("il-drawer-open");
    return was;
  }

  close() {
    this.#watch.disconnect();
    for (const part of Object.values(this.#parts)) part.close();
  }
}
