// The courier of one view: brings its questions to whoever answers first, and its verbs to the kernel.
import { kernelLine } from "./kernel.js";
import { readingLine } from "./reading_line.js";
import { NotServed, askServer, followServer } from "./server.js";

/**
 * @param {any} model the view's; it has `pointer` and `channel`, without which it only looks
 * @param {{onChange?: () => void, onWaiting?: (count: number) => void,
 *   onLost?: (sentence: string) => void}} [told] `onChange` when anything in the catalog changed,
 *   `onWaiting` with how many messages a busy kernel has not taken, `onLost` when there is no
 *   kernel any more
 */
export async function courier(model, { onChange, onWaiting, onLost } = {}) {
  if (!model.get("channel")) return readingLine(model.get("pointer"), { onChange, onLost });
  const channel = await model.widget_manager.get_model(model.get("channel").replace("IPY_MODEL_", ""));
  const line = kernelLine(channel, { onWaiting, onLost });
  let served = Boolean(model.get("pointer"));
  let unfollow = served ? followServer(model.get("pointer"), () => onChange?.()) : null;
  const pushed = () => served || onChange?.();
  channel.on("change:stamp", pushed);

  function leaveServer() {
    served = false;
    unfollow?.();
    unfollow = null;
  }

  return {
    /** @returns {Promise<import("./parcel.js").Parcel>} */
    async ask(name, asked, signal) {
      if (served) {
        try {
          return await askServer(model.get("pointer"), name, asked, signal);
        } catch (error) {
          const away = error instanceof TypeError; // the network; the next question tries again
          if (!away && !(error instanceof NotServed)) throw error;
          if (error.ever) leaveServer();
        }
      }
      return line.ask(name, asked);
    },
    /** What only the kernel knows: prices. @returns {Promise<import("./parcel.js").Parcel>} */
    askKernel: line.ask,
    act: line.act,
    close() {
      unfollow?.();
      channel.off("change:stamp", pushed);
      line.close();
    },
  };
}
