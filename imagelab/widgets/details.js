// What is told of one image, below its picture: words, judgement, facts and where it came from.
import { askedOtherwise, settings } from "./asked.js";
import { copyButton } from "./copying.js";
import { fill, h } from "./dom.js";
import { Editable } from "./editable.js";
import { Tags } from "./tags.js";
import { ago, clipped, counted, grouped, inFull, plain } from "./words.js";
import { worddiff } from "./worddiff.js";

const MOST = { prompt: 20_000, fact: 1_000 }; // characters
const FEW = 6; // relatives that are named one by one
const BARS = [92, 100, 64, 0, 48, 80, 56, 72]; // of the skeleton, in hundredths of the width; 0 is a gap

export class Details {
  element;
  #given;
  #parts;
  #shown = null; // the facts that are drawn

  /**
   * @param {{onGo: (id: number) => void, onTag: (names: string[]) => void, onUntag: (name: string) => void,
   *   onFind: (term: string) => void,
   *   onAlike: () => void, onStack: () => void, onCaption: (id: number, text: string) => void, onNote: (id: number, text: string) => void,
   *   onLeave: () => void}} given
   */
  constructor(given) {
    this.#given = given;
    const [prompt, was, rows, code, trouble] = [
      h("p", { class: "il-prompt", dir: "auto", tabindex: "0", "aria-label": "prompt" }),
      h("p", { class: "il-was il-quiet", dir: "auto" }),
      h("dl", { class: "il-facts" }),
      h("div", { class: "il-code il-mono" }),
      h("p", { class: "il-trouble" }),
    ];
    const tags = new Tags(given);
    const [caption, note] = [new Editable("caption", given.onCaption), new Editable("note", given.onNote)];
    const own = h("dl", { class: "il-facts il-own" }, ...[["caption", caption], ["note", note]].flatMap(([name, part]) => [h("dt", {}, name), h("dd", {}, part.element)]));
    const skeleton = h("div", { class: "il-skeleton", "aria-hidden": "true" }, ...BARS.map((width) => h("i", { style: { width: `${width}%` } })));
    const known = h("div", { class: "il-known" }, prompt, was, tags.element, rows, own, code);
    this.#parts = { prompt, was, rows, code, trouble, tags, caption, note, skeleton, known };
    this.element = h("div", { class: "il-details" }, trouble, skeleton, known);
  }

  /** @param {object|null} facts null while they are on their way @param {string} trouble @param {number} many how many a tag is put on */
  show(facts, trouble, many) {
    const { skeleton, known, trouble: sentence, tags, caption, note } = this.#parts;
    known.hidden = !facts;
    skeleton.hidden = Boolean(facts || trouble);
    this.element.setAttribute("aria-busy", String(!facts && !trouble));
    sentence.textContent = facts ? "" : plain(trouble);
    if (!facts) return;
    tags.show(facts.id, facts.tags, many);
    caption.show(facts.id, facts.caption);
    note.show(facts.id, facts.note);
    if (facts === this.#shown) return;
    this.#shown = facts;
    this.#draw(facts);
  }

  focusTags() {
    this.#parts.tags.focus();
  }

  #draw(facts) {
    const { prompt, was, rows, code } = this.#parts;
    const said = clipped(facts.prompt, MOST.prompt);
    const before = clipped(facts.changed, MOST.prompt);
    const pieces = before ? worddiff(before, said) : null;
    fill(prompt, ...(pieces ? pieces.flatMap(drawn) : [said]));
    prompt.hidden = !facts.prompt;
    was.textContent = before && !pieces ? `before: ${before}` : "";
    was.hidden = !was.textContent;
    fill(rows, ...this.#rows(facts).flatMap(([name, ...said]) => [h("dt", {}, name), h("dd", {}, ...said)]));
    fill(code, h("code", {}, plain(facts.code)), copyButton("copy the code", () => facts.code));
  }

  /** @returns {[string, ...(Node|string)[]][]} a name and what is said beside it */
  #rows(facts) {
    const rows = [
      ["model", bdi(facts.offer)],
      ["size", bdi(facts.size), quiet(askedOtherwise(facts, "size", `${facts.width}x${facts.height}`))],
      ["quality", bdi(facts.quality), quiet(askedOtherwise(facts, "quality", facts.quality))],
      ["settings", ...settings(facts)],
      ["cost", bdi(facts.cost), quiet(facts.quoted)],
      ["made", ...made(facts)],
      ["lineage", ...this.#lineage(facts)],
      ["alike", ...this.#alike(facts)],
      ["seed", bdi(facts.seed)],
      ["sha256", ...hash(facts.sha256)],
      ["flagged", facts.flagged && "by the provider"],
      ["damaged", facts.damaged && bdi(facts.damaged === true ? "does not decode; its bytes are kept" : facts.damaged)],
      ["emptied", bdi(facts.emptied)],
    ];
    return rows.filter(([, first]) => first);
  }

  /** Parents → this → children, each to go to. */
  #lineage({ id, parents, children }) {
    if (!parents.length && !children.length) return [];
    const from = parents.length ? [...this.#links(parents), " → "] : [];
    const to = children.length ? [" → ", ...this.#links(children)] : [];
    return [...from, h("b", {}, `#${id}`), ...to];
  }

  /** What was asked for alike, and what looks alike: a press looks for it, the next one goes back. */
  #alike({ stack }) {
    const { onAlike, onStack } = this.#given;
    const near = linkTo("near duplicates", "what looks like it (like:#…); again: back to the search", onAlike);
    return stack > 1 ? [near, " · ", linkTo(`stack of ${grouped(stack)}`, "what was asked for alike (s)", onStack)] : [near];
  }

  #links(ids) {
    const links = ids.slice(0, FEW).map((id) => this.#link(id));
    return ids.length > FEW ? [...links, ` and ${counted(ids.length - FEW, "more").replace(/s$/, "")}`] : links;
  }

  #link(id) {
    return linkTo(`#${id}`, `show #${id}`, () => this.#given.onGo(id));
  }
}

/** Marked for the eye and for a screen reader alike; what is gone is not copied along. */
function drawn({ text, kind }) {
  if (kind === "same") return [text];
  const words = text.trimEnd();
  const marked = kind === "new" ? h("ins", { class: "il-new-words" }, words) : h("del", { class: "il-gone-words" }, words);
  return [marked, text.slice(words.length) || " "];
}

const linkTo = (words, title, press) => h("button", { class: "il-link", type: "button", title, on: { click: press } }, words);
const bdi = (text) => text && h("bdi", {}, clipped(text, MOST.fact));
const quiet = (text) => text && h("bdi", { class: "il-quoted" }, clipped(text, MOST.fact));

function made({ created_at, seconds, notebook }) {
  const moment = h("time", { datetime: created_at, title: inFull(created_at) }, ago(created_at));
  const where = notebook ? [" in ", h("bdi", { title: plain(notebook) }, plain(notebook.split(/[\\/]/).at(-1)))] : [];
  return [moment, ...where, seconds ? ` · ${seconds.toFixed(1)} s` : ""];
}

function hash(sha256) {
  const short = h("span", { class: "il-mono", title: sha256 }, `${sha256.slice(0, 8)}…${sha256.slice(-4)}`);
  return [short, copyButton("copy the hash", () => sha256)];
}
