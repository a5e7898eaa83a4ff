// The line under a sweep's cells: what the keys are at, with stars to press and the way to send it anew.
import { h } from "./dom.js";
import { Rerun } from "./rerun.js";
import { starButtons } from "./stars.js";
import { clipped, counted, plain } from "./words.js";

const REASON_CHARACTERS = 600;

export class About {
  element;
  #name = h("div", { class: "il-about-name" });
  #facts = h("div", { class: "il-about-facts il-quiet", dir: "auto" });
  #stars;
  #rerun;

  /** @param {{onRate: (stars: number) => void, price: Function, send: Function, onLeave: () => void}} given */
  constructor({ onRate, ...sending }) {
    this.#stars = starButtons(onRate);
    this.#rerun = new Rerun(sending);
    const words = h("div", { class: "il-about-words" }, this.#name, this.#facts);
    this.element = h("div", { class: "il-about-cell" }, words, this.#stars.element, this.#rerun.element);
  }

  /** A row, a column or all: `offered` are the cells of it that can be sent anew. */
  showHeading(name, places, offered) {
    this.#say(name, [counted(places.length, "cell"), offered.length < places.length && `${places.length - offered.length} not offered`]);
    this.#stars.element.hidden = false;
    this.#stars.show(0);
    this.#rerun.show(offered);
  }

  /** One cell. @param {{status: string, reason: string, told?: {price: string}}} cell */
  showCell(name, { status, reason, told }, images, offered) {
    this.#say(name, [status, told?.price, ...images.map(({ tile }) => `#${tile.id}`), clipped(reason, REASON_CHARACTERS)]);
    this.#stars.element.hidden = !images.length;
    this.#stars.show(images[0]?.rating ?? 0);
    this.#rerun.show(offered);
  }

  rerun() {
    return this.#rerun.open();
  }

  #say(name, facts) {
    const words = [plain(name), plain(facts.filter(Boolean).join(" · "))];
    if (this.#name.textContent !== words[0]) this.#name.textContent = words[0];
    if (this.#facts.textContent !== words[1]) this.#facts.textContent = words[1];
  }
}
