// The cells of a sweep: how all of them stand, a letter each, and in full those that are seen.

const MOST_ASKED = 120; // the catalog answers for so many at once
const STATUSES = {
  w: "waiting",
  n: "unsent",
  q: "queued",
  r: "running",
  s: "succeeded",
  p: "partial",
  f: "failed",
  c: "cancelled",
  u: "unknown",
};
export const UNDER_WAY = new Set(["waiting", "queued", "running"]);

/**
 * @typedef {{position: number, status: string, price: string, seconds: number|null, error: string, n: number,
 *   tiles: import("./positions.js").Tile[], at: number}} Told
 */
export class Cells {
  spent = "";
  #ask;
  #pictures;
  #onNews;
  #refused = new Map(); // number of a cell -> why it is not offered
  #sent = [];
  #rows = new Map(); // number of a cell -> {batch, position} of what was sent for it last
  #letters = new Map(); // batch -> its rows
  #told = new Map(); // "batch/position" -> Told
  #wanted = [];
  #coming = new Set(); // keys that are asked about now
  #asking = null;
  #again = false;
  #closed = false;

  /**
   * @param {(name: string, asked: object) => Promise<any>} ask
   * @param {import("./pictures.js").Pictures} pictures
   * @param {() => void} onNews
   */
  constructor(ask, pictures, onNews) {
    this.#ask = ask;
    this.#pictures = pictures;
    this.#onNews = onNews;
  }

  set refused(list) {
    this.#refused = new Map(list);
  }

  /** Which rows of which batches the cells are; what was sent last counts. @param {{batch: number, places: number[]}[]} list */
  set sent(list) {
    this.#sent = list;
    this.#rows = new Map(list.flatMap(({ batch, places }) => places.map((place, position) => [place, { batch, position }])));
  }

  /** @returns {{status: string, reason: string, told: Told|undefined}} a cell as far as it is known */
  of(place) {
    const refusal = this.#refused.get(place);
    if (refusal !== undefined) return { status: "not offered", reason: refusal, told: undefined };
    const told = this.#told.get(this.#key(place));
    return { status: this.#status(place), reason: told?.error ?? "", told };
  }

  /** The images of some cells, as far as they are known. */
  tiles(places) {
    return places.flatMap((place) => this.of(place).told?.tiles ?? []);
  }

  /** How many cells stand how. @returns {Map<string, number>} */
  tally() {
    const count = new Map(this.#refused.size ? [["not offered", this.#refused.size]] : []);
    for (const place of this.#rows.keys()) count.set(this.#status(place), (count.get(this.#status(place)) ?? 0) + 1);
    return count;
  }

  get offered() {
    return this.#rows.size;
  }

  /** What was said of some images holds until the catalog says it itself. */
  keep(ids, change) {
    for (const { tiles } of this.#told.values()) for (const tile of tiles) if (ids.includes(tile.id)) Object.assign(tile, change);
  }

  /** Ask how everything stands, and in full about these cells; once more if that is wished meanwhile. */
  async refresh(places = this.#wanted) {
    this.#wanted = places;
    this.#again = Boolean(this.#asking);
    if (this.#asking) return this.#asking;
    this.#asking = this.#standing().then(() => this.#details(places)).finally(() => (this.#asking = null));
    await this.#asking;
    return this.#again && !this.#closed ? this.refresh() : undefined;
  }

  /** These are in view: ask about those of which nothing is known yet. */
  async look(places) {
    this.#wanted = places;
    await this.#details(places.filter((place) => this.#isNew(place)));
    await this.#askPictures(this.tiles(places));
  }

  /** Whatever came of these cells, the catalog is asked about those that were never seen. @returns {Promise<number[]>} ids of images */
  async ids(places) {
    await this.#details(places.filter((place) => !this.#told.has(this.#key(place))));
    return [...new Set(this.tiles(places).map((tile) => tile.id))];
  }

  close() {
    this.#closed = true;
  }

  #isNew(place) {
    const key = this.#key(place);
    return !this.#told.has(key) && !this.#coming.has(key);
  }

  #key(place) {
    const row = this.#rows.get(place);
    return row ? `${row.batch}/${row.position}` : "";
  }

  #status(place) {
    const { batch, position } = this.#rows.get(place);
    return STATUSES[this.#letters.get(batch)?.[position]] ?? "waiting";
  }

  async #standing() {
    const { header } = await this.#ask("standings", { ids: this.#sent.map(({ batch }) => batch) });
    this.spent = header.spent;
    this.#letters = new Map(header.batches.map(({ id, rows }) => [id, rows]));
    this.#onNews();
  }

  async #details(places) {
    const asked = new Map();
    for (const place of places) {
      const row = this.#rows.get(place);
      if (row) asked.set(row.batch, [...(asked.get(row.batch) ?? []), row.position]);
    }
    for (const [batch, positions] of asked)
      for (const list of portions(positions)) {
        const keys = list.map((position) => `${batch}/${position}`);
        for (const key of keys) this.#coming.add(key);
        try {
          const { header } = await this.#ask("cells", { batch, places: list });
          for (const told of header.cells) this.#told.set(`${batch}/${told.position}`, { ...told, at: performance.now() });
        } finally {
          for (const key of keys) this.#coming.delete(key);
        }
      }
    if (!asked.size || this.#closed) return;
    this.#onNews();
    this.#pictures.askAgain();
    await this.#askPictures(this.tiles(this.#wanted));
  }

  async #askPictures(tiles) {
    const missing = tiles.filter((tile) => !tile.damaged && this.#pictures.address(tile.sha) === undefined);
    for (const list of portions(missing)) {
      const parcel = await this.#ask("pictures", { ids: list.map((tile) => tile.id) });
      const shas = new Map(list.map((tile) => [tile.id, tile.sha]));
      this.#pictures.take(parcel, parcel.header.pictures.map((picture) => ({ ...picture, sha: shas.get(picture.id) })));
      this.#pictures.without(list.map((tile) => tile.sha));
      this.#onNews();
    }
  }
}

function portions(list) {
  return Array.from({ length: Math.ceil(list.length / MOST_ASKED) }, (_, at) => list.slice(at * MOST_ASKED, (at + 1) * MOST_ASKED));
}
