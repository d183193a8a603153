// A room that is live: messages as they come, what one writes until it is stored, who is there, who is writing, older messages by
// scrolling up. Without this file the page reads and writes by links and one form.

import { openLive } from "./live.js";
import { follow, formed } from "./room_actions.js";
import { append, blocked, byId, callMe, fill, heard, isAtEnd, lang, list, made, me, scroller, silently, toEnd, toNew, topic } from "./room_messages.js";
import { dropWhatCame, stillWaiting, stored } from "./room_waiting.js";

const live = openLive();
let isBehind = false;  // what comes until all is caught up was missed

// --- messages as they come

function hear(_seq, frame) {
  meanwhile?.push(frame);
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
  append(frame, isBehind);
  list.dataset.seq = frame.seq;
  if (end || frame.author === me) toEnd();
  else byId("below").hidden = false;
  readSoon();
}

/** Whoever stood at the end goes on reading where they were when the line broke. */
function caughtUp() {
  if (isBehind) {
    if (wasAtEnd) toNew("nearest");
    stay();
  }
  readSoon();
}

/** All is there, and one stays where one stands. */
function stay() {
  isBehind = false;
  byId("below").hidden = wasAtEnd = isAtEnd();
}

// --- what was said before: older messages by scrolling up, and the newest anew after a reset

const link = byId("older");
let loading = false;
let meanwhile = null;  // what is heard while the newest fifty are on their way, which may not hold it yet

async function fetchLog(query) {
  const answer = await fetch(`/rooms/${topic.split(":")[1]}${query}`, {headers: {"X-Fragment": "1"}});
  if (!answer.ok) throw new Error(answer.status);
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("log");
}

async function older() {
  const {before} = list.dataset;
  if (loading || !before) return;
  loading = true;
  try {
    const earlier = await fetchLog(`?before=${before}`).catch(() => null);
    if (!earlier || before !== list.dataset.before) return;  // without a line, or the log began anew meanwhile
    const height = scroller.scrollHeight, top = scroller.scrollTop;
    const first = list.querySelector(".dim:not(.new)");
    const day = list.querySelector("[data-day]")?.dataset.day;
    if (first && [...earlier.querySelectorAll("[data-day]")].at(-1)?.dataset.day === day) first.remove();
    earlier.querySelector("#new")?.remove();
    callMe(earlier);
    silently(() => list.prepend(...earlier.children));
    begin(earlier);
    scroller.scrollTop = top + scroller.scrollHeight - height;
  } finally {
    loading = false;
  }
}

/** The log begins anew where what was loaded does; without anything before it the link hides, and a reset may bring it back. */
function begin({dataset: {before}}) {
  list.dataset.before = before;
  link.href = `?before=${before}`;
  link.parentElement.hidden = !before;
}

new IntersectionObserver(([top]) => top.isIntersecting && scroller.scrollTop < 200 && older(), {root: scroller, rootMargin: "200px"}).observe(link);
link.addEventListener("click", (event) => { event.preventDefault(); older(); });

/** Loads the newest messages anew, and then what came meanwhile. */
async function reset() {
  isBehind = true;
  meanwhile ??= [];
  const fresh = await fetchLog("").catch(() => null);
  if (!fresh) return setTimeout(reset, 5000);
  callMe(fresh);
  silently(() => list.replaceChildren(...fresh.children, ...stillWaiting()));
  Object.assign(list.dataset, {epoch: fresh.dataset.epoch, seq: fresh.dataset.seq});
  begin(fresh);
  dropWhatCame();
  const later = meanwhile ?? [];
  meanwhile = null;
  for (const frame of later) if (frame.seq > Number(fresh.dataset.seq)) arrive(frame);
  toNew();
  stay();
}

// --- the line

const banner = byId("line");
banner.querySelector("button").addEventListener("click", () => live.retry());
let wasOpen = false;

live.onState(({state, seconds}) => {
  const isOver = state > 0;
  wasOpen ||= state === "open";
  if (wasOpen && state !== "open" && !isBehind) {
    isBehind = true;
    if (isAtEnd() && !document.hidden) byId("new")?.remove();
  }
  banner.hidden = state === "open" || !(wasOpen || seconds || isOver);
  const text = banner.dataset[state] ?? banner.dataset.connecting;
  banner.querySelector("b").textContent = text.replace("{n}", seconds);
  banner.querySelector("button").hidden = state !== "waiting";
  banner.querySelector("span").hidden = isOver;
  banner.querySelector("a").hidden = !isOver;
});

