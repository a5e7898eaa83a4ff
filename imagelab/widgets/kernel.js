// Questions and verbs carried to the kernel over a channel of their own. A message that a busy
// kernel did not take up is sent again: questions may be, and verbs carry a serial number.
import { opened } from "./parcel.js";
import { Refused } from "./server.js";

const GONE = "the kernel is gone; run the cell again";
const AGAIN_AFTER = [400, 1200, 4000]; // milliseconds; a cold subshell can lose the first one
const LOOKS_EVERY = 1000; // milliseconds, while something is unanswered

/**
 * @param {any} channel the model of imagelab.widgets.channel.Channel
 * @param {{onWaiting?: (count: number) => void, onLost?: (sentence: string) => void}} told
 * @returns {{ask: Function, act: Function, close: () => void}}
 */
export function kernelLine(channel, { onWaiting, onLost }) {
  const open = new Map(); // id -> {message, done, fail, timers}
  let numbers = 0;
  const mine = Math.random().toString(36).slice(2); // several pages may look at one channel
  let verbs = Promise.resolve();
  const watch = setInterval(() => open.size && lost(), LOOKS_EVERY);

  function send(message) {
    return new Promise((done, fail) => {
      const id = `${mine}-${++numbers}`;
      const timers = AGAIN_AFTER.map((after) => setTimeout(() => again(id), after));
      open.set(id, { message: { ...message, id }, done, fail, timers, since: performance.now() });
      post(id);
    });
  }
  function again(id) {
    post(id);
    onWaiting?.(waiting());
  }
  function post(id) {
    try {
      channel.send(open.get(id).message);
    } catch {
      lost();
    }
  }
  /** Where there is no kernel any more, nothing on its way will be answered. */
  function lost() {
    if (!isGone(channel)) return;
    for (const id of [...open.keys()]) ended(id).fail(new Refused({ error: GONE }));
    onLost?.(GONE);
  }
  function ended(id) {
    const one = open.get(id);
    open.delete(id);
    for (const timer of one.timers) clearTimeout(timer);
    onWaiting?.(waiting());
    return one;
  }
  const waiting = () => [...open.values()].filter((one) => performance.now() - one.since >= AGAIN_AFTER[0]).length;

  function heard(message, buffers) {
    if (!open.has(message.id)) return; // for another page, or answered already
    const { done, fail } = ended(message.id);
    if (message.error) fail(new Refused(message));
    else done(buffers?.length ? opened(buffers[0]) : message);
  }
  channel.on("msg:custom", heard);
  channel.on("comm_live_update", lost);

  return {
    ask: (name, asked) => send({ kind: "ask", name, ask: asked }),
    /** One after the other, so that the last word is the last. */
    act(name, given) {
      const told = verbs.then(() => send({ kind: "do", name, given }));
      verbs = told.catch(() => {});
      return told;
    },
    close() {
      clearInterval(watch);
      channel.off("msg:custom", heard);
      channel.off("comm_live_update", lost);
      for (const id of [...open.keys()]) ended(id);
    },
  };
}

/** A kernel shut down from elsewhere is found dead by the page, which need not tell the channel. */
function isGone(channel) {
  const kernel = channel.widget_manager?.kernel; // JupyterLab's manager has it
  return channel.comm_live === false || kernel === null || Boolean(kernel?.isDisposed) || kernel?.status === "dead";
}
