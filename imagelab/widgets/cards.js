// The cards of a board: what was asked of the catalog about each, painted as it changes.
import { OPEN, newCard, paintCard, paintShots, paintStatus } from "./card.js";
import { CardActs } from "./card_acts.js";
import { paintChosen } from "./chosen.js";
import { Pictures } from "./pictures.js";
import { Underway } from "./underway.js";

const MOST_CARDS = 60; // the catalog answers for so many at once
const MOST_PICTURES = 120;
const AGAIN_AFTER = 10_000; // milliseconds: should no news have come of what is under way

export class Cards {
  #ask;
  #marks;
  #acts;
  #queue;
  #underway;
  #told = new Map(); // id -> {told, elapsed, at}
  #cards = new Map(); // id -> element
  #pictures = new Pictures();
  #asking = null;
  #again = false;
  #askedAt = 0;
  #unveiled = new Set(); // ids of flagged pictures that somebody wanted to see
  element;
  ids = [];
  selected = new Set();
  current = null;

  /**
   * @param {HTMLElement} element where the cards stand
   * @param {{ask: Function, askKernel: Function}} line
   * @param {import("./marks.js").Marks} marks
   * @param {(id: number) => void} open shows a picture larger
   * @param {import("./card_acts.js").Acts} queue
   */
  constructor(element, { ask, askKernel }, marks, open, queue) {
    this.element = element;
    this.#ask = ask;
    this.#queue = queue;
    this.#underway = new Underway(askKernel, () => this.paint());
    this.#marks = marks;
    const rate = (id, stars) => marks.rate([id], stars);
    this.#acts = { rate, reject: (id, rejected) => marks.reject([id], rejected), open };
  }

  /** All that is known, the newest first. */
  get told() {
    return this.ids.map((id) => this.#told.get(id)?.told).filter(Boolean);
  }

  get assets() {
    return this.told.flatMap((card) => card.assets);
  }

  /** Ask how they stand, once more if that is wished meanwhile. */
  async refresh() {
    if (this.#asking) {
      this.#again = true;
      return this.#asking;
    }
    this.#asking = this.#asked().finally(() => (this.#asking = null));
    await this.#asking;
    if (this.#again) {
      this.#again = false;
      return this.refresh();
    }
  }

  async #asked() {
    this.#askedAt = performance.now();
    for (const ids of portions(this.ids, MOST_CARDS)) {
      const { header } = await this.#ask("generations", { ids });
      for (const told of header.cards) this.#told.set(told.id, { told, ...this.#since(told) });
      this.paint();
    }
    this.paint();
    this.#pictures.askAgain();
    await this.#askPictures();
  }

  /** For how long it has been under way, by the clock of whoever answered where it says so. */
  #since(told) {
    const at = performance.now();
    if (typeof told.elapsed === "number") return { elapsed: Math.max(0, told.elapsed), at };
    const before = this.#told.get(told.id);
    if (before) return { elapsed: before.elapsed, at: before.at };
    const byThisClock = (Date.now() - Date.parse(told.sent_at ?? told.created_at)) / 1000;
    return { elapsed: byThisClock >= 0 && byThisClock < 3600 ? byThisClock : 0, at };
  }

  #open(id) {
    const { elapsed, at } = this.#told.get(id);
    return { elapsed: elapsed + (performance.now() - at) / 1000, ...this.#underway.of(id) };
  }

  /** Once each: with more of them than memory bears, the first are let go of for the last. */
  async #askPictures() {
    const wanted = this.assets.filter((asset) => !asset.damaged && this.#pictures.address(asset.sha) === undefined);
    for (const list of portions(wanted, MOST_PICTURES)) {
      const parcel = await this.#ask("pictures", { ids: list.map((asset) => asset.id) });
      const shas = new Map(list.map((asset) => [asset.id, asset.sha]));
      this.#pictures.take(parcel, parcel.header.pictures.map((picture) => ({ ...picture, sha: shas.get(picture.id) })));
      this.#pictures.without(list.map((asset) => asset.sha));
      this.paint();
    }
  }

  paint() {
    const shown = this.ids.filter((id) => this.#told.has(id));
    for (const [id, card] of this.#cards) if (!shown.includes(id)) this.#dropped(id, card);
    shown.forEach((id, place) => this.#painted(id, place));
  }

  #painted(id, place) {
    const card = this.#cards.get(id) ?? newCard(id, new CardActs(id, this.#queue));
    this.#cards.set(id, card);
    if (this.element.children[place] !== card) this.element.insertBefore(card, this.element.children[place] ?? null);
    const { told } = this.#told.get(id);
    this.paintMarks(card, told);
    paintCard(card, told, this.#open(id));
  }

  /** Selection, stars and rejections. */
  paintMarks(card, told) {
    const { selected } = this;
    const marks = (asset) => this.#marks.of(asset);
    const current = this.asset(this.current) ? this.current : this.assets[0]?.id;
    paintShots(card, told, { address: (sha) => this.#pictures.address(sha), marks, veils: (asset) => this.veils(asset), selected, current });
    const asset = told.assets.find(({ id }) => id === this.current && selected.has(id));
    paintChosen(card.il.chosen, asset, asset && marks(asset), this.#acts);
  }

  /** A second has passed. @returns {boolean} whether anything is under way */
  tick() {
    const open = this.told.filter(({ status }) => OPEN.includes(status));
    for (const told of open) paintStatus(this.#cards.get(told.id), told, this.#open(told.id));
    this.#underway.look(open);
    if (open.length && !this.#asking && performance.now() - this.#askedAt > AGAIN_AFTER) this.refresh().catch(() => {});
    return open.length > 0;
  }

  /** What was said of some assets holds until the catalog says it itself. */
  keep(ids, change) {
    for (const asset of this.assets) if (ids.includes(asset.id)) Object.assign(asset, change);
  }

  asset(id) {
    return this.assets.find((asset) => asset.id === id);
  }

  veils(asset) {
    return Boolean(asset.flagged) && !this.#unveiled.has(asset.id);
  }

  unveil(id) {
    this.#unveiled.add(id);
    this.paint();
  }

  /** An asset as the viewer shows it. */
  seen(id) {
    const { assets } = this;
    const position = assets.findIndex((asset) => asset.id === id);
    const tile = { transparent: false, ...assets[position] };
    const address = this.#pictures.address(tile.sha) ?? "";
    return { tile, address, ...this.#marks.of(tile), veiled: this.veils(tile), position, length: assets.length };
  }

  shot(id) {
    return this.element.querySelector(`.il-shot[data-id="${Number(id)}"]`);
  }

  #dropped(id, card) {
    card.remove();
    this.#cards.delete(id);
    this.#told.delete(id);
  }

  close() {
    this.#underway.close();
    this.#pictures.close();
  }
}

function portions(list, most) {
  return Array.from({ length: Math.ceil(list.length / most) }, (_, at) => list.slice(at * most, (at + 1) * most));
}
