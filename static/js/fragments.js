// Forms marked data-fragment are sent in the background and their answer is put in place; filters answer on change.
// The server answers the same forms with a redirect when this module is not there.

import { AS_SHOWN, release } from "./guildhall.js";

/** Sends a form and puts the answer in place. */
export async function send(form, button) {
  clearErrors(form);
  const body = bodyOf(form, button);
  const signal = "outbox" in form.dataset ? AbortSignal.timeout(30_000) : null;
  let response;
  try {
    response = await fetch(button?.getAttribute("formaction") || form.getAttribute("action"), { method: "POST", body, headers: AS_SHOWN, signal });
  } catch {
    release(form);
    return unsent(form, body);
  }
  release(form);
  if (response.redirected) return location.assign(response.url);
  if (response.ok) return putInPlace(form, button, await response.text());
  return explain(form, button, response);
}

/** Without a line: who keeps this form for later says so; else the text stays where it is. */
function unsent(form, body) {
  const isAlone = document.dispatchEvent(new CustomEvent("guildhall:unsent", { cancelable: true, detail: { form, body } }));
  if (isAlone) return tell(form, document.getElementById("flash").dataset.failed);
  renew(form);
  document.dispatchEvent(new CustomEvent("guildhall:placed", { detail: { form, nodes: [] } }));
}

function bodyOf(form, button) {
  const data = new FormData(form, button);
  return form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
}

function putInPlace(form, button, html) {
  const target = document.getElementById(form.dataset.target) || (form.dataset.fragment === "remove" && form.closest("li")) || form;
  const nodes = parsed(html);
  const how = { append: "append", prepend: "prepend", replace: "replaceWith", remove: "remove" }[form.dataset.fragment] ?? "replaceWith";
  const action = form.getAttribute("action");
  clearErrors(form);
  target[how](...(how === "remove" ? [] : nodes));
  if (how === "append" || how === "prepend") renew(form);
  if (!document.contains(button)) sameButton(nodes, action, [...form.querySelectorAll("button")].indexOf(button))?.focus();
  document.dispatchEvent(new CustomEvent("guildhall:placed", { detail: { form, nodes } }));
}

/** The button that stands in the new form where the pressed one stood, else its first. */
function sameButton(nodes, action, place) {
  const buttons = nodes.flatMap((node) => [...(node.querySelectorAll?.(`form[action="${CSS.escape(action)}"] button`) ?? [])]);
  return buttons[place] ?? buttons[0];
}

/** The nodes of a fragment. */
export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.childNodes];
}

/** A form that stays on the page starts anew, under a new client id. */
function renew(form) {
  form.reset();
  const id = form.elements.client_id;
  if (id) id.value = freshId();
}

/** A version 4 UUID; randomUUID is missing where a page came over plain http. */
export function freshId() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte, i) => (i === 6 ? (byte & 15) | 64 : i === 8 ? (byte & 63) | 128 : byte).toString(16).padStart(2, "0"));
  return hex.join("").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

async function explain(form, button, response) {
  if (!response.headers.get("content-type")?.includes("json")) return plainly(form, button);
  const problem = await response.json();
  if (problem.sign_in) return tell(form, problem.detail, problem.sign_in);
  const errors = Object.entries(problem.errors ?? {});
  const rest = errors.filter(([name]) => !fieldOf(form, name)).map(([, why]) => why).join(" ");
  if (rest || !errors.length) tell(form, rest || problem.detail || problem.title);
  errors.forEach(([name, why]) => placeError(fieldOf(form, name), name, why));
  form.querySelector("[aria-invalid]")?.focus();
}

/** What this module cannot read, the browser shows as the page it is. */
function plainly(form, button) {
  delete form.dataset.fragment;
  form.requestSubmit(button);
}

function fieldOf(form, name) {
  const field = form.elements[name];
  const control = field instanceof RadioNodeList ? field[0] : field;
  return control && control.type !== "hidden" ? control : null;
}

function placeError(control, name, why) {
  if (!control) return;
  const line = Object.assign(document.createElement("p"), { className: "err", id: `${control.id || name}-e`, textContent: why });
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", line.id);
  (control.closest(".check") ?? control).after(line);
}

/** Says beside the form what went wrong: who wrote it is looking there. */
function tell(form, text, signIn = "") {
  clearErrors(form);
  const banner = Object.assign(document.createElement("div"), { className: "banner bad told" });
  banner.setAttribute("role", "alert");
  banner.append(Object.assign(document.createElement("p"), { textContent: text }));
  if (signIn) banner.append(Object.assign(document.createElement("a"), { className: "btn sm", href: signIn, textContent: document.getElementById("flash").dataset.signin }));
  form.append(banner);
  banner.scrollIntoView({ block: "nearest" });
}

function clearErrors(form) {
  form.querySelectorAll(".err, .told").forEach((line) => line.remove());
  form.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
}

let newest = 0;

/** Asks for the results that the filters now want. */
export async function narrow(form, changed) {
  const mine = ++newest;
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  const address = `${form.getAttribute("action").split(/[?#]/)[0]}?${query}`;
  try {
    const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
    if (mine !== newest) return;
    const results = page.getElementById(form.dataset.facets);
    document.getElementById(form.dataset.facets).replaceWith(results);
    exchangeFilters(form, page, changed);
    history.replaceState(null, "", address);
    announce(results.querySelector("[role=status]")?.textContent ?? "");
  } catch {
    form.requestSubmit();
  }
}

/** The numbers beside the filters change too; who was on a box stays on it. */
function exchangeFilters(form, page, changed) {
  const fresh = page.querySelector("form[data-facets]");
  if (!fresh) return;
  const { name, value } = changed;
  const details = form.closest("details");
  details?.querySelector("summary").replaceWith(page.querySelector("details.facets > summary"));
  form.replaceWith(fresh);
  [...fresh.elements].find((one) => one.name === name && (one.type !== "checkbox" || one.value === value))?.focus();
}

function announce(text) {
  let place = document.getElementById("said");
  if (!place) {
    place = Object.assign(document.createElement("p"), { id: "said", className: "vh" });
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  place.textContent = text;
}
