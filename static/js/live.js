// The socket: connects, follows topics from (epoch, seq) on, comes back by itself, and keeps what is not yet acknowledged.
//
//   const live = open_live();                      // one for a page, null for guests
//   live.follow("room:5", {epoch, seq}, {entry(f) {}, reset(f) {}, cut(f) {}, typing(f) {}, presence(f) {}});
//   live.send({type: "send", topic: "room:5", client_id, text});   // kept until the server has stored it
//   live.whisper({type: "typing", topic: "room:5"});               // lost if the line is down
//   live.onState(({state, seconds}) => {});        // "connecting" | "open" | "waiting" | "ended"
//   live.onOutbox((items) => {});                  // what waits, each {frame, state: "waiting" | "failed", why}

const BACK_OFF = [1, 2, 4, 8, 15, 30];
const SILENCE_MS = 50_000;      // heads come every 20 s
const RESEND_MS = 20_000;
const KEPT_MS = 14 * 86_400_000;

let shared = null;

export function open_live() {
  const member = document.body.dataset.member;
  if (!member || !("WebSocket" in window)) return null;
  shared ??= new Live(member);
  return shared;
}

export function forget_device(member) {
  for (const key of Object.keys(localStorage)) if (key.startsWith(`guildhall:${member}:`)) localStorage.removeItem(key);
}

class Live {
  constructor(member) {
    this.member = member;
    this.topics = new Map();
    this.listeners = {state: new Set(), outbox: new Set()};
    this.state = {state: "connecting", seconds: 0};
    this.failures = 0;
    this.outbox = new Outbox(member, () => this.tell("outbox", this.outbox.items));
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
    if (this.is_open()) this.subscribe(topic);
    return {stop: () => this.unfollow(topic)};
  }

  unfollow(topic) {
    this.topics.delete(topic);
    this.whisper({type: "unsubscribe", topic});
  }

  send(frame) {
    this.outbox.add(frame);
    this.deliver(frame.client_id);
  }

  again(client_id) {
    this.outbox.wait(client_id);
    this.deliver(client_id);
  }

  drop(client_id) { this.outbox.remove(client_id); }

  whisper(frame) { if (this.is_open()) this.socket.send(JSON.stringify(frame)); }

  onState(hear) { this.listeners.state.add(hear); hear(this.state); }

  onOutbox(hear) { this.listeners.outbox.add(hear); hear(this.outbox.items); }

  retry() {
    if (this.state.state === "waiting") { clearTimeout(this.timer); this.connect(); }
  }

  // --- the line

  is_open() { return this.socket?.readyState === WebSocket.OPEN; }

  connect() {
    this.become("connecting");
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => { this.heard_at = Date.now(); this.hear(JSON.parse(event.data)); };
    socket.onclose = (event) => this.socket === socket && this.closed(event);
  }

  opened() {
    this.heard_at = Date.now();
    this.become("open");
    this.whisper({type: "hello", version: 1});
    for (const topic of this.topics.keys()) this.subscribe(topic);
    for (const item of this.outbox.items) if (item.state === "waiting") this.deliver(item.frame.client_id);
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
    if (!this.is_open()) return;
    if (Date.now() - this.heard_at > SILENCE_MS) return this.socket.close(3000);
    if (Date.now() - this.heard_at > SILENCE_MS / 2) this.whisper({type: "ping"});
    for (const item of this.outbox.items) {
      if (item.state === "waiting" && Date.now() - (item.sent_at ?? 0) > RESEND_MS) this.deliver(item.frame.client_id);
    }
  }

  become(state, seconds = 0) {
    this.state = {state, seconds};
    this.tell("state", this.state);
  }

  tell(what, value) { for (const hear of this.listeners[what]) hear(value); }

  subscribe(topic) {
    const {epoch, seq} = this.topics.get(topic);
    this.whisper({type: "subscribe", topic, ...(seq === undefined ? {} : {epoch, seq})});
  }

  // --- what is heard

  hear(frame) {
    this.failures = 0;
    const topic = this.topics.get(frame.topic);
    switch (frame.type) {
      case "entry": return topic && this.entry(frame, topic);
      case "subscribed": return topic && this.placed(frame, topic);
      case "reset": return topic && (this.moved(frame, topic), topic.on.reset?.(frame));
      case "head": return topic && frame.seq > topic.seq && this.subscribe(frame.topic);
      case "cut": this.topics.delete(frame.topic); return topic?.on.cut?.(frame);
      case "typing": case "presence": return topic?.on[frame.type]?.(frame);
      case "ack": return this.outbox.remove(frame.client_id, frame);
      case "refused": case "error": return frame.client_id && this.refused(frame);
    }
  }

  entry(frame, topic) {
    if (topic.seq !== undefined && frame.seq <= topic.seq) return;           // heard before
    if (topic.seq !== undefined && frame.seq > topic.seq + 1) return this.subscribe(frame.topic);  // something was lost
    this.moved(frame, topic);
    topic.on.entry?.(frame);
  }

  placed(frame, topic) {
    if (topic.seq === undefined || topic.seq < frame.seq) this.moved(frame, topic);
    topic.on.subscribed?.(frame);
  }

  moved(frame, topic) { topic.epoch = frame.epoch; topic.seq = frame.seq; }

  refused(frame) {
    if (!frame.retry_after) return this.outbox.fail(frame.client_id, frame.text);
    this.outbox.wait(frame.client_id, frame.text);
    setTimeout(() => this.deliver(frame.client_id), frame.retry_after * 1000 + 200);
  }

  deliver(client_id) {
    const item = this.outbox.find(client_id);
    if (!item || !this.is_open()) return;
    item.sent_at = Date.now();
    this.whisper(item.frame);
  }
}

// What is not yet stored by the server, on this device, under the member's id. Removed at sign-out.
class Outbox {
  constructor(member, changed) {
    this.key = `guildhall:${member}:outbox`;
    this.changed = changed;
    this.items = this.read().filter((item) => Date.now() - item.at < KEPT_MS);
    addEventListener("storage", (event) => {
      if (event.key === this.key) { this.items = this.read(); this.changed(); }
    });
  }

  read() {
    try { return JSON.parse(localStorage.getItem(this.key)) ?? []; } catch { return []; }
  }

  write() {
    try {
      if (this.items.length) localStorage.setItem(this.key, JSON.stringify(this.items));
      else localStorage.removeItem(this.key);
    } catch { /* private windows keep nothing: it is still sent while the page is open */ }
    this.changed();
  }

  find(client_id) { return this.items.find((item) => item.frame.client_id === client_id); }

  add(frame) { this.items.push({frame, state: "waiting", at: Date.now()}); this.write(); }

  wait(client_id, why = "") { this.mark(client_id, "waiting", why); }

  fail(client_id, why) { this.mark(client_id, "failed", why); }

  mark(client_id, state, why) {
    const item = this.find(client_id);
    if (item) { Object.assign(item, {state, why}); this.write(); }
  }

  remove(client_id) {
    this.items = this.items.filter((item) => item.frame.client_id !== client_id);
    this.write();
  }
}

for (const form of document.querySelectorAll("form[data-signout]")) {
  form.addEventListener("submit", () => forget_device(document.body.dataset.member));
}
