// The view of two to four images beside each other, wired to the courier and to the traits Python sees.
import { Beside } from "./beside.js";
import { courier } from "./courier.js";
import { isSave } from "./keys.js";
import { Originals } from "./originals.js";
import { hideStill } from "./still.js";
import { Traits } from "./traits.js";

class Compare {
  #traits;
  #beside;
  #line;
  #originals;

  constructor(model, el) {
    this.#traits = new Traits(model);
    this.#line = courier(model, { onLost: (sentence) => this.#beside.tell(sentence) });
    const ask = async (...words) => (await this.#line).ask(...words);
    this.#originals = new Originals({ ask });
    const wished = this.#traits.of("mode");
    this.#beside = new Beside({ ask, original: (id) => this.#originals.address(id), onMode: (mode) => this.#traits.say({ mode }) });
    const { element } = this.#beside;
    element.classList.add("il-view");
    element.addEventListener("keydown", (event) => this.#key(event));
    el.append(element);
    this.#show(wished);
    this.#traits.on("ids", () => this.#show(this.#beside.mode));
    this.#traits.on("mode", (mode) => this.#beside.choose(mode));
  }

  close() {
    this.#beside.close();
    this.#originals.close();
    this.#traits.close();
    this.#beside.element.remove();
    this.#line.then((line) => line.close(), () => {});
  }

  #show(mode) {
    return this.#beside.show(this.#traits.of("ids"), mode);
  }

  #key(event) {
    if (isSave(event)) return;
    event.stopPropagation();
    if (event.key === "Escape") this.#beside.element.blur();
    else if (this.#beside.key(event)) event.preventDefault();
  }
}

function render({ model, el }) {
  const compare = new Compare(model, el);
  hideStill(el, model.get("still_name"));
  return () => compare.close();
}

export default { render };
