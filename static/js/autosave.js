// A practice is saved while one writes. Without this module the button "Save draft" does the same.
// The version that was read goes along, so that two windows never overwrite each other. What the device keeps until then is drafts.js's.

import { AS_SHOWN } from "./guildhall.js";

const PAUSE = 1500;
const RETRY = 15_000;
const form = document.querySelector("form[data-autosave]");
const said = form.querySelector("[data-said]");
let timer = 0;
let sending = false;
let changed = false;
let stopped = false;

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
    take(await fetch(form.getAttribute("action"), { method: "POST", body, headers: AS_SHOWN, keepalive: leaving && body.toString().length < 60_000 }));
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
  if (!changed) form.dispatchEvent(new CustomEvent("guildhall:saved"));
  if (form.getAttribute("action") !== address) {
    form.setAttribute("action", address);
    history.replaceState(null, "", address);
    form.querySelector("[data-draft]").dataset.draft = `practice:${address.match(/\d+/)[0]}`;
  }
  said.textContent = words;
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

form.addEventListener("input", () => {
  changed = true;
  if (!stopped) later();
});
form.addEventListener("guildhall:filled", () => {
  said.textContent = form.dataset.restored;
  changed = true;
  later();
});
form.addEventListener("submit", () => {
  clearTimeout(timer);
  stopped = true;
});
addEventListener("online", () => later(0));
addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));
