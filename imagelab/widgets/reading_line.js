// The line of a view that only looks: Jupyter's server answers it, and no kernel is told anything.
import { NotServed, Refused, askServer, followServer } from "./server.js";

const AWAY = "Jupyter's server does not answer";
const LOOKS_ONLY = "the sidebar only looks; lab.gallery() in a cell rates, tags and edits";

/**
 * @param {string} pointer
 * @param {{onChange?: () => void, onLost?: (sentence: string) => void}} told
 */
export function readingLine(pointer, { onChange, onLost }) {
  const unfollow = followServer(pointer, () => onChange?.());
  const refuse = () => Promise.reject(new Refused({ error: LOOKS_ONLY }));
  return {
    async ask(name, asked, signal) {
      try {
        return await askServer(pointer, name, asked, signal);
      } catch (error) {
        if (error instanceof NotServed && error.ever) onLost?.("this catalog is not here any more");
        throw error instanceof TypeError || error instanceof NotServed ? new Error(AWAY) : error;
      }
    },
    askKernel: refuse,
    act: refuse,
    close: unfollow,
  };
}
