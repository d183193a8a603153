// A room that is live: messages as they come, what one writes until it is stored, who is there, who is writing, older messages by
// scrolling up. Without this file the page reads and writes by links and one form.

import { freshId, openLive } from "./live.js";

const byId = (id) => document.getElementById(id);
const list = byId("log"), scroller = list.closest(".log"), form = byId("write"), field = byId("text"), template = byId("say");
const words = template.dataset, lang = document.documentElement.lang, me = document.body.dataset.member;
const topic = list.dataset.topic, room = topic.split(":")[1], live = openLive();
const time = new Intl.DateTimeFormat(lang, {hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: list.dataset.zone});
const date = new Intl.DateTimeFormat("en-CA", {timeZone: list.dataset.zone});
const longDate = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {dateStyle: "full", timeZone: list.dataset.zone});

// --- messages as they come

function arrive(frame) {
  byId("quiet")?.remove();
  const shown = byId(`m-${frame.message}`);
  if (shown) return fill(shown, frame);
  if (frame.kind !== "sent" || frame.deleted) return;
  const end = isAtEnd();
  waiting.get(frame.client_id)?.remove();
  waiting.delete(frame.client_id);
  const message = fill(template.content.firstElementChild.cloneNode(true), frame);
  dayLine(message.dataset.day, frame.at);
  if (frame.author !== Number(me)) unreadLine();
  list.insertBefore(message, list.querySelector("[data-waiting]"));
  if (end || frame.author === Number(me)) toEnd();
  readSoon(frame.seq);
}

function fill(message, frame) {
  message.id = `m-${frame.message}`;
  Object.assign(message.dataset, {seq: frame.sent, client: frame.client_id, day: date.format(new Date(frame.at))});
  message.classList.toggle("me", frame.author === Number(me));
  const avatar = message.querySelector(".av");
  avatar.textContent = frame.initials;
  avatar.dataset.t = frame.tone;
  nameOf(message, frame);
  const from = message.querySelector("header small");
  from.hidden = !frame.from;
  from.firstChild.textContent = frame.from;
  const at = message.querySelector("time");
  at.dateTime = frame.at;
  at.textContent = time.format(new Date(frame.at));
  at.parentElement.href = `/messages/${frame.message}/options`;
  say(message, frame);
  return message;
}

function nameOf(message, frame) {
  const name = message.querySelector("b bdi");
  name.textContent = frame.author === Number(me) ? words.you : frame.name || words.former;
  if (name.parentElement.href !== undefined) name.parentElement.href = frame.href;
}

function say(message, frame) {
  const said = message.querySelector(".said");
  if (frame.deleted) said.replaceChildren(Object.assign(document.createElement("p"), {className: "soft", textContent: words.deleted}));
  else Object.assign(said, {innerHTML: frame.html, lang: frame.lang, dir: frame.dir});
  let note = message.querySelector(".t");
  note ??= message.appendChild(Object.assign(document.createElement("p"), {className: "t"}));
  note.hidden = frame.deleted || !frame.edits;
  note.className = "t soft";
  note.textContent = words.edited;
  callMe(said);
}

function callMe(root) {
  for (const mention of root.querySelectorAll(`[data-member="${me}"]`)) mention.classList.add("me");
}

function dayLine(day, at) {
  const last = [...list.querySelectorAll("[data-day]")].at(-1)?.dataset.day;
  if (last === day) return;
  const text = longDate.format(new Date(at));
  line("dim", day === date.format(new Date()) ? words.today.replace("%(day)s", text) : text);
}

function unreadLine() {
  if (byId("new") || document.visibilityState === "visible") return;
  line("dim new", words.new).id = "new";
}

function line(className, text) {
  const made = Object.assign(document.createElement("li"), {className});
  made.append(Object.assign(document.createElement("span"), {textContent: text}));
  return list.insertBefore(made, list.querySelector("[data-waiting]"));
}

const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
const toEnd = () => { scroller.scrollTop = scroller.scrollHeight; };

