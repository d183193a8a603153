// A room that is live: messages as they come, what one writes until it is stored, who is there, who is writing, older messages by
// scrolling up. Without this file the page reads and writes by links and one form.

import { openLive } from "./live.js";
import { follow, formed } from "./room_actions.js";
import { overhear, reset } from "./room_history.js";
import { append, byId, callMe, fill, heard, isAtEnd, list, me, scroller, toEnd, topic } from "./room_messages.js";
import { present, stops, types } from "./room_people.js";
import { stored } from "./room_waiting.js";

const live = openLive();

// --- messages as they come

function hear(_seq, frame) {
  overhear(frame);
  arrive(frame);
  follow(frame);
}

function arrive(told) {
  const frame = heard(told);
  if (byId("waits") && frame.author !== me) return location.reload();  // who was asked has come in: now there is a form
  byId("quiet")?.remove();
  const shown = byId(`m-${frame.message}`);
  if (shown) return fill(shown, frame);
  if (frame.kind !== "sent" || frame.deleted) return;
  const end = isAtEnd();
  stored(frame.client_id);
  stops(frame.author);
  append(frame);
  list.dataset.seq = frame.seq;
  if (end || frame.author === me) toEnd();
  else byId("below").hidden = false;
  readSoon();
}

// --- the line

const banner = byId("line");
banner.querySelector("button").addEventListener("click", () => live.retry());
let wasOpen = false;

live.onState(({state, seconds}) => {
  wasOpen ||= state === "open";
  banner.hidden = state === "open" || !(wasOpen || seconds);
  const text = banner.dataset[state] ?? banner.dataset.connecting;
  banner.querySelector("b").textContent = text.replace("{n}", seconds);
  banner.querySelector("button").hidden = state !== "waiting";
});

function cut() {
  banner.hidden = false;
  banner.querySelector("b").textContent = banner.dataset.cut;
  banner.querySelector("span").hidden = banner.querySelector("button").hidden = true;
  byId("write")?.remove();
}

// --- how far one has read: what was a moment on a screen that somebody looks at, and nothing that came below it

let timer = 0, read = 0;

function readSoon() {
  timer ||= setTimeout(() => {
    timer = 0;
    const seq = Number(list.dataset.seq);
    if (isAtEnd() && !document.hidden && seq > read) live.whisper({type: "read", topic, seq: read = seq});
  }, 2000);
}

document.addEventListener("visibilitychange", readSoon);

scroller.addEventListener("scroll", () => {
  if (isAtEnd()) byId("below").hidden = true;
  readSoon();
}, {passive: true});

live.follow(topic, {epoch: list.dataset.epoch, seq: Number(list.dataset.seq)},
  {entry: hear, reset: () => reset(arrive), cut, typing: types, presence: present});
live.follow(topic.replace("room", "form"), {epoch: list.dataset.epoch, seq: Number(list.dataset.form)}, {entry: formed, reset: formed});
callMe(list);
// Whoever asked for a message, or for a day on which something was said, stays there: such a page may hold the newest ones, too.
const asked = new URLSearchParams(location.search);
if (!asked.has("after") && !asked.has("around") && !(asked.get("on") <= list.querySelector(".say")?.dataset.day)) {
  (byId("new") ?? byId("end")).scrollIntoView({block: byId("new") ? "center" : "end"});
}

import("./bell.js").catch(() => {});
