// The verbs of a queue, as its cards and its head use them.

/** @returns {import("./card_acts.js").Acts} */
export function queueActs(line) {
  return {
    cancel: async (generation) => (await line.act("cancel", { generation })).said,
    price: async (generation) => (await line.askKernel("price", { how: "again", generation })).header,
    again: async (generation, price) => (await line.act("remake", { how: "again", generation, price })).dearer ?? null,
  };
}

/** What waits and could be dropped for nothing. @returns {number[]} */
export function waiting(told) {
  return told.filter(({ status, free }) => status === "queued" && free).map(({ id }) => id);
}
