// Passkeys: forms marked data-passkey ask the server for a challenge, the device for an answer, and are then sent as any form.
// They stay hidden where they could not work: without the browser's support, or at another address than the site's own.

import { say } from "./guildhall.js";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (form.dataset.origin !== location.origin) continue;
    form.hidden = false;
    form.parentElement.querySelector("[data-no-passkeys]")?.remove();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      prove(form, event.submitter);
    });
  }
}

async function prove(form, button) {
  if (button?.disabled) return;
  button?.toggleAttribute("disabled", true);
  try {
    form.elements.credential.value = JSON.stringify(answer(await ask(form)));
    const keep = document.querySelector("input[type=checkbox][name=keep]");
    if (form.elements.keep && keep?.checked) form.elements.keep.value = keep.value;
    form.submit();
  } catch (error) {
    if (error.message !== "asked") say("warn", form.dataset.stopped);
  } finally {
    button?.toggleAttribute("disabled", false);
  }
}

async function ask(form) {
  const response = await fetch(form.dataset.begin, { method: "POST", headers: { "X-Fragment": "1" } });
  if (!response.ok) {
    say("bad", (await response.json()).detail);
    throw new Error("asked");
  }
  const options = await response.json();
  options.challenge = bytes(options.challenge);
  if (form.dataset.passkey === "get") return navigator.credentials.get({ publicKey: options });
  options.user.id = bytes(options.user.id);
  options.excludeCredentials = named(options.excludeCredentials);
  return navigator.credentials.create({ publicKey: options });
}

// What PublicKeyCredential.toJSON() gives, in browsers that have no such method yet, too.
function answer({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return { id, rawId: text(rawId), type, response: Object.fromEntries(said) };
}
