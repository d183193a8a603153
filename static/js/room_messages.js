// The log of a room as it stands on the page: messages are drawn into it, by the markup the page brought in <template id="say">.

export const byId = (id) => document.getElementById(id);
export const made = (tag, given) => Object.assign(document.createElement(tag), given);

export const list = byId("log"), scroller = list.closest(".log");
export const words = byId("say").dataset, lang = document.documentElement.lang, me = Number(document.body.dataset.member);
export const topic = list.dataset.topic;

const time = new Intl.DateTimeFormat(lang, {hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: list.dataset.zone});
const date = new Intl.DateTimeFormat("en-CA", {timeZone: list.dataset.zone});
const longDate = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {dateStyle: "full", timeZone: list.dataset.zone});

const blocked = new Set(list.dataset.blocked?.split(" ").map(Number));

/** What the reader wants to hear of a message: nothing of those they have blocked. */
export function heard(frame) {
  if (!blocked.has(frame.author)) return frame;
  return {...frame, html: made("p", {className: "soft", textContent: words.blocked}).outerHTML, edits: 0, files: undefined, previews: undefined};
}

/** Puts a new message at the end, before what still waits to be sent. */
export function append(frame) {
  const message = fill(byId("say").content.firstElementChild.cloneNode(true), frame);
  dayLine(message.dataset.day, frame.at);
  if (frame.author !== me) unreadLine();
  list.insertBefore(message, list.querySelector("[data-waiting]"));
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
  name.textContent = frame.author === me ? words.you : frame.name || words.former;
  if (name.parentElement.href !== undefined) name.parentElement.href = frame.href;
}

function say(message, frame) {
  const said = message.querySelector(".said");
  if (frame.deleted) said.replaceChildren(made("p", {className: "soft", textContent: words.deleted}));
  else Object.assign(said, {innerHTML: frame.html, lang: frame.lang, dir: frame.dir});
  const note = message.querySelector(".t") ?? message.appendChild(made("p"));
  Object.assign(note, {className: "t soft", textContent: words.edited, hidden: frame.deleted || !frame.edits});
  callMe(said);
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
  if (byId("new") || document.visibilityState === "visible") return;
  line("dim new", words.new).id = "new";
}

function line(className, text) {
  const drawn = made("li", {className});
  drawn.append(made("span", {textContent: text}));
  return list.insertBefore(drawn, list.querySelector("[data-waiting]"));
}

export const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
export const toEnd = () => { scroller.scrollTop = scroller.scrollHeight; };

/** Changes the log unheard: what was said long ago, or heard before, is not read aloud. */
export function silently(change) {
  scroller.setAttribute("aria-live", "off");
  change();
  setTimeout(() => scroller.setAttribute("aria-live", "polite"), 1000);
}