function cut() {
  banner.hidden = false;
  banner.querySelector("b").textContent = banner.dataset.cut;
  banner.querySelector("span").hidden = banner.querySelector("button").hidden = true;
  byId("write")?.remove();
}

// --- how far one has read: what was a moment on a screen that somebody looks at, and nothing that came below it

let timer = 0, read = 0, wasAtEnd = false, height = scroller.clientHeight;

function readSoon() {
  timer ||= setTimeout(() => {
    timer = 0;
    const seq = Number(list.dataset.seq);
    if (live.state.state === "open" && !isBehind && isAtEnd() && !document.hidden && seq > read) live.whisper({type: "read", topic, seq: read = seq});
  }, 2000);
}

document.addEventListener("visibilitychange", () => {
  isBehind ||= document.hidden && live.polling;  // such a page holds no request
  readSoon();
});

scroller.addEventListener("scroll", () => {
  wasAtEnd = isAtEnd(height);
  if (isAtEnd()) byId("below").hidden = true;
  readSoon();
}, {passive: true});

// --- who is there, and who is writing

const typists = new Map(), typing = byId("typing"), field = byId("text");
let told = 0, there = new Map();

field?.addEventListener("input", () => {
  if (!field.value || Date.now() - told < 3000) return;
  told = Date.now();
  live.whisper({type: "typing", topic});
});

function types({member, name}) {
  if (member === me || blocked.has(member)) return;
  clearTimeout(typists.get(member)?.timer);
  typists.set(member, {name, timer: setTimeout(stops, 5000, member)});
  showTypists();
}

/** Writes no more: what they wrote has come, or nothing did for a while. */
function stops(member) {
  clearTimeout(typists.get(member)?.timer);
  if (typists.delete(member)) showTypists();
}

function showTypists() {
  if (!typing) return;
  const [a, b] = [...typists.values()].map((one) => one.name.split(" ")[0]);
  const text = typing.dataset[["one", "two"][typists.size - 1] ?? "more"];
  typing.hidden = !typists.size;
  typing.querySelector("span").textContent = text.replace("{a}", a ?? "").replace("{b}", b ?? "");
}

/** Everybody, or who came and who left. */
function present({count, people: all, came = [], left = []}) {
  if (all) there = new Map(all.map((one) => [one.id, one]));
  for (const one of came) there.set(one.id, one);
  for (const id of left) there.delete(id);
  const people = [...there.values()];
  byId("here").textContent = count.toLocaleString(lang);
  const tally = byId("tally").querySelector(".tally"), checks = people.slice(0, 14).map((one) => one.initials);
  if (count > checks.length) checks.push(`+${count - checks.length}`);
  tally.replaceChildren(...checks.map((textContent) => made("span", {textContent})));
  tally.setAttribute("aria-label", byId("tally").dataset.label.replace("{n}", count));
  byId("names").textContent = people.map((one) => one.name).sort((a, b) => a.localeCompare(b, lang)).join(", ");
}

// --- begin

live.follow(topic, {epoch: list.dataset.epoch, seq: Number(list.dataset.seq)},
  {entry: hear, subscribed: caughtUp, reset, cut, typing: types, presence: present});
live.follow(topic.replace("room", "form"), {epoch: list.dataset.epoch, seq: Number(list.dataset.form)}, {entry: formed, reset: formed});
callMe(list);
// Whoever asked for a message, or for a day on which something was said, stays there: such a page may hold the newest ones, too.
const asked = new URLSearchParams(location.search);
if (!asked.has("after") && !asked.has("around") && !(asked.get("on") <= list.querySelector(".say")?.dataset.day)) toNew();
wasAtEnd = isAtEnd();
// What grows around the log covers nothing of its end.
new ResizeObserver(() => {
  height = scroller.clientHeight;
  if (wasAtEnd) toEnd();
}).observe(scroller);

import("./bell.js").catch(() => {});
