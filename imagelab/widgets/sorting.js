// The order of a search, which is a word in its text: `sort:-cost`.

const WORDS = /"[^"]*"?|\S+/g; // what stands in quotes is no field
const SORT = /^sort:(-?)(\w+)$/i;

/** @returns {{key: string, falls: boolean}|null} the first key of a query's order; null for newest first */
export function sortOf(query) {
  const [, minus, key] = words(query).map((word) => SORT.exec(word)).find(Boolean) ?? [];
  return key ? { key: key.toLowerCase(), falls: minus === "-" } : null;
}

/** @returns {string} the query in another order; `""` is newest first */
export function sortedBy(query, order) {
  const others = query.replace(WORDS, (word) => (/^sort:/i.test(word) ? "" : word)).replace(/ {2,}/g, " ").trim();
  return [others, order && `sort:${order}`].filter(Boolean).join(" ");
}

/** What a press on a column does: first its own way, then the other, then newest first again. */
export function nextOrder(query, key, firstFalls) {
  const now = sortOf(query);
  const [own, other] = firstFalls ? [`-${key}`, key] : [key, `-${key}`];
  if (now?.key !== key) return own;
  return now.falls === firstFalls ? other : "";
}

const words = (query) => query.match(WORDS) ?? [];