// --- what one writes: shown at once, kept on the device until the server has stored it

const waiting = new Map();

live.onOutbox((items) => {
  const ours = items.filter((item) => item.frame.topic === topic);
  for (const [id, shown] of waiting) {
    // Acknowledged: it goes when its entry comes, which may be a moment later.
    if (!ours.some((item) => item.frame.client_id === id)) shown.querySelector(".t").textContent = "";
  }
  for (const item of ours) showWaiting(item);
});

function showWaiting({frame, state, why}) {
  if (list.querySelector(`[data-client="${frame.client_id}"]:not([data-waiting])`)) return live.drop(frame.client_id);
  const shown = waiting.get(frame.client_id) ?? addWaiting(frame);
  const note = shown.querySelector(".t");
  note.replaceChildren(state === "failed" ? `${words.failed} ${why ?? ""} ` : why || words.waiting);
  note.role = state === "failed" ? "alert" : null;
  if (state === "failed") note.append(button(words.again, () => live.again(frame.client_id)), " ", button(words.drop, () => discard(frame)));
}

function addWaiting(frame) {
  const shown = document.createElement("li");
  shown.className = "say me";
  shown.dataset.waiting = shown.dataset.client = frame.client_id;
  shown.setAttribute("aria-live", "off");  // it is read aloud once, when it is stored
  const text = Object.assign(document.createElement("p"), {className: "soft", dir: "auto", textContent: frame.text});
  const body = document.createElement("div");
  body.append(text, Object.assign(document.createElement("p"), {className: "t"}));
  shown.append(document.createElement("span"), body);
  list.append(shown);
  waiting.set(frame.client_id, shown);
  toEnd();
  return shown;
}

function button(text, press) {
  const made = Object.assign(document.createElement("button"), {type: "button", className: "plain", textContent: text});
  made.addEventListener("click", press);
  return made;
}

function discard(frame) {
  live.drop(frame.client_id);
  waiting.get(frame.client_id)?.remove();
  waiting.delete(frame.client_id);
  if (!field.value) field.value = frame.text;
  field.focus();
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  if (!field.value.trim()) return;
  byId("quiet")?.remove();
  live.send({type: "send", topic, client_id: freshId(), text: field.value});
  field.value = "";
  field.focus();
});

// --- who is writing

const typists = new Map();
const typing = byId("typing");
let told = 0;

field?.addEventListener("input", () => {
  if (!field.value || Date.now() - told < 3000) return;
  told = Date.now();
  live.whisper({type: "typing", topic});
});

function types({member, name}) {
  if (member === Number(me)) return;
  clearTimeout(typists.get(member)?.timer);
  typists.set(member, {name, timer: setTimeout(() => { typists.delete(member); showTypists(); }, 5000)});
  showTypists();
}

function showTypists() {
  if (!typing) return;
  const [a, b] = [...typists.values()].map((one) => one.name.split(" ")[0]);
  const text = typists.size > 2 ? typing.dataset.more : typists.size === 2 ? typing.dataset.two : typing.dataset.one;
  typing.hidden = !typists.size;
  typing.querySelector("span").textContent = text.replace("{a}", a ?? "").replace("{b}", b ?? "");
}

// --- who is there

function present({count, people}) {
  byId("here").textContent = count.toLocaleString(lang);
  const tally = byId("tally").querySelector(".tally"), checks = people.slice(0, 14).map((one) => one.initials);
  if (count > checks.length) checks.push(`+${count - checks.length}`);
  tally.replaceChildren(...checks.map((text) => Object.assign(document.createElement("span"), {textContent: text})));
  tally.setAttribute("aria-label", byId("tally").dataset.label.replace("{n}", count));
  byId("names").textContent = people.map((one) => one.name).sort((a, b) => a.localeCompare(b, lang)).join(", ");
}

// --- the line

const banner = byId("line");
banner.querySelector("button").addEventListener("click", () => live.retry());
let wasOpen = false;

