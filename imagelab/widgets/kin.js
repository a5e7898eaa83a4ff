// A family as the catalog tells it: its shape at once, the looks of members as they come into sight.
import { settled } from "./dom.js";
import { Pictures } from "./pictures.js";

const AT_ONCE = 60; // looks in one question; the catalog gives 120 at most
const RESTS_AFTER = 30; // milliseconds: while the view is being moved nothing is asked

/** @typedef {{id: number, column: number, row: number, depth: number, state: string, before: number, after: number}} Node */

export class Kin {
  /** @type {Map<number, Node>} in the order of the nested list */
  nodes = new Map();
  /** @type {[number, number, string][]} */
  edges = [];
  sums = null;
  size = { columns: 0, rows: 0 };
  pictures = new Pictures();
  #line;
  #onLooks;
  #looks = new Map(); // id -> looks
  #wanted = new Set();
  #asking = false;
  #turn = 0;
  #ask = settled(RESTS_AFTER, () => this.#askLooks());

  /** @param {{ask: Function}} line @param {() => void} onLooks */
  constructor(line, onLooks) {
    this.#line = line;
    this.#onLooks = onLooks;
  }

  /** Take in the shape of a family. @returns {Promise<boolean>} false where another came after it */
  async load(asked) {
    const turn = (this.#turn += 1);
    const { header } = await this.#line.ask("family", asked);
    if (turn !== this.#turn) return false;
    if (header.stamp !== this.sums?.stamp) this.#looks.clear();
    this.pictures.askAgain();
    this.sums = header;
    this.size = { columns: header.columns, rows: header.rows };
    this.nodes = new Map(header.nodes.map(([id, column, row, depth, state, before, after]) => [id, { id, column, row, depth, state, before, after }]));
    this.edges = header.edges;
    this.#wanted.clear();
    return true;
  }

  parents(id) {
    return this.edges.filter(([, child]) => child === id);
  }

  children(id) {
    return this.edges.filter(([parent]) => parent === id);
  }

  /** @returns {object|undefined} what is known of how it looks; the rest is asked for */
  looks(id) {
    const found = this.#looks.get(id);
    if (!found && !this.#wanted.has(id)) {
      this.#wanted.add(id);
      this.#ask();
    }
    return found;
  }

  close() {
    this.#turn += 1;
    this.#ask.stop();
    this.pictures.close();
  }

  async #askLooks() {
    if (this.#asking) return;
    const turn = this.#turn;
    const ids = [...this.#wanted].filter((id) => !this.#looks.has(id)).slice(-AT_ONCE); // what came into sight last
    if (!ids.length) return;
    this.#asking = true;
    try {
      const parcel = await this.#line.ask("members", { id: this.sums.focus, ids });
      this.#take(parcel, ids);
    } catch {
      for (const id of ids) this.#wanted.delete(id); // the next drawing asks again
    } finally {
      this.#asking = false;
    }
    if (turn === this.#turn) this.#onLooks();
    this.#ask();
  }

  #take(parcel, ids) {
    const { members } = parcel.header;
    const came = members.filter((one) => one.picture).map(({ sha, picture }) => ({ sha, ...picture }));
    this.pictures.take(parcel, came);
    this.pictures.without(members.map((one) => one.sha));
    for (const one of members) this.#looks.set(one.id, one);
    for (const id of ids) this.#wanted.delete(id);
  }
}
