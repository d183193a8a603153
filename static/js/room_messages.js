// The log of a room as it stands on the page: messages are drawn into it, by the markup the page brought in <template id="say">.

export const byId = (id) => document.getElementById(id);
export const made = (tag, given) => Object.assign(document.createElement(tag), given);

export const list = byId("log"), scroller = list.closest(".log");
export const words = byId("say").dataset, lang = document.documentElement.lang, me = Number(document.body.dataset.member);
export const topic = list.dataset.topic;

const time = new Intl.DateTimeFormat(lang, {hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: list.dataset.zone});
const date = new Intl.DateTimeFormat("en-CA", {timeZone: list.dataset.zone});
const longDate = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {dateStyle: "full", timeZone: list.dataset.zone});

export const blocked = new Set(list.dataset.blocked?.split(" ").map(Number));

/** What the reader wants to hear of a message: nothing of those they have blocked. */
export function heard(frame) {
  if (!blocked.has(frame.author)) return frame;
  return {...frame, html: made("p", {className: "soft", textContent: words.blocked}).outerHTML, edits: 0, files: undefined, previews: undefined, reply_to: undefined};
}

/** Puts a new message at the end, before what still waits to be sent; what somebody has missed stands below a line. */
export function append(frame, isMissed) {
  const message = fill(byId("say").content.firstElementChild.cloneNode(true), frame);
  dayLine(message.dataset.day, frame.at);
  if (frame.author !== me && (isMissed || document.hidden)) unreadLine();
  const before = [...list.children].filter((one) => !one.dataset.waiting).at(-1);
  message.classList.toggle("on", goesOn(before, message));
  list.insertBefore(message, list.querySelector("[data-waiting]"));
}

/** Of the same author within five minutes: the name is not said again. */
function goesOn(before, message) {
  if (!before?.matches(".say")) return false;
  const [name, said] = ["b", "time"].map((part) => [before, message].map((one) => one.querySelector(part)));
  return name[0].innerHTML === name[1].innerHTML && Date.parse(said[1].dateTime) - Date.parse(said[0].dateTime) < 300_000;
}

/** Makes a message on the page say what the frame says. */
export function fill(message, frame) {
  message.id = `m-${frame.message}`;
  Object.assign(message.dataset, {seq: frame.sent, client: frame.client_id, day: date.format(new Date(frame.at))});
  message.classList.toggle("me", frame.author === me);
  const avatar = message.querySelector(".av");
  avatar.textContent = frame.initials;
  avatar.dataset.t = frame.tone;
  nameOf(message, frame);
  const from = message.querySelector("header small");
  from.hidden = !frame.from;
  from.textContent = frame.from;
  const at = message.querySelector("time");
  at.dateTime = frame.at;
  at.textContent = time.format(new Date(frame.at));
  at.parentElement.href = `/messages/${frame.message}/options`;
  say(message, frame);
  answers(message, frame);
  reactions(message, frame);
  return message;
}

function answers(message, {reply_to: to, deleted}) {
  const ref = message.querySelector(".ref");
  if (!ref) return;
  if (!to || deleted || blocked.has(to.author)) return ref.remove();
  refer(ref, to.message, to.author === me ? words.you : to.name || words.former, to.words);
  ref.lastElementChild.lang = to.lang;
}

/** Makes a quote line name a message by its first words. */
export function refer(ref, id, name, text) {
  ref.href = `/messages/${id}`;
  ref.querySelector("bdi").textContent = name;
  Object.assign(ref.lastElementChild, {textContent: text || words.deleted, dir: "auto"});
  return ref;
}

/** The first words of a message on the page; none of one that was deleted. */
export function beginning(message) {
  const said = message.querySelector(".said");
  if (said.querySelector(":scope > .soft")) return "";
  const text = said.innerText.replace(/\s+/g, " ").trim() || (message.querySelector("[data-attached]") ? "\u{1f4ce}" : "");
  return text.length > 90 ? `${text.slice(0, 89).replace(/ \S*$/, "")}…` : text;
}

function reactions(message, frame) {
  const menu = byId("menu")?.content;
  let line = message.querySelector(":scope > .flex:not([role])");
  if (!menu || !(line || frame.reactions)) return;
  line ??= message.appendChild(made("p", {className: "flex", ariaLive: "off"}));  // a reaction interrupts nobody
  line.hidden = !frame.reactions;
  line.replaceChildren(...(frame.reactions ?? []).map(({kind, count, by}) => {
    const shown = menu.querySelector(`[value=":${kind}:1"]`).cloneNode(true);
    return press(shown, `${frame.message}:${kind}`, by.includes(me), count);
  }));
}

/** Shows a reaction as one's own or not, and what pressing it would do. */
export function press(button, which, mine, count) {
  button.value = `${which}:${mine ? 0 : 1}`;
  button.ariaPressed = mine;
  button.querySelector(".num").textContent = count;
  return button;
}

function nameOf(message, frame) {
  const name = message.querySelector("b bdi");
  name.textContent = frame.author === me ? words.you : frame.name || words.former;
  if (name.parentElement.href !== undefined) frame.href ? name.parentElement.href = frame.href : name.parentElement.removeAttribute("href");
}

function say(message, frame) {
  const said = message.querySelector(".said");
  if (frame.deleted) said.replaceChildren(made("p", {className: "soft", textContent: words.deleted}));
  else Object.assign(said, {innerHTML: frame.html, lang: frame.lang, dir: frame.dir});
  const note = message.querySelector(".t") ?? message.appendChild(made("p"));
  Object.assign(note, {className: "t soft", textContent: words.edited, hidden: frame.deleted || !frame.edits});
  callMe(said);
  for (const ref of list.querySelectorAll(`.ref[href="/messages/${frame.message}"]`)) ref.lastElementChild.textContent = beginning(message) || words.deleted;
  if (frame.files || frame.previews || message.querySelector("[data-attached],[data-card]")) {
    import("./room_attached.js").then(({hang}) => hang(message, frame));
  }
}

/** Marks where the reader is named. */
export function callMe(root) {
  for (const mention of root.querySelectorAll(`[data-member="${me}"]`)) mention.classList.add("me");
}

function dayLine(day, at) {
  const last = [...list.querySelectorAll("[data-day]")].at(-1)?.dataset.day;
  if (last === day) return;
  const text = longDate.format(new Date(at));
  line("dim", day === date.format(new Date()) ? words.today.replace("%(day)s", text) : text);
}

function unreadLine() {
  if (!byId("new")) line("dim new", words.new).id = "new";
}

function line(className, text) {
  const drawn = made("li", {className});
  drawn.append(made("span", {textContent: text}));
  return list.insertBefore(drawn, list.querySelector("[data-waiting]"));
}

export const isAtEnd = (height = scroller.clientHeight) => scroller.scrollHeight - scroller.scrollTop - height < 80;
export const toEnd = () => { scroller.scrollTop = scroller.scrollHeight; };

/** To where the new begins, else to the end. */
export const toNew = (block = "center") => byId("new") ? byId("new").nextElementSibling.scrollIntoView({block}) : toEnd();

/** Changes the log unheard: what was said long ago, or heard before, is not read aloud. */
export function silently(change) {
  scroller.setAttribute("aria-live", "off");
  change();
  setTimeout(() => scroller.setAttribute("aria-live", "polite"), 1000);
}
