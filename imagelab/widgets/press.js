// The button that spends money, as the page takes it: once for a double click, told when the
// kernel is busy, and with what was to be seen when it was pressed.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

const LATE_AFTER = 500; // milliseconds until a reader is told that the kernel has other things to do
const ECHO = 700; // milliseconds in which a press of the same is a double click
const PRICE_WITHIN = 2000; // milliseconds a press waits for the price of words just typed
const NO_PRICE = "there is no price yet; nothing was sent";

/**
 * ipywidgets' own click would leave at once, while the last keystrokes may still wait for the
 * kernel to take those before them. So a click is taken here, on its way down, and sent as a verb
 * that says which values the controls have in the page; being sent again, it is done once.
 *
 * @param {HTMLElement} studio the root of form and board
 * @param {any} model the board's
 * @param {(name: string, given: object) => Promise<any>} act
 * @returns {() => void} the way to stop
 */
export function takePresses(studio, model, act) {
  const note = h("div", { class: "il-late", role: "status" });
  const found = (id) => model.widget_manager.get_model(id.replace("IPY_MODEL_", ""));
  let pending = false;
  let last = { seen: "", at: -Infinity };

  async function press() {
    if (pending) return;
    pending = true;
    let late;
    try {
      if (!(await priced())) return tell("warning", NO_PRICE);
      const given = { seen: await seen(), price: model.get("price") };
      if (isEcho(JSON.stringify(given.seen))) return;
      late = setTimeout(() => tell("clock", "kernel busy: it will be sent when the kernel takes it"), LATE_AFTER);
      await act("generate", given);
      tell();
    } catch (error) {
      tell("warning", error.message);
    } finally {
      clearTimeout(late);
      pending = false;
      last.at = performance.now();
    }
  }

  function isEcho(now) {
    const echo = now === last.seen && performance.now() - last.at < ECHO;
    last.seen = now;
    return echo;
  }

  /** What each control shows; it may be more than the kernel has heard of. */
  async function seen() {
    const told = {};
    for (const [name, id] of Object.entries(model.get("controls"))) {
      const control = await found(id).catch(() => null);
      if (!control) throw new Error("the form has changed; press again"); // it is being drawn anew
      told[name] = { id: control.model_id, value: control.get(control.has("index") ? "index" : "value") };
    }
    return told;
  }

  /** Whether there is something to send: its price may be on its way. */
  async function priced() {
    if (model.get("price")) return true;
    return new Promise((done) => {
      const settle = () => {
        model.off("change:price", settle);
        clearTimeout(timer);
        done(Boolean(model.get("price")));
      };
      const timer = setTimeout(settle, PRICE_WITHIN);
      model.on("change:price", settle);
    });
  }

  function tell(sign, words = "") {
    fill(note, sign && icon(sign, { size: 14 }), words);
    if (words) studio.querySelector(".il-actions")?.after(note);
    else note.remove();
  }

  const onPrice = () => note.textContent === NO_PRICE && tell();

  function onClick(event) {
    if (!event.target.closest(".il-generate")) return;
    event.stopPropagation();
    event.preventDefault();
    press();
  }

  function onKey(event) {
    const named = event.key === "Enter" && event.target.closest(".il-recall-row:has(input)");
    if (named) named.querySelector("button").click(); // what was typed is on its way before
    const accelerated = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey;
    if (!accelerated || !event.target.closest(".il-prompt")) return;
    event.stopPropagation();
    event.preventDefault();
    if (!event.repeat) press();
  }

  // On the way down: on the way up ipywidgets' fields let no key through.
  studio.addEventListener("click", onClick, true);
  studio.addEventListener("keydown", onKey, true);
  model.on("change:price", onPrice);
  return () => {
    studio.removeEventListener("click", onClick, true);
    studio.removeEventListener("keydown", onKey, true);
    model.off("change:price", onPrice);
    note.remove();
  };
}
