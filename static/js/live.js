// The socket: connects, follows topics from (epoch, seq) on, comes back by itself, and keeps what is not yet acknowledged.
//
//   follow("room:5", {after: seq, epoch, entry(seq, frame) {}, reset(frame) {}, cut(frame) {}, typing(frame) {}, presence(frame) {}});
//   const live = openLive();                                       // one for a page; null for guests
//   live.send({type: "send", topic: "room:5", client_id, text});   // kept until the server has stored it
//   live.whisper({type: "typing", topic: "room:5"});               // lost if the line is down
//   live.onState(({state, seconds}) => {});                        // "connecting", "open", "waiting" or "ended"
//   live.onOutbox((items) => {});                                  // what waits, each {frame, state: "waiting" | "failed", why}

import { Outbox } from "./outbox.js";

const BACK_OFF = [1, 2, 4, 8, 15, 30];
const SILENCE_MS = 50_000;      // heads come every 20 s
const RESEND_MS = 20_000;

let shared = null;

export function openLive() {
  const member = document.body.dataset.member;
  if (!member || !("WebSocket" in window)) return null;
  shared ??= new Live(member);
  return shared;
}

/** Hears everything of a topic after the entry `after` (from now on, without it). Null for guests. */
export function follow(topic, {after, epoch, ...on}) {
  return openLive()?.follow(topic, {seq: after, epoch}, on) ?? null;
}

/** A version 4 UUID; randomUUID is missing where a page came over plain http. */
export function freshId() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte, i) =>
    (i === 6 ? (byte & 15) | 64 : i === 8 ? (byte & 63) | 128 : byte).toString(16).padStart(2, "0"));
  return hex.join("").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

class Live {
  constructor(member) {
    this.member = member;
    this.topics = new Map();
    this.listeners = {state: new Set(), outbox: new Set()};
    this.state = {state: "connecting", seconds: 0};
    this.failures = 0;
    this.outbox = new Outbox(member, "outbox", () => this.tell("outbox", this.outbox.items));
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.check());
    addEventListener("pagehide", () => this.socket?.close(1000));
    addEventListener("pageshow", (event) => event.persisted && this.retry());
    setInterval(() => this.check(), 10_000);
    this.connect();
  }

  // --- what a page asks

  follow(topic, place, on) {
    this.topics.set(topic, {...place, on});
    if (this.isOpen()) this.subscribe(topic);
    return {stop: () => this.unfollow(topic)};
  }

  unfollow(topic) {
    this.topics.delete(topic);
    this.whisper({type: "unsubscribe", topic});
  }

  send(frame) {
    this.outbox.add({frame});
    this.deliver(frame.client_id);
  }

  again(id) {
    this.outbox.mark(id, "waiting");
    this.deliver(id);
  }

  drop(id) { this.outbox.remove(id); }

  whisper(frame) { if (this.isOpen()) this.socket.send(JSON.stringify(frame)); }

  onState(hear) { this.listeners.state.add(hear); hear(this.state); }

  onOutbox(hear) { this.listeners.outbox.add(hear); hear(this.outbox.items); }

  retry() {
    if (this.state.state === "waiting") { clearTimeout(this.timer); this.connect(); }
  }

  // --- the line

  isOpen() { return this.socket?.readyState === WebSocket.OPEN; }

  connect() {
    this.become("connecting");
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => { this.heardAt = Date.now(); this.hear(JSON.parse(event.data)); };
    socket.onclose = (event) => this.socket === socket && this.closed(event);
  }

  opened() {
    this.heardAt = Date.now();
    this.become("open");
    this.isOurs = false;
    this.whisper({type: "hello", version: 1});
    for (const topic of this.topics.keys()) this.subscribe(topic);
  }

  /** The line may be another member's by now, who signed in in another window: for them nothing of ours is said. */
  greeted({member}) {
    if (String(member) !== this.member) return this.end();
    this.isOurs = true;
    for (const item of this.outbox.items) if (item.state === "waiting") this.deliver(item.frame.client_id);
  }

  end() {
    const socket = this.socket;
    this.socket = null;
    socket.close();
    this.become("ended");
  }

  closed(event) {
    this.socket = null;
    if (event.code >= 3500 && event.code < 4000) return this.become("ended");
    const step = BACK_OFF[Math.min(this.failures++, BACK_OFF.length - 1)];
    const seconds = event.code === 3000 ? 1 : step;
    this.wait(event.code === 1012 ? Math.ceil(seconds + Math.random() * 4) : seconds);
  }

  wait(seconds) {
    this.become("waiting", seconds);
    this.timer = setTimeout(() => (seconds > 1 ? this.wait(seconds - 1) : this.connect()), 1000);
  }

  check() {
    if (document.visibilityState === "visible") this.retry();
    if (!this.isOpen()) return;
    if (Date.now() - this.heardAt > SILENCE_MS) return this.socket.close(3000);
    if (Date.now() - this.heardAt > SILENCE_MS / 2) this.whisper({type: "ping"});
    for (const item of this.outbox.items) {
      if (item.state === "waiting" && Date.now() - (item.sentAt ?? 0) > RESEND_MS) this.deliver(item.frame.client_id);
    }
  }

  become(state, seconds = 0) {
    this.state = {state, seconds};
    this.tell("state", this.state);
  }

  tell(what, value) { for (const hear of this.listeners[what]) hear(value); }

  subscribe(topic) {
    const {epoch, seq} = this.topics.get(topic);
    this.whisper({type: "subscribe", topic, epoch, seq});  // JSON leaves out what is undefined
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
      case "ack": return this.outbox.remove(frame.client_id);
      case "refused": case "error": return frame.client_id && this.refused(frame);
    }
  }

  entry(frame, topic) {
    if (topic.seq !== undefined && frame.seq <= topic.seq) return;           // heard before
    if (topic.seq !== undefined && frame.seq > topic.seq + 1) return this.subscribe(frame.topic);  // something was lost
    this.moved(frame, topic);
    topic.on.entry?.(frame.seq, frame);
  }

  placed(frame, topic) {
    if (topic.seq === undefined || topic.seq < frame.seq) this.moved(frame, topic);
    topic.on.subscribed?.(frame);
  }

  moved(frame, topic) { topic.epoch = frame.epoch; topic.seq = frame.seq; }

  refused(frame) {
    if (!frame.retry_after) return this.outbox.mark(frame.client_id, "failed", frame.text);
    this.outbox.mark(frame.client_id, "waiting", frame.text);
    setTimeout(() => this.deliver(frame.client_id), frame.retry_after * 1000 + 200);
  }

  deliver(id) {
    const item = this.outbox.find(id);
    if (!item || !this.isOurs || !this.isOpen()) return;
    item.sentAt = Date.now();
    this.whisper(item.frame);
  }
}
