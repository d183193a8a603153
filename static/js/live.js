// The line: connects, follows topics from (epoch, seq) on, comes back by itself, and keeps what is not yet acknowledged. A socket, or,
// where sockets are blocked, requests that are held (polling.js).
//
//   follow("room:5", {after: seq, epoch, entry(seq, frame) {}, reset(frame) {}, cut(frame) {}, typing(frame) {}, presence(frame) {}});
//   const live = openLive();                                       // one for a page; null for guests
//   live.send({type: "send", topic: "room:5", client_id, text});   // kept until the server has stored it
//   live.whisper({type: "typing", topic: "room:5"});               // lost if the line is down
//   live.onState(({state, seconds}) => {});                        // "connecting", "open", "waiting", or the code that ends it
//   live.onOutbox((items) => {});                                  // what waits, each {frame, state: "waiting" | "failed", why, seconds}

import { Outbox } from "./outbox.js";

const LONGEST_S = 60;
const SILENCE_MS = 50_000;      // heads come every 20 s
const RESEND_MS = 20_000;
const ANSWER_MS = 12_000;
const OPENING_MS = 15_000;      // some proxies answer an upgrade by nothing at all
const SOCKET_AGAIN_MS = 90_000;

/** Full jitter, so that not all come back together: 1 s to twice as much after each failure, to a minute. */
const pause = (failures) => 1 + Math.random() * (Math.min(LONGEST_S, 2 ** (failures + 1)) - 1);

let shared = null;

export function openLive() {
  const member = document.body.dataset.member;
  if (!member) return null;
  shared ??= new Live(member);
  return shared;
}

/** Hears everything of a topic after the entry `after` (from now on, without it). Null for guests. */
export function follow(topic, {after, epoch, ...on}) {
  return openLive()?.follow(topic, {seq: after, epoch}, on) ?? null;
}

