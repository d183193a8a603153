// Posts that could not be sent: kept on this device, shown as waiting, sent in their order and once when the line is back. The client
// id of the form goes along, so that one that had arrived is not made twice. Loaded by the thread, and on any page while one waits.

import { parsed } from "./fragments.js";
import { AS_SHOWN, say } from "./guildhall.js";
import { Outbox } from "./outbox.js";

const PAUSES = [2, 5, 15, 30, 60];
const TOO_LONG = 30_000;
const list = document.getElementById("posts");
const flash = document.getElementById("flash").dataset;
const here = document.querySelector("form[data-outbox]");
const shown = new Map();
let failures = 0;
let timer = 0;
let busy = false;
const outbox = new Outbox(document.body.dataset.member, "posts", () => show());

// --- a form that found no line

document.addEventListener("guildhall:unsent", (event) => {
  const { form, body } = event.detail;
  if (!("outbox" in form.dataset)) return;
  event.preventDefault();
  const title = document.querySelector("h1")?.textContent.trim();
  outbox.add({ id: body.get("client_id"), action: form.getAttribute("action"), fields: [...body], path: location.pathname, title });
  list.lastElementChild.scrollIntoView({ block: "nearest" });
  rest();
});

// --- sending

/** Sends what waits, in its order; another window that is doing so already is left to it. */
export function flush() {
  clearTimeout(timer);
  if (busy || !outbox.items.length) return;
  busy = true;
  const run = (lock) => (lock === null ? null : inOrder());
  Promise.resolve(navigator.locks ? navigator.locks.request("guildhall-posts", { ifAvailable: true }, run) : run()).finally(() => (busy = false));
}

async function inOrder() {
  let item;
  while ((item = outbox.items.find((one) => one.state === "waiting")) && (await deliver(item)));
}

async function deliver(item) {
  const sent = { method: "POST", body: new URLSearchParams(item.fields), headers: AS_SHOWN, signal: AbortSignal.timeout(TOO_LONG) };
  const response = await fetch(item.action, sent).catch(() => null);
  if (!response) return rest();
  if (response.ok) return arrived(item, await response.text());
  const problem = await response.json().catch(() => ({}));
  if (problem.sign_in) return outbox.mark(item.id, "waiting", problem.detail);
  if (response.status >= 500 || response.status === 429) return rest(Number(response.headers.get("retry-after")));
  outbox.mark(item.id, "failed", Object.values(problem.errors ?? {}).join(" ") || problem.detail);
  return true;
}

function rest(seconds = 0) {
  timer = setTimeout(flush, 1000 * (seconds || PAUSES[Math.min(failures++, PAUSES.length - 1)]));
  return false;
}

function arrived(item, html) {
  failures = 0;
  outbox.remove(item.id);
  if (isHere(item)) {
    const nodes = parsed(html);
    list.append(...nodes);
    document.dispatchEvent(new CustomEvent("guildhall:placed", { detail: { form: null, nodes } }));
    const text = here.elements.body;
    if (text.value.trim() === bodyOf(item).trim()) text.value = ""; // the page came with the draft of what was sent now
  }
  say("ok", flash.sent);
  return true;
}

// --- what waits, on the page it belongs to

const isHere = (item) => list && here?.getAttribute("action") === item.action;
const bodyOf = (item) => item.fields.find(([name]) => name === "body")?.[1] ?? "";

function show() {
  const items = outbox.items.filter(isHere);
  for (const [id, node] of shown) if (!items.some((item) => item.id === id)) { node.remove(); shown.delete(id); }
  for (const item of items) {
    const node = shown.get(item.id) ?? made(item);
    const note = node.lastElementChild;
    note.replaceChildren(item.state === "failed" ? `${list.dataset.failed} ${item.why ?? ""} ` : item.why || list.dataset.waiting);
    if (item.state === "failed") note.append(button(list.dataset.again, () => again(item)), " ", button(list.dataset.drop, () => drop(item)));
  }
}

function made(item) {
  const node = Object.assign(document.createElement("li"), { className: "post" });
  node.dataset.unsent = item.id;
  const words = bodyOf(item).split(/\n{2,}/).map((text) => Object.assign(document.createElement("p"), { textContent: text, dir: "auto" }));
  const prose = Object.assign(document.createElement("div"), { className: "prose" });
  const note = Object.assign(document.createElement("p"), { className: "hint" });
  note.setAttribute("role", "status");
  prose.append(...words);
  node.append(prose, note);
  list.append(node);
  shown.set(item.id, node);
  return node;
}

function button(text, press) {
  const plain = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: text });
  plain.addEventListener("click", press);
  return plain;
}

function again(item) {
  outbox.again(item.id);
  flush();
}

/** Back into the field, unless something else stands there by now. */
function drop(item) {
  outbox.remove(item.id);
  const text = here.elements.body;
  if (!text.value.trim()) text.value = bodyOf(item);
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}

addEventListener("online", () => {
  failures = 0;
  flush();
});
show();
flush();
