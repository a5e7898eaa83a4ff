// While a word is typed, what begins so is found; after a rest whole words are, as Enter would have it.
// Where they find nothing, the word is still half of one; what somebody has gone into stays as it is.
import { settled } from "./dom.js";

const RESTS_AFTER = 900; // milliseconds without a key

/**
 * @param {{pages: import("./pages.js").Pages, search: import("./search.js").SearchBox, grid: import("./grid.js").Grid}} parts
 * @param {(query: string) => void} begun @returns {((query: string) => void) & {stop: () => void}}
 */
export function settling({ pages, search, grid }, begun) {
  return settled(RESTS_AFTER, async (query) => {
    const { typing, ...how } = pages.how;
    const waits = typing && pages.query === query && search.text === query && search.isFocused && grid.atTop;
    if (waits && (await pages.begin(query, how, { orNothing: false }).catch(() => false))) begun(query);
  });
}
