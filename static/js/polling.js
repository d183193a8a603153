// Where sockets are blocked: the socket's frames by requests that are held, and what one says by the forms of the pages.

import { AS_SHOWN } from "./guildhall.js";

const HELD_S = 25;
const SENT_MS = 30_000;
const numberOf = (topic) => topic.split(":")[1];

/** The form that says the same as a frame: its address and fields. Typing is not told this way. */
const FORMS = {
  send: ({type, topic, ...fields}) => [`/rooms/${numberOf(topic)}/messages`, fields],
  react: ({message, emoji, on}) => ["/messages/reactions", {r: `${message}:${emoji}:${Number(on)}`}],
  pin: ({message, on}) => [`/messages/${message}/pin`, {on}],
  read: ({topic, seq}) => [`/rooms/${numberOf(topic)}/read`, {seq}],
};

export class Polling {
  constructor(live) {
    this.live = live;
    this.asked = new Map();
  }

  /** Asks for every room that is followed, one request each. */
  start() {
    for (const topic of this.live.topics.keys()) if (topic.startsWith("room:") && !this.asked.has(topic)) this.ask(topic);
    if (!this.asked.size) this.live.polled();
  }

  stop() {
    for (const request of this.asked.values()) request.abort();
    this.asked.clear();
  }

  async ask(topic) {
    const request = new AbortController();
    this.asked.set(topic, request);
    let hold = 0;  // the first answer tells that there is a line
    while (!request.signal.aborted && this.live.topics.has(topic)) {
      await seen();
      if (!await this.hear(topic, request, hold)) break;
      hold = HELD_S;
    }
    if (this.asked.get(topic) === request) this.asked.delete(topic);
  }

  async hear(topic, request, hold) {
    const {seq = "", epoch = ""} = this.live.topics.get(topic);
    const late = setTimeout(() => request.abort(), (hold + 15) * 1000);
    const answer = await fetch(`/rooms/${numberOf(topic)}/events?${new URLSearchParams({after: seq, epoch, hold})}`,
      {headers: AS_SHOWN, signal: request.signal}).catch(() => null);
    const told = await answer?.json().catch(() => null);
    clearTimeout(late);
    if (this.live.polling !== this) return false;
    if (!answer?.ok || !told) return this.refused(topic, answer, told);
    this.live.polled();
    for (const frame of told.frames) this.live.hear(frame);
    return true;
  }

  refused(topic, answer, problem) {
    if (problem?.sign_in) this.live.end();
    else if (answer?.status === 404) this.live.hear({type: "cut", topic});
    else this.live.rest(Number(answer?.headers.get("retry-after")));
    return false;
  }

  async say(frame) {
    const form = FORMS[frame.type]?.(frame);
    if (!form) return;
    const body = new URLSearchParams(Object.entries(form[1]).flatMap(([name, value]) => [value].flat().map((one) => [name, one])));
    const answer = await fetch(form[0], {method: "POST", headers: AS_SHOWN, body, signal: AbortSignal.timeout(SENT_MS)}).catch(() => null);
    if (!frame.client_id || !answer) return;
    if (answer.ok) return this.live.hear({type: "ack", client_id: frame.client_id});
    const problem = await answer.json().catch(() => ({}));
    if (problem.sign_in) return this.live.end();
    const why = Object.values(problem.errors ?? {}).join(" ") || problem.detail;
    const seconds = Number(answer.headers.get("retry-after")) || (answer.status >= 500 ? 10 : 0);
    this.live.hear({type: "refused", client_id: frame.client_id, text: why, retry_after: seconds});
  }
}

/** A page that nobody looks at holds no request: a browser has few of them for a site. */
function seen() {
  if (document.visibilityState === "visible") return null;
  return new Promise((resume) => document.addEventListener("visibilitychange", resume, {once: true}));
}
