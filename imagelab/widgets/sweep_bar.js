// The bar over a sweep: how far it is and what it cost, which axis lies where, and the tabs.
import { fill, h } from "./dom.js";
import { UNDER_WAY } from "./sweep_cells.js";
import { counted, grouped, plain } from "./words.js";

const TOLD = [
  ["running", ["running", "queued"]],
  ["waiting", ["waiting"]],
  ["partial", ["partial"]],
  ["failed", ["failed"]],
  ["unknown", ["unknown"]],
  ["not sent", ["unsent", "cancelled"]],
  ["not offered", ["not offered"]],
];

export class SweepBar {
  element;
  #given;
  #parts;
  #shown = "";

  /** @param {{onTrait: (values: object) => void, onTab: (name: string, at: number) => void, onStop: () => void}} given */
  constructor(given) {
    this.#given = given;
    const title = h("span", { class: "il-title" }, "Sweep");
    const said = h("span", { class: "il-sweep-said il-quiet", role: "status" });
    const axis = (trait, word) => {
      const choice = h("select", { class: "il-axis", "aria-label": word, on: { change: () => this.#chosen(trait, choice.value) } });
      return { choice, label: h("label", { class: "il-axis-label" }, h("span", { class: "il-quiet" }, word), choice) };
    };
    const [rows, columns] = [axis("rows", "rows"), axis("columns", "columns")];
    const stop = h("button", { class: "il-button il-stop", type: "button", title: "drop the cells that were not sent yet; nothing is charged for them", on: { click: given.onStop } }, "Stop after running");
    const done = h("div", { class: "il-sweep-done" });
    const progress = h("div", { class: "il-sweep-progress", role: "progressbar", "aria-label": "cells that have ended", "aria-valuemin": "0" }, done);
    const tabs = h("div", { class: "il-sweep-tabs" });
    const template = h("div", { class: "il-sweep-template il-quiet", dir: "auto" });
    const head = h("div", { class: "il-sweep-head" }, title, said, h("span", { class: "il-spring" }), rows.label, columns.label, stop);
    this.#parts = { said, rows, columns, stop, done, progress, tabs, template };
    this.element = h("div", { class: "il-sweep-bar" }, head, template, tabs, progress);
  }

  /** @param {{layout: import("./sweep_axes.js").Layout, said: string, tally: Map<string, number>, offered: number, spent: string, quoted: string}} seen */
  show({ layout, said, tally, offered, spent, quoted }) {
    const count = (statuses) => statuses.reduce((sum, status) => sum + (tally.get(status) ?? 0), 0);
    const open = count([...UNDER_WAY]);
    const ended = offered - open - (tally.get("unsent") ?? 0);
    const facts = [`${grouped(ended)} of ${counted(offered, "cell")}`, ...TOLD.map(([word, meant]) => count(meant) && `${grouped(count(meant))} ${word}`)];
    facts.push(spent && `${spent}${open ? " so far" : ""} of ${quoted} quoted`);
    const { progress, done, stop, template } = this.#parts;
    const words = facts.filter(Boolean).join(" · ");
    if (this.#parts.said.textContent !== words) this.#parts.said.textContent = words;
    progress.setAttribute("aria-valuemax", String(offered));
    progress.setAttribute("aria-valuenow", String(ended));
    progress.hidden = !open;
    done.style.width = `${offered ? (100 * ended) / offered : 0}%`;
    stop.hidden = !tally.get("waiting");
    template.textContent = plain(said);
    this.#layOut(layout);
  }

  /** Whether a key was for the tabs. */
  takes(event) {
    const tab = event.target.closest?.("[role=tab]");
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!tab || !by) return Boolean(event.target.closest?.("select"));
    const tabs = [...tab.parentElement.querySelectorAll("[role=tab]")];
    tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length].click();
    event.preventDefault();
    return true;
  }

  #layOut(layout) {
    const shown = JSON.stringify([layout.rows?.name, layout.columns?.name, layout.tabs.map((axis) => [axis.name, layout.shown(axis)])]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = document.activeElement?.closest?.("[role=tab]")?.dataset.axis;
    const varied = layout.axes.filter(({ labels }) => labels.length > 1);
    for (const [{ choice, label }, axis] of [[this.#parts.rows, layout.rows], [this.#parts.columns, layout.columns]]) {
      label.hidden = varied.length < 2;
      fill(choice, ...varied.map(({ name }) => h("option", { value: name, selected: name === axis?.name }, plain(name))));
    }
    fill(this.#parts.tabs, ...layout.tabs.map((axis) => this.#tabs(axis, layout.shown(axis))));
    this.#parts.tabs.hidden = !layout.tabs.length;
    if (focused) this.#parts.tabs.querySelector(`[data-axis="${CSS.escape(focused)}"][aria-selected="true"]`)?.focus();
  }

  #tabs(axis, at) {
    const tabs = axis.labels.map((label, place) =>
      h("button", { class: "il-button il-tab", type: "button", role: "tab", "aria-selected": String(place === at), tabindex: place === at ? 0 : -1, dataset: { axis: axis.name }, on: { click: () => this.#given.onTab(axis.name, place) } }, plain(label)),
    );
    const name = h("span", { class: "il-quiet" }, plain(axis.name));
    return h("div", { class: "il-tab-row", role: "tablist", "aria-label": plain(axis.name) }, name, ...tabs);
  }

  /** The axis that was there goes where the chosen one was. */
  #chosen(trait, name) {
    const other = trait === "rows" ? "columns" : "rows";
    const swaps = this.#parts[other].choice.value === name;
    const before = JSON.parse(this.#shown)[trait === "rows" ? 0 : 1];
    this.#given.onTrait({ [trait]: name, ...(swaps && { [other]: before }) });
  }
}
