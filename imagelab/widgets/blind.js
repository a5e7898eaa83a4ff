// The blind comparison: two pictures and nothing said of them, a judgement by key, a table at the end.
import { blindTable } from "./blind_table.js";
import { courier } from "./courier.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { isSave } from "./keys.js";
import { Originals } from "./originals.js";
import { hideStill } from "./still.js";
import { Traits } from "./traits.js";
import { counted, grouped, plain } from "./words.js";

const CHOICES = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "tie" };
const LATE_AFTER = 500; // milliseconds until a reader is told that the kernel has other things to do
const KEYS = ["keydown", "keyup", "keypress"];

class Blind {
  #traits;
  #root;
  #line;
  #originals;
  #parts;
  #busy = false;
  #turn = 0;

  constructor(model, el) {
    this.#traits = new Traits(model);
    this.#parts = this.#made();
    const { head, pair, table, foot, trouble } = this.#parts;
    this.#root = h("div", { class: "il-view il-blind", tabindex: "0", role: "group", "aria-label": "blind comparison" }, head, pair, table, foot, trouble);
    for (const type of KEYS) this.#root.addEventListener(type, (event) => isSave(event) || event.stopPropagation());
    this.#root.addEventListener("keydown", (event) => this.#onKey(event));
    el.append(this.#root);
    for (const name of ["pair", "judged", "table", "finished", "height"]) this.#traits.on(name, () => this.#show());
  }

  async start(model) {
    this.#line = await courier(model, {
      onWaiting: (count) => count && this.#tell("kernel busy: it is kept when the kernel takes it", "clock"),
      onLost: (sentence) => this.#tell(sentence),
    });
    this.#originals = new Originals(this.#line);
    await this.#show();
  }

  close() {
    this.#turn += 1;
    for (const part of [this.#traits, this.#originals, this.#line]) part?.close();
    this.#root.remove();
  }

  #made() {
    const said = h("span", { class: "il-quiet il-blind-said", role: "status" });
    const result = h("button", { class: "il-button il-result", type: "button", on: { click: () => this.#turnOver() } });
    const done = h("div", { class: "il-blind-done" });
    const progress = h("div", { class: "il-blind-progress", role: "progressbar", "aria-label": "pairs judged", "aria-valuemin": "0" }, done);
    const head = h("div", { class: "il-blind-top" }, h("div", { class: "il-blind-head" }, h("span", { class: "il-title" }, "Which is better?"), said, h("span", { class: "il-spring" }), result), progress);
    const side = (choice, label) => {
      const picture = h("img", { alt: label, draggable: "false" });
      const button = h("button", { class: "il-blind-side", type: "button", tabindex: "-1", "aria-label": `${label} is better`, on: { click: () => this.#judge(choice) } }, picture);
      return { picture, button };
    };
    const [left, right] = [side("left", "the left one"), side("right", "the right one")];
    const pair = h("div", { class: "il-blind-pair" }, left.button, right.button);
    const table = h("div", { class: "il-blind-table" });
    const action = (choice, key, label) => h("button", { class: "il-button", type: "button", "data-choice": choice, on: { click: () => (choice === "undo" ? this.#undo() : this.#judge(choice)) } }, h("kbd", {}, key), label);
    const choices = h("span", { class: "il-blind-choices" }, action("left", "←", "left"), action("tie", "↓", "no difference"), action("right", "→", "right"));
    const undo = action("undo", "u", "undo");
    const foot = h("div", { class: "il-blind-foot" }, choices, undo);
    const trouble = h("div", { class: "il-blind-trouble", role: "status" });
    return { said, result, done, progress, head, left, right, pair, table, choices, undo, foot, trouble };
  }

  async #show() {
    if (!this.#originals) return;
    const turn = (this.#turn += 1);
    const of = (name) => this.#traits.of(name);
    const { pair: both, table, said, result, done, progress, choices, undo } = this.#parts;
    const [pair, judged, total, finished] = ["pair", "judged", "total", "finished"].map(of);
    said.textContent = `${grouped(judged)} of ${counted(total, "pair")}`;
    progress.setAttribute("aria-valuemax", String(total));
    progress.setAttribute("aria-valuenow", String(judged));
    done.style.width = `${total ? (100 * judged) / total : 0}%`;
    both.hidden = choices.hidden = finished;
    table.hidden = !finished;
    undo.disabled = !judged;
    result.hidden = finished && !pair.length;
    result.textContent = finished ? "Go on" : "See the result so far";
    result.disabled = !finished && !judged;
    this.#root.style.setProperty("--il-height", `${of("height")}px`);
    this.#root.querySelector(".il-title").textContent = finished ? "Blind comparison" : "Which is better?";
    if (finished) fill(table, blindTable(of("table")));
    else await this.#showPair(pair, of("coming"), turn);
    if (turn === this.#turn) this.#root.dataset.shown = finished ? "table" : pair.join("-");
  }

  /** Both at once, or one would be judged before the other is there. */
  async #showPair(pair, coming, turn) {
    try {
      const addresses = await Promise.all(pair.map((id) => this.#originals.address(id)));
      if (turn !== this.#turn) return;
      const { left, right } = this.#parts;
      [left, right].forEach(({ picture }, place) => (picture.src = addresses[place]));
      await Promise.all([left, right].map(({ picture }) => picture.decode().catch(() => {})));
      for (const id of coming) this.#originals.address(id).catch(() => {}); // so that it is there when it is asked about
    } catch (error) {
      if (turn === this.#turn) this.#tell(error.message);
    }
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const choice = !this.#traits.of("finished") && CHOICES[event.key];
    if (choice) this.#judge(choice);
    else if (event.key === "u") this.#undo();
    else if (event.key === "Escape") return document.activeElement?.blur();
    else return;
    event.preventDefault();
  }

  #judge(choice) {
    const pair = this.#traits.of("pair");
    if (this.#root.dataset.shown !== pair.join("-")) return; // it is not to be seen yet
    return this.#act("judge", { pair, choice });
  }

  #undo() {
    return this.#act("undo", {});
  }

  async #act(name, given) {
    if (this.#busy) return;
    this.#busy = true;
    const late = setTimeout(() => this.#tell("kernel busy: it is kept when the kernel takes it", "clock"), LATE_AFTER);
    try {
      const { said } = await this.#line.act(name, given);
      this.#tell(said ?? "", "check");
    } catch (error) {
      this.#tell(error.message);
    }
    clearTimeout(late);
    this.#busy = false;
    this.#root.focus({ preventScroll: true });
  }

  #turnOver() {
    this.#traits.say({ finished: !this.#traits.of("finished") });
    this.#show();
    this.#root.focus({ preventScroll: true });
  }

  #tell(words, sign = "warning") {
    fill(this.#parts.trouble, words && icon(sign, { size: 14 }), words && plain(words));
  }
}

export default {
  async render({ model, el }) {
    const blind = new Blind(model, el);
    hideStill(el, model.get("still_name"));
    await blind.start(model);
    return () => blind.close();
  },
};
