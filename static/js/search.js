// The overlay: the page underneath stays where it was, and answers come while one types. Without this module the
// link leads to the search page. Fetched when the overlay is first opened.

import { parsed } from "./fragments.js";

const LETTERS = 3;
const PAUSE = 250;
let dialog;
let pause;
let asking;

/** Opens the overlay; where it cannot be had, follows the link that opened it. */
export async function open(link) {
  try {
    dialog ??= await made();
  } catch {
    return location.assign(link.href);
  }
  dialog.addEventListener("close", () => link.focus(), { once: true });
  dialog.showModal();
  field().select();
}

async function made() {
  const response = await fetch("/search/overlay", { headers: { "X-Fragment": "1" } });
  if (!response.ok) throw new Error(response.status);
  const overlay = parsed(await response.text()).find((node) => node.nodeName === "DIALOG");
  document.body.append(overlay);
  overlay.addEventListener("input", () => later(field().value.trim()));
  // A search field keeps the first Escape for itself, to be emptied.
  overlay.addEventListener("keydown", (event) => event.key === "Escape" && overlay.close());
  overlay.addEventListener("click", (event) => event.target === overlay && overlay.close());
  return overlay;
}

const field = () => dialog.querySelector("input[type=search]");

function later(words) {
  clearTimeout(pause);
  asking?.abort();
  if ([...words].length < LETTERS && !/[\u3040-\u9fff\uac00-\ud7a3]/.test(words)) return show([]);
  pause = setTimeout(() => ask(words), PAUSE);
}

async function ask(words) {
  asking = new AbortController();
  try {
    const response = await fetch(`/search/typed?${new URLSearchParams({ q: words })}`, { headers: { "X-Fragment": "1" }, signal: asking.signal });
    if (response.ok) show(parsed(await response.text()));
  } catch {
    // Another letter came, or the line is down: what is shown stays, and the form still works.
  }
}

const show = (nodes) => dialog.querySelector("[data-typed]").replaceChildren(...nodes);