class Live {
  constructor(member) {
    this.member = member;
    this.topics = new Map();
    this.tried = new Map();      // of what waits: when it was sent, and until when it is to wait
    this.listeners = {state: new Set(), outbox: new Set()};
    this.state = {state: "connecting", seconds: 0};
    this.failures = this.unheard = 0;
    this.outbox = new Outbox(member, "outbox", () => this.tell("outbox", this.waiting()));
    addEventListener("offline", () => this.isOpen() && this.lost());
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.hidden || (this.retry(), this.check()));
    addEventListener("pagehide", () => this.socket?.close(1000));
    addEventListener("pageshow", (event) => event.persisted && this.retry());
    setInterval(() => this.check(), 10_000);
    this.connect();
  }

  // --- what a page asks

  follow(topic, place, on) {
    this.topics.set(topic, {...place, on});
    if (this.isOpen()) this.subscribe(topic);
    this.polling?.start();
    return {stop: () => this.unfollow(topic)};
  }

  unfollow(topic) {
    this.topics.delete(topic);
    this.whisper({type: "unsubscribe", topic});
  }

  send(frame) {
    this.outbox.add({frame});
    this.flush();
  }

  again(id) {
    this.tried.delete(id);
    this.outbox.again(id);
    this.flush();
  }

  drop(id) { this.outbox.remove(id); }

  whisper(frame) {
    if (this.polling) this.polling.say(frame);
    else if (this.isOpen()) this.socket.send(JSON.stringify(frame));
  }

  onState(hear) { this.listeners.state.add(hear); hear(this.state); }

  onOutbox(hear) { this.listeners.outbox.add(hear); hear(this.waiting()); }

  retry() { if (this.state.state === "waiting") this.connect(); }

  // --- the line

  isOpen() { return this.socket?.readyState === 1; }

  connect() {
    clearTimeout(this.timer);
    if (!this.polling) this.become("connecting");
    this.isOurs = false;
    this.triedAt = Date.now();
    if (!("WebSocket" in window)) return this.poll();
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => { this.heardAt = Date.now(); this.hear(JSON.parse(event.data)); };
    socket.onclose = (event) => this.socket === socket && this.closed(event);
    setTimeout(() => this.socket === socket && !this.isOurs && this.closed(socket.close() ?? {}), OPENING_MS);
  }

  opened() {
    this.heardAt = Date.now();
    this.socket.send(JSON.stringify({type: "hello", version: 1}));
    for (const topic of this.topics.keys()) this.subscribe(topic);
  }

  /** The line may be another member's by now, who signed in in another window: for them nothing of ours is said. */
  greeted({member}) {
    if (String(member) !== this.member) return this.end();
    this.stopPolling();
    this.isOurs = this.everHeard = true;
    this.unheard = 0;
    this.become("open");
    this.sendAnew();
  }

  end(code = 3500) {
    const socket = this.socket;
    this.socket = null;
    this.stopPolling();
    socket?.close();
    this.become(code);
  }

  /** An opening that never came to a hello may mean that sockets are blocked here: after a few, the same is asked for by requests. */
  closed({code = 1006, reason = ""}) {
    this.socket = null;
    if (code >= 3500 && code < 4000) return this.end(code);
    if (!this.isOurs) this.unheard += 1;
    this.isOurs = false;
    if (this.polling) return;
    if (this.unheard >= (this.everHeard ? 4 : 2)) this.poll();
    else this.rest(code === 1012 && Number(/\d+/.exec(reason)));
  }

  /** So long the line rests: what the server asks for, else by the failures so far. */
  rest(asked) {
    this.stopPolling();
    this.wait(asked || pause(this.failures++));
  }

  wait(seconds) {
    const until = Date.now() + seconds * 1000;
    const tick = () => {
      const left = until - Date.now();
      if (left <= 0) return this.connect();
      this.become("waiting", Math.ceil(left / 1000));
      this.timer = setTimeout(tick, Math.min(left, 1000));
    };
    clearTimeout(this.timer);
    tick();
  }

  check() {
    if (this.polling && !this.socket && Date.now() - this.triedAt > SOCKET_AGAIN_MS && "WebSocket" in window) this.connect();
    if (this.isOpen() && Date.now() - this.heardAt > SILENCE_MS) return this.lost();
    if (this.isOpen() && Date.now() - this.heardAt > SILENCE_MS / 2) this.whisper({type: "ping"});
    this.flush();
  }

  lost() { this.closed(this.socket.close(3000) ?? {}); }

  /** What is sent is answered soon, or the line is dead. */
  expect() {
    const {socket} = this, asked = Date.now();
    setTimeout(() => this.socket === socket && this.isOpen() && this.heardAt < asked && this.lost(), ANSWER_MS);
  }

  become(state, seconds = 0) {
    this.state = {state, seconds};
    this.tell("state", this.state);
  }

  tell(what, value) { for (const hear of this.listeners[what]) hear(value); }

  subscribe(topic) {
    const {epoch, seq} = this.topics.get(topic);
    if (this.isOpen()) this.socket.send(JSON.stringify({type: "subscribe", topic, epoch, seq}));  // JSON leaves out what is undefined
  }

  // --- without a socket

  async poll() {
    const made = await import("./polling.js").catch(() => null);
    if (!made) return this.rest();
    this.polling = new made.Polling(this);
    this.polling.start();
  }

  polled() {
    if (this.state.state === "open") return;
    this.become("open");
    this.sendAnew();
  }

  stopPolling() {
    const polling = this.polling;
    this.polling = null;
    polling?.stop();
  }

  // --- what is heard

  hear(frame) {
    this.failures = 0;
    const topic = this.topics.get(frame.topic);
    switch (frame.type) {
      case "hello": return this.greeted(frame);
      case "entry": return topic && this.entry(frame, topic);
      case "subscribed": return topic && this.placed(frame, topic);
      case "reset": return topic && (this.moved(frame, topic), topic.on.reset?.(frame));
      case "head": return topic && frame.seq > topic.seq && this.subscribe(frame.topic);
      case "cut": this.topics.delete(frame.topic); return topic?.on.cut?.(frame);
      case "typing": case "presence": return topic?.on[frame.type]?.(frame);
      case "ack": this.tried.delete(frame.client_id); this.outbox.remove(frame.client_id); return this.flush();
      case "refused": case "error": return frame.client_id && this.refused(frame);
    }
  }

  /** Where no place is known yet, `seq` is undefined, with which nothing compares. */
  entry(frame, topic) {
    if (frame.seq <= topic.seq) return;  // heard before
    if (frame.seq > topic.seq + 1) return this.subscribe(frame.topic);  // something was lost
    this.moved(frame, topic);
    topic.on.entry?.(frame.seq, frame);
  }

  placed(frame, topic) {
    if (!(topic.seq >= frame.seq)) this.moved(frame, topic);
    topic.on.subscribed?.(frame);
  }

  moved(frame, topic) { topic.epoch = frame.epoch; topic.seq = frame.seq; }

  // --- what waits

  refused({client_id, text, retry_after}) {
    this.tried.set(client_id, {until: Date.now() + (retry_after ?? 0) * 1000});
    this.outbox.mark(client_id, retry_after ? "waiting" : "failed", text);
    if (retry_after) this.countDown();
    else this.flush();
  }

  /** What waits, with the seconds that the server has asked for. */
  waiting() {
    return this.outbox.items.map((item) => ({...item, seconds: Math.max(0, Math.ceil(((this.tried.get(item.frame.client_id)?.until ?? 0) - Date.now()) / 1000))}));
  }

  countDown() {
    clearTimeout(this.counting);
    const items = this.waiting();
    this.tell("outbox", items);
    if (items.some((item) => item.seconds)) this.counting = setTimeout(() => this.countDown(), 1000);
    this.flush();
  }

  sendAnew() {
    for (const tried of this.tried.values()) tried.sentAt = 0;
    this.flush();
  }

  /** Sends what waits and is due, in its order: behind what has to wait in a topic waits the rest of it; by form one after the other. */
  flush() {
    if (!(this.polling ? this.state.state === "open" : this.isOurs && this.isOpen())) return;
    const held = new Set();
    for (const {frame, state} of this.outbox.items) {
      const {until = 0, sentAt = 0} = this.tried.get(frame.client_id) ?? {};
      if (state !== "waiting" || held.has(frame.topic)) continue;
      if (until > Date.now()) held.add(frame.topic);
      else if (Date.now() - sentAt > RESEND_MS) this.deliver(frame);
      if (this.polling && until <= Date.now()) return;
    }
  }

  deliver(frame) {
    // No room takes as much, and a frame over 64 KB would close the line each time it is offered.
    if (frame.text?.length > 10_000) return this.outbox.mark(frame.client_id, "failed", "long");
    this.tried.set(frame.client_id, {sentAt: Date.now()});
    this.whisper(frame);
    this.expect();
  }
}
