// What is said of images beside stars and rejections, sent to the kernel: words, undoing, emptying.
// What is known is changed at once; where the kernel refuses, it is asked for again.
import { plain } from "./words.js";

export class Curating {
  #act;
  #facts;
  #told;

  /**
   * @param {(name: string, given: object) => Promise<any>} act @param {import("./facts.js").Facts} facts
   * @param {{onSaid: (words: string) => void, onTrouble: (error: Error) => void, onChange: () => void}} told
   */
  constructor(act, facts, told) {
    [this.#act, this.#facts, this.#told] = [act, facts, told];
  }

  tag(ids, names) {
    for (const id of ids) this.#facts.amend(id, ({ tags }) => ({ tags: [...new Set([...tags, ...names])] }));
    return this.#do("tag", { ids, names });
  }

  untag(ids, name) {
    for (const id of ids) this.#facts.amend(id, ({ tags }) => ({ tags: tags.filter((one) => one !== name) }));
    return this.#do("untag", { ids, names: [name] });
  }

  caption(id, text) {
    this.#facts.amend(id, () => ({ caption: text }));
    return this.#do("caption", { ids: [id], text: text || null });
  }

  note(id, text) {
    this.#facts.amend(id, () => ({ note: text }));
    return this.#do("note", { ids: [id], text: text || null });
  }

  /** @returns {Promise<number[]>} what was said of these was taken back */
  async undo() {
    const done = await this.#do("undo", {});
    return done?.ids ?? [];
  }

  saveSearch(name, query) {
    return this.#do("save_search", { name, query });
  }

  deleteSearch(name) {
    return this.#do("delete_search", { name });
  }

  /** Delete what is rejected for good, if it is so many. */
  empty(count) {
    return this.#do("empty", { count });
  }

  async #do(name, given) {
    this.#told.onChange();
    try {
      const done = await this.#act(name, given);
      if (done?.said) this.#told.onSaid(plain(done.said));
      return done;
    } catch (error) {
      this.#facts.doubt();
      this.#told.onTrouble(error);
      this.#told.onChange();
      return null;
    }
  }
}
