// What this device keeps: drafts, under the member's id, since phones are shared. Signing out removes them.
// Storage may be full, blocked or emptied at any time: then nothing is kept and nothing fails.

const PREFIX = "guildhall";
const prefix = (member) => `${PREFIX}:${member ?? "guest"}:`;

export function keep(member, key, value) {
  try {
    localStorage.setItem(prefix(member) + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** The kept value, or null. */
export function recall(member, key) {
  try {
    return JSON.parse(localStorage.getItem(prefix(member) + key));
  } catch {
    return null;
  }
}

export function forget(member, key) {
  try {
    localStorage.removeItem(prefix(member) + key);
  } catch {}
}

/** Removes all that is kept for a member; other modules keep their things under the same prefix. */
export function forgetAll(member) {
  for (const key of keysOf(member)) forget(member, key);
}

function keysOf(member) {
  try {
    const start = prefix(member);
    return Object.keys(localStorage).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
  } catch {
    return [];
  }
}

/** Fills the list on the help page: what is kept, and a button that removes it. */
export function list(place, member) {
  const keys = keysOf(member).sort();
  const items = keys.map((key) => {
    const text = recall(member, key)?.text ?? "";
    return Object.assign(document.createElement("li"), { textContent: `${key}${text ? `: ${text.slice(0, 80)}` : ""}` });
  });
  place.querySelector("ul").replaceChildren(...items);
  place.querySelector("[data-some]").hidden = !keys.length;
  place.querySelector("[data-none]").hidden = keys.length > 0;
  place.querySelector("button").onclick = () => {
    forgetAll(member);
    list(place, member);
  };
}
