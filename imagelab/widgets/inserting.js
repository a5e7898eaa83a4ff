// Code put into a new cell below, where the front end lets a view do that.
import { copied } from "./copying.js";

const EVENT = "imagelab-insert-cell";

/**
 * Whoever can insert a cell hears of it first and says so by `preventDefault()`; else JupyterLab
 * itself is asked, where it is within reach; else the code is copied.
 *
 * @param {HTMLElement} element of the view
 * @param {string} code
 * @returns {Promise<string>} what was done, in words
 */
export async function insertCell(element, code) {
  const asked = new CustomEvent(EVENT, { detail: { code }, bubbles: true, cancelable: true });
  if (!element.dispatchEvent(asked)) return "inserted below";
  if (await insertedByLab(element, code)) return "inserted below";
  return (await copied(code)) ? "copied: this front end lets no view insert a cell, so paste it" : "the browser did not let it be copied";
}

async function insertedByLab(element, code) {
  const app = globalThis.jupyterapp ?? globalThis.jupyterlab;
  const notebook = app?.shell?.currentWidget?.content;
  const place = notebook?.widgets?.findIndex((cell) => cell.node.contains(element)) ?? -1;
  if (place < 0) return false;
  notebook.activeCellIndex = place;
  await app.commands.execute("notebook:insert-cell-below");
  notebook.activeCell.model.sharedModel.setSource(code);
  return true;
}
