// The page "What this device keeps": every text and everything that waits to be sent, each to be gone on with or removed.

import { forget, forgetAll, keysOf, recall } from "./kept.js";

/** Fills the list, and fills it again when something was sent. */
export function start(place, member) {
  list(place, member);
  document.addEventListener("guildhall:outbox", () => list(place, member));
}

/** `place` holds a <template> of one line and the words for the kinds. */
function list(place, member) {
  const lines = keysOf(member).sort().flatMap((key) => linesOf(key, recall(member, key), place.dataset));
  place.querySelector("ul").replaceChildren(...lines.map((line) => shown(line, place, member)));
  place.querySelector("[data-some]").hidden = !lines.length;
  place.querySelector("[data-none]").hidden = lines.length > 0;
  place.querySelector("[data-some] button").onclick = () => {
    forgetAll(member);
    list(place, member);
  };
}

function linesOf(key, kept, words) {
  if (Array.isArray(kept)) return kept.map((item) => waiting(key, item, words));
  const longest = (kept?.fields ?? []).map(([, text]) => text).sort((a, b) => b.length - a.length)[0] ?? "";
  return [{ key, kind: words.begun, title: kept?.title || key, path: kept?.path, text: longest, at: kept?.at }];
}

function waiting(key, item, words) {
  const room = item.frame?.topic?.split(":")[1];
  const text = item.frame?.text ?? item.fields?.find(([name]) => name === "body")?.[1] ?? "";
  const kind = item.state === "failed" ? `${words.failed} ${words[item.why] ?? item.why ?? ""}` : words.waiting;
  return { key, kind, title: item.title || words.message, path: room ? `/rooms/${room}` : item.path, text, at: item.at };
}

function shown(line, place, member) {
  const item = place.querySelector("template").content.firstElementChild.cloneNode(true);
  const link = item.querySelector("a");
  link.textContent = line.title;
  if (line.path) link.href = line.path;
  item.querySelector("[data-text]").textContent = line.text.slice(0, 200);
  const [kind, at] = item.querySelectorAll(".meta span");
  kind.textContent = line.kind;
  at.textContent = line.at ? new Date(line.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }) : "";
  item.querySelector("button").onclick = () => {
    forget(member, line.key);
    list(place, member);
  };
  return item;
}
