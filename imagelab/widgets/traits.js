// The traits that Python sees and sets: told when the view changes, obeyed when they do.

export class Traits {
  #model;
  #listening = [];

  /** @param {any} model the view's, as anywidget gives it */
  constructor(model) {
    this.#model = model;
  }

  of(name) {
    return this.#model.get(name);
  }

  /** Set those that differ. */
  say(values) {
    const news = Object.entries(values).filter(([name, value]) => !same(this.#model.get(name), value));
    for (const [name, value] of news) this.#model.set(name, value);
    if (news.length) this.#model.save_changes();
  }

  /** Calls `act` with a trait's new value, whoever set it. */
  on(name, act) {
    const heard = () => act(this.#model.get(name));
    this.#model.on(`change:${name}`, heard);
    this.#listening.push([`change:${name}`, heard]);
  }

  close() {
    for (const [event, heard] of this.#listening) this.#model.off(event, heard);
  }
}

function same(one, other) {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
