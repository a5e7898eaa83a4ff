// What is selected, and the tile the keys move from. Both are kept by id: positions change.
import { grouped } from "./words.js";

export class Selection {
  /** The ids that are selected, in the order they were. */
  ids = new Set();
  /** The position the keys move from. */
  cursor = 0;
  /** The asset there, once somebody has gone to it. */
  id = null;
  #pages;
  #told;
  #anchor = 0;
  #due = false; // the asset at the cursor is selected when it is known
  #turn = 0;

  /** @param {import("./pages.js").Pages} pages @param {{onChange: () => void, onTrouble: (error: Error) => void}} told */
  constructor(pages, told) {
    this.#pages = pages;
    this.#told = told;
  }

  /** The asset that is shown in full: the one gone to, else the first. */
  get shown() {
    return this.id ?? this.#at(this.cursor)?.id ?? null;
  }

  /** What a verb falls on: all that is selected, if the shown one is among it. */
  get targets() {
    if (this.shown === null) return [];
    return this.ids.has(this.shown) ? [...this.ids] : [this.shown];
  }

  /** Go to a position and select what is there, or everything from where the range began. */
  goTo(position, { extend = false, alone = false } = {}) {
    this.#place(position);
    if (extend) return this.#select(this.#anchor, this.cursor);
    this.#anchor = this.cursor;
    if (!alone) {
      this.ids = new Set(this.id === null ? [] : [this.id]);
      this.#due = this.id === null;
    }
    return this.#told.onChange();
  }

  /** Stand on an asset at its position, which may not have come yet. */
  standOn(id, position) {
    this.#place(position);
    [this.id, this.#anchor] = [id, this.cursor];
    this.ids = new Set([id]);
    this.#told.onChange();
  }

  /** Go to a position, and select or unselect what is there beside the rest. */
  toggle(position) {
    this.#place(position);
    this.#anchor = this.cursor;
    if (this.id !== null && !this.ids.delete(this.id)) this.ids.add(this.id);
    this.#told.onChange();
  }

  all() {
    if (!this.#pages.begun || !this.#pages.counted || !this.#pages.length) return undefined;
    return this.#select(0, this.#pages.length - 1);
  }

  /** Only the shown one; false if it was so already. */
  narrow() {
    if (this.ids.size < 2) return false;
    this.ids = new Set(this.id === null ? [] : [this.id]);
    this.#told.onChange();
    return true;
  }

  /** Said in Python. */
  say({ ids = [...this.ids], id = this.id }) {
    this.#turn += 1;
    this.ids = new Set(ids);
    this.id = id;
    this.#due = false;
    if (id === null) this.cursor = 0;
    this.follow();
  }

  /** Another list: begin at its head, with nothing selected that it may not have. */
  restart() {
    this.#turn += 1;
    [this.cursor, this.#anchor, this.id, this.#due] = [0, 0, null, false];
    this.ids = new Set();
  }

  /** Tiles came or moved: stay with the asset. True if what is selected has become known. */
  follow() {
    const place = this.id === null ? undefined : this.#pages.positions.placeOf(this.id);
    this.cursor = Math.max(0, Math.min(place ?? this.cursor, this.#pages.length - 1));
    if (!this.#due || !this.#at(this.cursor)) return false;
    this.goTo(this.cursor);
    return true;
  }

  #place(position) {
    this.#turn += 1;
    this.cursor = Math.max(0, Math.min(position, this.#pages.length - 1));
    this.id = this.#at(this.cursor)?.id ?? null;
    this.#due = false;
  }

  async #select(one, other) {
    const turn = (this.#turn += 1);
    const [from, to] = [Math.min(one, other), Math.max(one, other) + 1];
    this.#told.onChange();
    try {
      const ids = await this.#idsOf(from, to);
      if (turn !== this.#turn) return;
      this.ids = new Set(ids);
      this.#told.onChange();
      if (this.ids.size < to - from) this.#told.onTrouble(new Error(fewer(this.ids.size, to - from)));
    } catch (error) {
      this.#told.onTrouble(error);
    }
  }

  /** Ids by position; those that are not here are asked for. */
  async #idsOf(from, to) {
    const here = [];
    for (let position = from; position < to && this.#at(position); position += 1) here.push(this.#at(position).id);
    return here.length === to - from ? here : this.#pages.between(from, to);
  }

  #at(position) {
    return this.#pages.positions.at(position);
  }
}

const fewer = (came, asked) => `only ${grouped(came)} of ${grouped(asked)} could be selected at once`;
