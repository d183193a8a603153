// Who is in a room, and who is writing.

import { openLive } from "./live.js";
import { blocked, byId, lang, made, me, topic } from "./room_messages.js";

const typists = new Map(), typing = byId("typing"), field = byId("text");
let told = 0;

field?.addEventListener("input", () => {
  if (!field.value || Date.now() - told < 3000) return;
  told = Date.now();
  openLive().whisper({type: "typing", topic});
});

export function types({member, name}) {
  if (member === me || blocked.has(member)) return;
  clearTimeout(typists.get(member)?.timer);
  typists.set(member, {name, timer: setTimeout(stops, 5000, member)});
  showTypists();
}

/** Writes no more: what they wrote has come, or nothing did for a while. */
export function stops(member) {
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

let there = new Map();

/** Everybody, or who came and who left. */
export function present({count, people: all, came = [], left = []}) {
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
