// What keys and clicks do: they move, select, judge and open. Everything here is by id, and the
// parts draw themselves anew.
import { assetCode } from "./asset_code.js";
import { copied } from "./copying.js";
import { letDrag } from "./dragging.js";
import { commandOf, isSave, isTyping, keysCard, moved } from "./keys.js";
import { counted } from "./words.js";

const STACK = /\s*\bstack:#?\d+/gi;
const ALIKE = /^like:#\d+$/;
const A_SIZE = 20; // pixels a thumbnail grows with a key
const FEW_IDS = 200; // in a line of code
const MOST_COMPARED = 4; // as lab.compare takes
const SAYS = new Set(["rate", "reject", "undo", "tag", "edit", "vary", "compare"]); // what one that only looks does not do
const LOOKS_ONLY = "this only looks: lab.gallery() in a cell rates, tags and edits";

export class Commands {
  #parts;
  #card = null;
  #before = ""; // what was looked for before the near duplicates of one
  #unveiled = new Set(); // ids of flagged pictures that somebody wanted to see

  /**
   * @param {Record<string, any>} parts of the gallery, and of itself: `root`, `see(position)`, `shown()`, `selected()`,
   *   `draw()`, `openSheet()`, `closeSheet()`, `advances()`, `query(text)`, `size(pixels)`, `catalog()`; `insert(code)` where it only looks
   */
  constructor(parts) {
    this.#parts = parts;
    const { root, grid } = parts;
    for (const type of ["keydown", "keyup", "keypress"])
      root.addEventListener(type, (event) => isSave(event) || event.stopPropagation());
    root.addEventListener("keydown", (event) => this.#pressed(event));
    grid.element.addEventListener("click", (event) => this.#clicked(event));
    grid.element.addEventListener("dblclick", () => void this.#entered());
    letDrag(grid.element, (target) => this.#dragged(target), { catalog: parts.catalog, code: (ids) => this.#codeOf(ids) });
  }

  /** What is selected, where a drag begins on that, else the image it begins on. */
  #dragged(target) {
    const id = Number(target.closest?.("[data-id]")?.dataset.id ?? 0);
    const { targets } = this.#parts.selection;
    return targets.includes(id) ? [...targets] : id ? [id] : [];
  }

  /** Whether a picture is covered until somebody wants to see it. */
  veils(tile) {
    return tile.flagged && !this.#unveiled.has(tile.id);
  }

  unveil(id) {
    this.#unveiled.add(id);
    this.#parts.draw();
  }

  move(to, how = {}) {
    const { grid, pages, selection } = this.#parts;
    if (!pages.length) return;
    const field = { from: selection.cursor, columns: grid.columns, rows: grid.rowsInView, length: pages.length };
    selection.goTo(moved(to, field), how);
    grid.reveal(selection.cursor);
  }

  /** Stars for what is selected; with `on` or the switch, then on to the next. */
  rate(stars, { on = false } = {}) {
    const { marks, selection, advances } = this.#parts;
    const ids = selection.targets;
    if (!ids.length) return;
    marks.rate(ids, stars);
    if (stars && (on || advances())) this.#advance(ids);
  }

  /** Reject what is selected, or take it back if all of it is rejected; then on to the next. */
  reject() {
    const { marks, selection } = this.#parts;
    const ids = selection.targets;
    if (!ids.length) return;
    const back = ids.every((id) => this.#isRejected(id));
    marks.reject(ids, !back);
    if (!back) this.#advance(ids);
  }

  /** Take back what was said last, and go where it was said. */
  async undo() {
    const ids = await this.#parts.curating.undo();
    if (ids.length === 1) this.go(ids[0]);
  }

  tag() {
    this.#parts.openSheet();
    this.#parts.draw();
    this.#parts.inspector.focusTags();
  }

  /** @param {"edit"|"vary"} how */
  remake(how) {
    if (!this.#parts.shown()) return;
    this.#parts.openSheet();
    this.#parts.draw();
    this.#parts.remake.open(how);
  }

  /** The code for what is selected, into the clipboard. */
  async copy() {
    const { selection, status } = this.#parts;
    const ids = selection.targets;
    if (!ids.length) return;
    if (ids.length > FEW_IDS) return status.trouble(`${counted(ids.length, "asset")} are too many for a line of code; gallery.selection has them`);
    const code = this.#codeOf(ids);
    if (await copied(code)) status.tell(`copied ${code.length > 60 ? `the code for ${counted(ids.length, "asset")}` : code}`);
    else status.trouble("the browser did not let it be copied");
  }

  #codeOf(ids) {
    if (ids.length > 1) return `lab.search("id:${ids.join(",")}")`;
    const { insert, pages } = this.#parts;
    const tile = insert && pages.positions.at(pages.positions.placeOf(ids[0]));
    return assetCode(tile ?? { id: ids[0] });
  }

  /** Enter: full size, or into the notebook's cell. */
  async #entered() {
    const { insert, selection, status } = this.#parts;
    if (!insert) return this.open();
    const ids = selection.targets;
    if (!ids.length) return undefined;
    const why = await insert(this.#codeOf(ids.slice(0, FEW_IDS)));
    return why ? status.trouble(why) : status.tell("written into the cell");
  }

  /** What is selected, side by side over the window. */
  compare() {
    const { selection, status, comparing } = this.#parts;
    const ids = selection.targets;
    if (ids.length < 2 || ids.length > MOST_COMPARED) return status.trouble(`two to four are compared; ${counted(ids.length, "asset")} selected`);
    return comparing.open(ids);
  }

  /** Look into the stack of what is shown, or back at all of them. */
  stack() {
    const { pages, shown, query } = this.#parts;
    const seen = shown();
    const outside = pages.query.replace(STACK, "").trim();
    if (outside !== pages.query.trim()) query(outside);
    else if (seen && (seen.tile.stack ?? seen.facts?.stack ?? 1) > 1) query(`${outside} stack:#${seen.tile.id}`.trim());
  }

  /** The near duplicates of what is shown, whatever was looked for; or back at that. */
  alike() {
    const { pages, shown, query } = this.#parts;
    const seen = shown();
    if (ALIKE.test(pages.query)) return query(this.#before);
    if (!seen) return;
    this.#before = pages.query;
    query(`like:#${seen.tile.id}`);
  }

  /** Full size, or a quick look. */
  open(how) {
    const { viewer, shown } = this.#parts;
    const seen = shown();
    if (!seen) return;
    if (seen.veiled) this.unveil(seen.tile.id);
    else viewer.open(seen, how);
  }

  /** Show an asset by its id, in its place if it is among those found, however far that is. */
  async go(id) {
    const { grid, pages, selection, selected } = this.#parts;
    const place = await pages.placeOf(id).catch(() => null);
    if (place === null) {
      selection.say({ ids: [id], id });
      selected();
    } else {
      selection.standOn(id, place);
      grid.reveal(place);
    }
  }

  /** A small card that says what the keys do, or away with it. */
  keys() {
    const { root, grid } = this.#parts;
    if (this.#card) {
      this.#card.remove();
      this.#card = null;
      grid.focus();
      return;
    }
    this.#card = keysCard(() => this.keys());
    root.append(this.#card);
    this.#card.querySelector("button").focus();
  }

  /** The focus goes back to where the view is in. */
  leave() {
    const { root } = this.#parts;
    document.activeElement?.blur();
    root.closest(".jp-Notebook")?.focus({ preventScroll: true });
  }

  /** On to the next, if what was judged was one of them. */
  #advance(ids) {
    const { grid, pages } = this.#parts;
    const place = pages.positions.placeOf(ids[0]);
    if (ids.length > 1 || place === undefined || place === pages.length - 1) return;
    this.move("right");
    if (grid.element.contains(document.activeElement)) grid.focus();
  }

  #isRejected(id) {
    const { marks, pages, shown } = this.#parts;
    const tile = pages.positions.at(pages.positions.placeOf(id));
    if (tile) return marks.of(tile).rejected;
    return shown()?.tile.id === id && shown().rejected;
  }

  #pressed(event) {
    const { insert, inspector, side, status, viewer, comparing } = this.#parts;
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (comparing.isOpen) return void (comparing.key(event) && event.preventDefault());
    const command = commandOf(event);
    if (!command) return;
    if (insert && SAYS.has(command.name)) return status.trouble(LOOKS_ONLY);
    const elsewhere = [inspector, side].some(({ element }) => element.contains(event.target));
    if (elsewhere && (command.name === "move" || command.name === "all")) return;
    const done = viewer.isOpen ? this.#runInViewer(command) : this.#run(command);
    if (done !== false) event.preventDefault();
  }

  #run(command) {
    const { grid, search, selection, size } = this.#parts;
    const runs = {
      move: () => {
        this.move(command.to, command);
        grid.focus();
      },
      all: () => selection.all(),
      toggle: () => selection.toggle(selection.cursor),
      zoom: () => size(command.by * A_SIZE),
      stack: () => this.stack(),
      tag: () => this.tag(),
      edit: () => this.remake("edit"),
      vary: () => this.remake("vary"),
      preview: () => this.open({ quick: true }),
      open: () => void this.#entered(),
      search: () => search.focus(),
      keys: () => this.keys(),
      leave: () => this.#back(),
      ...this.#judging(command),
    };
    return runs[command.name]();
  }

  #judging({ stars, on }) {
    return {
      rate: () => this.rate(stars, { on }),
      reject: () => this.reject(),
      undo: () => this.undo(),
      copy: () => this.copy(),
      compare: () => this.compare(),
    };
  }

  #runInViewer(command) {
    const { viewer } = this.#parts;
    if (viewer.takes(command)) return undefined;
    const sideways = ["left", "right", "first", "last"].includes(command.to);
    const runs = { move: () => (sideways ? this.move(command.to) : false), ...this.#judging(command) };
    return runs[command.name]?.() ?? undefined;
  }

  /** One step back: from the card, the drawer, the sheet, a wider selection; at last out of the view. */
  #back() {
    const { selection, side, closeSheet } = this.#parts;
    if (this.#card) this.keys();
    else if (!side.closeDrawer() && !closeSheet() && !selection.narrow()) this.leave();
  }

  #clicked(event) {
    const { grid, selection, see, openSheet } = this.#parts;
    const position = grid.positionOf(event.target);
    if (position === undefined) return;
    openSheet();
    const seen = see(position);
    if (event.ctrlKey || event.metaKey) selection.toggle(position);
    else selection.goTo(position, { extend: event.shiftKey });
    if (seen.veiled) this.unveil(seen.tile.id);
    grid.show({ cursor: selection.cursor });
    grid.focus();
  }
}
