// What this device keeps: drafts, and what waits to be sent, under the member's id, since phones are shared. Signing out removes it.
// Storage may be full, blocked or emptied at any time: then nothing is kept and nothing fails.

const PREFIX = "guildhall";
const LEFT = "guildhall-left"; // said to the other windows, and never kept
const prefix = (member) => `${PREFIX}:${member ?? "guest"}:`;
let left = null;

addEventListener("storage", (event) => {
  if (event.key === LEFT && event.newValue) left = event.newValue;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) left = null;
});

/** Keeps a value; false where nothing can be kept, and after this member has signed out in any window. */
export function keep(member, key, value) {
  if (left === String(member)) return false;
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

/** The keys of all that is kept for a member. */
export function keysOf(member) {
  try {
    const start = prefix(member);
    return Object.keys(localStorage).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
  } catch {
    return [];
  }
}

export function forgetAll(member) {
  for (const key of keysOf(member)) forget(member, key);
}

/** The member signs out: all is removed, and no window keeps anything for them any more. */
export function leave(member) {
  forgetAll(member);
  left = String(member);
  try {
    sessionStorage.clear();
    localStorage.setItem(LEFT, left);
    localStorage.removeItem(LEFT);
  } catch {}
}

const SENT = "guildhall-sent";

/** A form was sent from this window under this key; without one: which, if any, and it is told once. */
export function sent(key) {
  try {
    const before = sessionStorage.getItem(SENT);
    if (key) sessionStorage.setItem(SENT, key);
    else sessionStorage.removeItem(SENT);
    return before;
  } catch {
    return null;
  }
}
