// What one writes in a room: shown at once, kept on the device until the server has stored it.

import { freshId } from "./fragments.js";
import { forget, keep, recall } from "./kept.js";
import { openLive } from "./live.js";
import { beginning, byId, list, made, me, refer, toEnd, topic, words } from "./room_messages.js";

const live = openLive(), form = byId("write"), field = byId("text");
const waiting = new Map();

live.onOutbox((items) => {
  for (const shown of waiting.values()) shown.querySelector(".t").textContent = "";  // acknowledged: it goes when its entry comes
  for (const item of items) if (item.frame.topic === topic) showWaiting(item);
});

function showWaiting({frame, state, why, seconds}) {
  if (list.querySelector(`[data-client="${frame.client_id}"]:not([data-waiting])`)) return live.drop(frame.client_id);
  const shown = waiting.get(frame.client_id) ?? addWaiting(frame);
  const note = shown.querySelector(".t");
  const due = seconds ? words.later.replace("{n}", seconds) : why || words.waiting;
  note.replaceChildren(state === "failed" ? `${words.failed} ${words[why] ?? why} ` : due);
  note.role = state === "failed" ? "alert" : null;
  if (state === "failed") note.append(button(words.again, () => live.again(frame.client_id)), " ", button(words.drop, () => discard(frame)));
}

function addWaiting(frame) {
  const shown = made("li", {className: "say me"});
  shown.dataset.waiting = shown.dataset.client = frame.client_id;
  shown.setAttribute("aria-live", "off");  // it is read aloud once, when it is stored
  const body = made("div");
  const answered = byId(`m-${frame.reply_to}`);
  if (answered) body.append(quote(byId("answers").querySelector(".ref").cloneNode(true), answered));
  body.append(made("p", {className: "soft", dir: "auto", textContent: frame.text || words.files}), made("p", {className: "t"}));
  shown.append(made("span"), body);
  list.append(shown);
  byId("readers")?.replaceChildren();  // they have not read this
  waiting.set(frame.client_id, shown);
  toEnd();
  return shown;
}

function button(textContent, press) {
  const drawn = made("button", {type: "button", className: "plain", textContent});
  drawn.addEventListener("click", press);
  return drawn;
}

function discard(frame) {
  live.drop(frame.client_id);
  stored(frame.client_id);
  if (!field.value) field.value = frame.text;
  keepHalf();
  field.focus();
}

/** Its entry has come, or it is on the page already: it waits no more. */
export function stored(id) {
  waiting.get(id)?.remove();
  waiting.delete(id);
}

/** What still waits, to be kept while the log is filled anew; then without what has come with it. */
export const stillWaiting = () => [...waiting.values()];

export function dropWhatCame() {
  for (const id of [...waiting.keys()]) if (list.querySelector(`[data-client="${id}"]:not([data-waiting])`)) stored(id);
}

const adding = form?.querySelector("[data-adding]");
const load = () => import("./room_adding.js");
if (adding?.open) load();
else adding?.addEventListener("toggle", load, {once: true});

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  if (live.state.state === 3500) return;  // signed out: nothing is kept for them, so it stays where they see it
  if ([...form.querySelectorAll("[type=file]")].some((input) => input.files.length)) return load().then(() => form.requestSubmit());  // not yet taken up
  const carried = form.carrying?.();  // room_adding.js: null while files are on their way
  if (carried === null || !(field.value.trim() || carried)) return;
  byId("quiet")?.remove();
  const to = form.elements.reply_to.value;
  live.send({type: "send", topic, client_id: freshId(), text: field.value, ...(to && {reply_to: Number(to)}), ...carried});
  field.value = "";
  forget(me, topic);
  answer(null);
});

// Enter sends, as in every chat; with Shift it begins a line.
field?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;  // 229: Safari, of a word still being composed
  event.preventDefault();
  form.requestSubmit();
});

// What is half written is kept on the device: phones throw away pages that nobody looks at.
if (field) field.value ||= recall(me, topic)?.fields[0][1] ?? "";
field?.addEventListener("input", keepHalf);

function keepHalf() {
  if (field.value) keep(me, topic, {fields: [["text", field.value]], title: document.title, path: location.pathname, at: Date.now()});
  else forget(me, topic);
}

/** Begins an answer to a message on the page, or to none. */
export function answer(message) {
  if (!form) return;
  const line = byId("answers");
  line.hidden = !message;
  form.elements.reply_to.value = message?.id.slice(2) ?? "";
  if (message) quote(line.querySelector(".ref"), message);
  field.focus();
}

const quote = (ref, message) => refer(ref, message.id.slice(2), message.querySelector("b").textContent, beginning(message));

byId("answers")?.lastElementChild.addEventListener("click", (event) => { event.preventDefault(); answer(null); });
