// What can be done about a card that is not done: stop it, with whether that is still free, or
// send it again where that may help, at the price on the button.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @typedef {{cancel: (id: number) => Promise<string>,
 *   price: (id: number) => Promise<{price: string, label: string, refused: string}>,
 *   again: (id: number, price: string) => Promise<{price: string, label: string}|null>}} Acts
 *   `again` comes to a price where that is another than was seen
 */

export class CardActs {
  element = h("div", { class: "il-card-acts" });
  #id;
  #acts;
  #shown = "";
  #price = null;
  #busy = false;

  /** @param {number} id @param {Acts} acts */
  constructor(id, acts) {
    [this.#id, this.#acts] = [id, acts];
  }

  /** @param {{status: string, free: boolean, again: boolean}} told @param {boolean} isOpen */
  paint({ free, again }, isOpen) {
    const now = isOpen ? `cancel ${free}` : again ? "again" : "";
    if (now === this.#shown) return;
    this.#shown = now;
    fill(this.element);
    this.element.hidden = !now;
    if (isOpen) this.#offerCancel(free);
    else if (again) this.#offerAgain();
  }

  #offerCancel(free) {
    const words = free ? "Cancel, free" : "Cancel";
    const title = free ? "nothing of it was sent, so nothing is charged" : "it was sent: it may still be billed";
    const button = this.#button("close", words, title, async () => this.#say(await this.#acts.cancel(this.#id)));
    fill(this.element, button, !free && h("span", { class: "il-quiet" }, "may still be billed"));
  }

  async #offerAgain() {
    try {
      const quoted = await this.#acts.price(this.#id);
      if (this.#shown !== "again") return;
      if (quoted.refused) return this.#say(quoted.refused);
      this.#showAgain(quoted);
    } catch {
      this.#shown = ""; // the next painting asks again
    }
  }

  #showAgain(quoted) {
    this.#price = quoted.price;
    const press = async () => {
      const dearer = await this.#acts.again(this.#id, this.#price);
      if (dearer) this.#showAgain(dearer);
      else this.#say("sent again");
    };
    fill(this.element, this.#button("undo", `Try again · ${quoted.label}`, "send the same request anew", press));
  }

  #button(sign, words, title, press) {
    const pressed = async () => {
      if (this.#busy) return;
      this.#busy = true;
      try {
        await press();
      } catch (error) {
        this.#say(error.message);
      } finally {
        this.#busy = false;
      }
    };
    return h("button", { class: "il-button", type: "button", title, on: { click: pressed } }, icon(sign, { size: 12 }), words);
  }

  #say(words) {
    fill(this.element, h("span", { class: "il-quiet", role: "status" }, words));
  }
}
