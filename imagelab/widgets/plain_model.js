// A model without a kernel: it has traits as a widget's has, and tells who listens.

export class PlainModel {
  #values;
  #acts = new Map();

  /** @param {Record<string, any>} values */
  constructor(values) {
    this.#values = { ...values };
  }

  get(name) {
    return this.#values[name];
  }

  set(name, value) {
    if (this.#values[name] === value) return;
    this.#values[name] = value;
    for (const act of this.#acts.get(`change:${name}`) ?? []) act();
  }

  /** Nothing to save: nobody else sees it. */
  save_changes() {}

  on(event, act) {
    this.#acts.set(event, new Set([...(this.#acts.get(event) ?? []), act]));
  }

  off(event, act) {
    this.#acts.get(event)?.delete(act);
  }
}
