// Assets dragged out of one view and into another, or into a cell as the code that names them.
import { assetCode } from "./asset_code.js";

const KIND = "application/x-imagelab-assets";
const CODE = /^lab\.asset\((\d{1,15})(?:, "([0-9a-f-]{4,36})")?\)$/;

/**
 * Pictures of a view can be dragged from it.
 *
 * @param {HTMLElement} root
 * @param {(target: Element) => number[]} meant the assets that a drag from there is about
 * @param {{catalog: () => string, code?: (ids: number[]) => string}} told how the catalog is called, where it has a
 *   name, and the code an editor takes
 * @returns {() => void} the way to stop
 */
export function letDrag(root, meant, { catalog, code = codeOf }) {
  const begin = (event) => {
    const ids = meant(event.target);
    if (!ids.length) return;
    event.dataTransfer.setData(KIND, JSON.stringify({ ids, catalog: catalog() }));
    event.dataTransfer.setData("text/plain", code(ids));
    event.dataTransfer.effectAllowed = "copy";
    event.stopPropagation();
  };
  root.addEventListener("dragstart", begin);
  return () => root.removeEventListener("dragstart", begin);
}

/** @param {number[]} ids */
function codeOf(ids) {
  const named = ids.map((id) => assetCode({ id }));
  return named.length === 1 ? named[0] : `[${named.join(", ")}]`;
}

/**
 * @param {DataTransfer} given
 * @returns {{ids?: number[], catalog?: string, files?: File[], named?: {id: number, uuid: string}}} what was dropped; nothing we take is {}
 */
export function dropped(given) {
  const files = [...given.files];
  if (files.length) return { files };
  try {
    const { ids, catalog } = JSON.parse(given.getData(KIND));
    if (ids.every((id) => Number.isSafeInteger(id) && id > 0)) return { ids, catalog: String(catalog) };
  } catch {
    // from somewhere else
  }
  const named = CODE.exec(given.getData("text/plain").trim());
  return named ? { named: { id: Number(named[1]), uuid: named[2] ?? "" } } : {};
}

/** Whether something that hovers may be ours; what it is can only be read once it is dropped. */
export function mayDrop({ types }) {
  return ["Files", KIND, "text/plain"].some((type) => types.includes(type));
}