live.onState(({state, seconds}) => {
  wasOpen ||= state === "open";
  banner.hidden = state === "open" || !(wasOpen || seconds);
  const text = {waiting: banner.dataset.waiting, ended: banner.dataset.ended}[state] ?? banner.dataset.connecting;
  banner.querySelector("b").textContent = text.replace("{n}", seconds);
  banner.querySelector("button").hidden = state !== "waiting";
});

function cut() {
  banner.hidden = false;
  banner.querySelector("b").textContent = banner.dataset.cut;
  banner.querySelector("span").hidden = banner.querySelector("button").hidden = true;
  form?.remove();
}

// --- history: older messages by scrolling up, and the newest anew after a reset

let loading = false;

async function fetchLog(query) {
  const answer = await fetch(`/rooms/${room}${query}`, {headers: {"X-Fragment": "1"}});
  if (!answer.ok) throw new Error(answer.status);
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("log");
}

async function older() {
  if (loading || !list.dataset.before) return;
  loading = true;
  try {
    const earlier = await fetchLog(`?before=${list.dataset.before}`);
    const height = scroller.scrollHeight, top = scroller.scrollTop;
    const first = list.querySelector(".dim:not(.new)");
    const day = list.querySelector("[data-day]")?.dataset.day;
    if (first && [...earlier.querySelectorAll("[data-day]")].at(-1)?.dataset.day === day) first.remove();
    earlier.querySelector("#new")?.remove();
    callMe(earlier);
    silently(() => list.prepend(...earlier.children));
    list.dataset.before = earlier.dataset.before;
    scroller.scrollTop = top + scroller.scrollHeight - height;
    if (!list.dataset.before) byId("older")?.parentElement.remove();
  } finally {
    loading = false;
  }
}

// What was said long ago, or heard before, is not read aloud.
function silently(change) {
  scroller.setAttribute("aria-live", "off");
  change();
  setTimeout(() => scroller.setAttribute("aria-live", "polite"), 1000);
}

let meanwhile = null;  // what is heard while the newest fifty are on their way

async function reset() {
  meanwhile ??= [];
  const fresh = await fetchLog("").catch(() => null);
  if (!fresh) return setTimeout(reset, 5000);
  const kept = [...waiting.values()];
  callMe(fresh);
  silently(() => list.replaceChildren(...fresh.children, ...kept));
  Object.assign(list.dataset, {epoch: fresh.dataset.epoch, seq: fresh.dataset.seq, before: fresh.dataset.before});
  for (const [id, shown] of waiting) if (list.querySelector(`[data-client="${id}"]:not([data-waiting])`)) { shown.remove(); waiting.delete(id); }
  const later = meanwhile ?? [];
  meanwhile = null;
  for (const frame of later) if (frame.seq > Number(fresh.dataset.seq)) arrive(frame);
  toEnd();
}

new IntersectionObserver(([top]) => top.isIntersecting && scroller.scrollTop < 200 && older(), {root: scroller, rootMargin: "200px"})
  .observe(byId("older") ?? document.createElement("p"));
byId("older")?.addEventListener("click", (event) => { event.preventDefault(); older(); });

// --- how far one has read: what was a moment on a screen that somebody looks at

let newest = Number(list.dataset.seq), timer = 0;

function readSoon(seq) {
  newest = Math.max(newest, seq);
  clearTimeout(timer);
  if (document.visibilityState === "visible") timer = setTimeout(() => live.whisper({type: "read", topic, seq: newest}), 2000);
}

document.addEventListener("visibilitychange", () => readSoon(newest));

live.follow(topic, {epoch: list.dataset.epoch, seq: Number(list.dataset.seq)},
  {entry: (_seq, frame) => { meanwhile?.push(frame); arrive(frame); }, reset, cut, typing: types, presence: present});
callMe(list);
(byId("new") ?? byId("end")).scrollIntoView({block: byId("new") ? "center" : "end"});
