// Questions asked of Jupyter's server, which answers from the catalog itself: it never waits
// for a busy kernel. A server without our routes, or on another machine, answers 404.
import { opened } from "./parcel.js";

/** The server does not answer for this catalog, now or ever: ask the kernel. */
export class NotServed extends Error {
  constructor(message, { ever }) {
    super(message);
    this.ever = ever;
  }
}

/** The question was understood and cannot be answered; `told` has the sentence and the place. */
export class Refused extends Error {
  constructor(told) {
    super(told.error);
    this.told = told;
  }
}

/** @returns {(pointer: string, path: string, signal?: AbortSignal) => Promise<Response>} */
function get(pointer, path, signal) {
  const base = pageConfig().baseUrl;
  if (!pointer || !base) throw new NotServed("no server", { ever: true });
  const headers = { "X-XSRFToken": cookie("_xsrf") };
  return fetch(`${base}imagelab/api/${pointer}/${path}`, { signal, headers, credentials: "same-origin" });
}

/** What the server says of itself, not of one catalog. @returns {Promise<any>} */
export async function getJson(path) {
  const base = pageConfig().baseUrl;
  const answer = await fetch(`${base}imagelab/api/${path}`, { headers: { "X-XSRFToken": cookie("_xsrf") }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

/** @returns {Promise<import("./parcel.js").Parcel>} NotServed and Refused as they say */
export async function askServer(pointer, name, asked, signal) {
  const answer = await get(pointer, `${name}?ask=${encodeURIComponent(JSON.stringify(asked))}`, signal);
  if (answer.status === 400) throw new Refused(await answer.json());
  if (!answer.ok) throw new NotServed(`HTTP ${answer.status}`, { ever: answer.status === 404 });
  return opened(await answer.arrayBuffer());
}

/** Calls `act` with each new stamp, one poll a pointer for all views of the page; returns the way to stop. */
export function followServer(pointer, act) {
  const poll = polls.get(pointer) ?? started(pointer);
  poll.acts.add(act);
  return () => {
    poll.acts.delete(act);
    if (!poll.acts.size) {
      poll.stop.abort();
      polls.delete(pointer);
    }
  };
}

const polls = new Map();

function started(pointer) {
  const poll = { acts: new Set(), stop: new AbortController() };
  polls.set(pointer, poll);
  run(pointer, poll);
  return poll;
}

async function run(pointer, poll) {
  let stamp = "";
  while (!poll.stop.signal.aborted) {
    try {
      const answer = await get(pointer, `changes?since=${encodeURIComponent(stamp)}`, poll.stop.signal);
      if (answer.status === 404) return;
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const now = (await answer.json()).stamp;
      if (stamp && now !== stamp) for (const act of poll.acts) act(now);
      stamp = now;
      await pause(300);
    } catch {
      await pause(3000); // the server is being restarted, or the network is away
    }
  }
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function pageConfig() {
  try {
    return JSON.parse(document.getElementById("jupyter-config-data").textContent);
  } catch {
    return {};
  }
}

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
