// Cells sent anew: priced before the press, sent once, and confirmed where it is much.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { counted, plain } from "./words.js";

const LATE_AFTER = 500; // milliseconds until a reader is told that the kernel has other things to do

export class Rerun {
  element;
  #given;
  #places = [];
  #price = null;
  #confirmed = false;
  #sending = false;
  #turn = 0;
  #parts;

  /**
   * @param {{price: (asked: object) => Promise<any>, send: (given: object) => Promise<any>, onLeave: () => void}} given
   */
  constructor(given) {
    this.#given = given;
    const opener = h("button", { class: "il-button", type: "button", title: "send it anew (r)", "aria-expanded": "false", on: { click: () => (this.#parts.row.hidden ? this.open() : this.#leave()) } }, "Rerun…");
    const go = h("button", { class: "il-button il-go", type: "button", on: { click: () => this.#press() } });
    const leave = h("button", { class: "il-button il-plain", type: "button", on: { click: () => this.#leave() } }, "Cancel");
    const row = h("span", { class: "il-rerun-row" }, go, leave);
    const said = h("span", { class: "il-rerun-said", role: "status" });
    this.#parts = { opener, go, row, said };
    this.element = h("div", { class: "il-rerun", on: { keydown: (event) => this.#pressed(event) } }, opener, row, said);
    row.hidden = true;
  }

  /** The cells that would be sent. @param {number[]} places those that are offered */
  show(places) {
    if (places.join() === this.#places.join()) return;
    this.#places = places;
    this.#parts.opener.disabled = !places.length;
    this.#close();
  }

  async open() {
    if (!this.#places.length) return;
    const turn = (this.#turn += 1);
    const { row, go, opener } = this.#parts;
    [this.#price, this.#confirmed] = [null, false];
    row.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    this.#say();
    this.#label();
    const late = setTimeout(() => this.#say("clock", "kernel busy: the price waits for it"), LATE_AFTER);
    try {
      const price = await this.#given.price({ places: this.#places });
      if (turn !== this.#turn) return;
      this.#price = price;
      this.#say(price.refused ? "warning" : "", price.refused);
    } catch (error) {
      if (turn === this.#turn) this.#say("warning", error.message);
    } finally {
      clearTimeout(late);
    }
    this.#label();
    go.focus();
  }

  #pressed(event) {
    if (event.key !== "Escape" || this.#parts.row.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    this.#leave();
  }

  #leave() {
    this.#close();
    this.#given.onLeave();
  }

  #close() {
    this.#turn += 1;
    this.#parts.row.hidden = true;
    this.#parts.opener.setAttribute("aria-expanded", "false");
    this.#say();
  }

  #label() {
    const { go } = this.#parts;
    const cells = counted(this.#places.length, "cell");
    const verb = this.#confirmed ? "Yes, send" : "Rerun";
    go.textContent = `${verb} ${cells}${this.#price?.label ? ` · ${this.#price.label}` : ""}`;
    go.disabled = this.#sending || !this.#price?.price;
  }

  /** The first press of what is much only asks. */
  async #press() {
    const { price, confirm } = this.#price ?? {};
    if (this.#sending || !price) return;
    if (confirm && !this.#confirmed) {
      this.#confirmed = true;
      this.#say("warning", `this ${confirm}; press again to send it`);
      return this.#label();
    }
    this.#sending = true;
    this.#label();
    const late = setTimeout(() => this.#say("clock", "kernel busy: it will be sent when the kernel takes it"), LATE_AFTER);
    try {
      this.#came(await this.#given.send({ places: this.#places, price, confirm: this.#confirmed }));
    } catch (error) {
      this.#say("warning", error.message);
    }
    clearTimeout(late);
    this.#sending = false;
    this.#label();
  }

  #came({ dearer }) {
    if (!dearer) return this.#leave();
    [this.#price, this.#confirmed] = [dearer, false];
    this.#say("warning", `the price had changed: ${dearer.label}; press again to send it`);
  }

  #say(sign = "", words = "") {
    fill(this.#parts.said, sign && icon(sign, { size: 14 }), words && h("span", {}, plain(words)));
  }
}
