// What the view does when Python, or another view of the same model, sets a trait.
import { layAs } from "./parts.js";
import { ROWS } from "./table.js";
import { TILES } from "./tile.js";

/**
 * @param {import("./traits.js").Traits} traits @param {Record<string, any>} parts of the gallery
 * @param {{root: HTMLElement, asked: () => string|null, set: (query: string) => void, again: () => void,
 *   told: (said: {ids?: number[], id?: number|null}) => void, rests: () => void, draw: () => void}} view
 *   `asked` is the query that was looked for last: it was typed, so it is no news
 */
export function obeyTraits(traits, parts, { root, asked, set, again, told, rests, draw }) {
  const { grid, selection, status } = parts;
  const obey = (name, act) => {
    act(traits.of(name));
    traits.on(name, act);
  };
  obey("height", (pixels) => root.style.setProperty("--il-height", `${pixels}px`));
  obey("thumbnail_size", (pixels) => {
    status.slider.value = String(pixels);
    grid.show({ wanted: pixels });
  });
  obey("view", (view) => {
    layAs(view === "table" ? ROWS : TILES, parts);
    rests();
  });
  obey("facets", (on) => root.classList.toggle("il-facets-off", !on));
  traits.on("stacks", again);
  traits.on("auto_advance", draw);
  obey("selected_ids", (ids) => String(ids) !== String([...selection.ids]) && told({ ids }));
  obey("current_id", (id) => id !== selection.id && told({ id }));
  obey("query", (query) => query !== asked() && set(query));
}
