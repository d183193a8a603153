// What one does with a message of a room: answer, react, pin, go to where it stands. Without this file each is a page or a form.

import { freshId, parsed } from "./fragments.js";
import { say } from "./guildhall.js";
import { openLive } from "./live.js";
import { byId, isAtEnd, list, press, toEnd, topic } from "./room_messages.js";
import { answer } from "./room_waiting.js";

const live = openLive(), menu = byId("menu")?.content.firstElementChild.cloneNode(true);
let opener = null;  // the link that opened the menu

list.closest(".room").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = event.target.closest("a, button"), message = target?.closest(".say");
  const jump = target?.pathname?.match(/^\/messages\/(\d+)$/)?.[1], there = jump && byId(`m-${jump}`);
  if (there) goTo(there);
  else if (message && target.name === "r") react(target);
  else if (message && target.dataset.act === "reply") answer(message);
  else if (message && target.dataset.act === "pin") pin(message);
  else if (menu && target !== menu.lastElementChild && target?.pathname?.endsWith("/options")) open(message, target);
  else return;
  event.preventDefault();
  if (target !== opener && menu?.contains(target)) close();
});

list.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu?.isConnected) return;
  close();
});

/** Whoever stood in the menu goes on where they opened it. */
function close() {
  if (menu.contains(document.activeElement)) opener.focus();
  menu.remove();
}

/** The menu stands below one message at a time; pressed again, the link takes it away. */
function open(message, link) {
  if (menu.parentElement === message) return close();
  opener = link;
  const id = message.id.slice(2);
  for (const button of menu.querySelectorAll("[name=r]")) {
    const kind = button.value.split(":")[1], mine = message.querySelector(`[value="${id}:${kind}:0"]`);
    press(button, `${id}:${kind}`, Boolean(mine), "");
  }
  const pins = menu.querySelector("[data-act=pin]");
  if (pins) pins.textContent = "pinned" in message.dataset ? pins.dataset.unpin : (pins.dataset.pin ??= pins.textContent);
  menu.lastElementChild.href = link.href;
  message.append(menu);
  menu.querySelector("button").focus();
  menu.scrollIntoView({block: "nearest"});
}

/** Shown at once where it stands already; the entry that follows puts everything right. */
function react(button) {
  const [message, emoji, wanted] = button.value.split(":"), on = wanted === "1", count = button.querySelector(".num");
  live.send({type: "react", message: Number(message), client_id: freshId(), emoji, on});
  if (!menu?.contains(button)) press(button, `${message}:${emoji}`, on, Math.max(0, Number(count.textContent) + (on ? 1 : -1)));
}

function pin(message) {
  live.send({type: "pin", message: Number(message.id.slice(2)), client_id: freshId(), on: !("pinned" in message.dataset)});
}

function goTo(message) {
  message.tabIndex = -1;
  message.focus({preventScroll: true});
  message.scrollIntoView({block: "center"});
}

live.onOutbox((items) => {
  for (const {frame, state, why} of items) {
    if (state !== "failed" || !["react", "pin"].includes(frame.type)) continue;
    live.drop(frame.client_id);
    if (why) say("bad", why);  // what has waited too long goes quietly
  }
});

// --- what stands around the log is asked for anew, not by everybody at the same moment

const timers = {};

function renew(part, afterMs, place = (nodes) => byId(part)?.replaceWith(...nodes)) {
  clearTimeout(timers[part]);
  timers[part] = setTimeout(async () => {
    const answer = await fetch(`/rooms/${topic.split(":")[1]}/${part}`, {headers: {"X-Fragment": "1"}}).catch(() => null);
    if (answer?.ok) place(parsed(await answer.text()));
  }, afterMs * (1 + Math.random()));
}

/** What may be written has changed: a notice stands in for the form, or another pace below it. What is typed stays. */
export const formed = () => renew("foot", 700, (nodes) => {
  const foot = byId("foot"), form = byId("write"), fresh = nodes.find(({id}) => id === "foot");
  const now = fresh.querySelector("#write");
  if (now && !form) return location.reload();
  for (const one of [...foot.children]) if (one !== form) one.remove();
  if (form) form.hidden = !now;
  if (now) byId("pace").replaceWith(now.querySelector("#pace"));
  else foot.append(...fresh.children);
});

/** After each entry: a pin that came, went or reads differently, and who has read what is new. */
export function follow(frame) {
  const message = byId(`m-${frame.message}`);
  if (message && frame.pinned) message.dataset.pinned = "";
  else delete message?.dataset.pinned;
  if (frame.kind === "pinned" || byId("pins").querySelector(`[href$="/${frame.message}"]`)) renew("pins", 300);
  if (frame.kind !== "sent" || !byId("readers")) return;
  byId("readers").replaceChildren();
  readers(6000);
}

/** Asked again later and later, since they read when they have time. */
function readers(afterMs) {
  renew("readers", afterMs, (nodes) => {
    const end = isAtEnd();
    if (!list.querySelector("[data-waiting]")) byId("readers")?.replaceWith(...nodes);
    if (end) toEnd();
    if (afterMs < 60_000) readers(afterMs * 5);
  });
}
