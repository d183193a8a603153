// A draft is saved while one writes. Without this module the button "Save draft" does the same.
// The version that was read goes along, so that two windows never overwrite each other; what cannot be sent stays on the device.

import { forget, keep, recall } from "./kept.js";

const PAUSE = 1500;
const RETRY = 15_000;
const member = document.body.dataset.member;
const form = document.querySelector("form[data-autosave]");
const said = form.querySelector("[data-said]");
let key = `practice:${form.getAttribute("action")}`;
let timer = 0;
let sending = false;
let changed = false;
let stopped = false;

const fields = () => [...new FormData(form)].filter(([name]) => !["version", "client_id", "do"].includes(name));

function later(pause = PAUSE) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

async function save(leaving = false) {
  if (sending || stopped || !changed) return;
  sending = true;
  changed = false;
  said.textContent = form.dataset.saving;
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "save");
  try {
    take(await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-Fragment": "1" }, keepalive: leaving && body.toString().length < 60_000 }));
  } catch {
    wait();
  }
  sending = false;
  if (changed) later();
}

async function take(response) {
  if (response.redirected) return stop(form.dataset.unsaved);
  if (response.ok) return saved(await response.json());
  if (response.status === 409) return stop(form.dataset.elsewhere);
  if (response.status === 422) return void (said.textContent = form.dataset.wrong);
  if (response.status === 404 || response.status === 403) return stop(form.dataset.unsaved);
  wait();
}

function saved({ version, address, said: words }) {
  form.elements.version.value = version;
  if (form.getAttribute("action") !== address) {
    forget(member, key);
    form.setAttribute("action", address);
    history.replaceState(null, "", address);
    key = `practice:${address}`;
  }
  said.textContent = words;
  if (!changed) forget(member, key);
}

function wait() {
  changed = true;
  said.textContent = form.dataset.unsaved;
  later(RETRY);
}

function stop(words) {
  stopped = true;
  said.textContent = words;
}

function store() {
  keep(member, key, { text: form.elements.title.value, fields: fields(), version: form.elements.version.value });
}

/** What was typed here and never reached the server, if the server still has the version it was typed into. */
function restore() {
  const kept = recall(member, key);
  if (!kept?.fields || kept.version !== form.elements.version.value || JSON.stringify(kept.fields) === JSON.stringify(fields())) return;
  const values = new Map();
  for (const [name, value] of kept.fields) values.set(name, [...(values.get(name) ?? []), value]);
  const places = new Map();
  for (const field of form.elements) {
    if (!field.name || ["version", "client_id", "do"].includes(field.name)) continue;
    const sent = values.get(field.name) ?? [];
    const place = places.get(field.name) ?? 0;
    places.set(field.name, place + 1);
    if (field.type === "checkbox") field.checked = sent.includes(field.value);
    else field.value = sent[place] ?? "";
  }
  said.textContent = form.dataset.restored;
  changed = true;
  later();
}

form.addEventListener("input", () => {
  changed = true;
  store();
  if (!stopped) later();
});
form.addEventListener("submit", () => {
  clearTimeout(timer);
  stopped = true;
  forget(member, key);
});
addEventListener("online", () => later(0));
addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));

// After an error the page shows what was typed, which is newer than what the device keeps.
if (!document.querySelector("[data-focus]")) restore();
