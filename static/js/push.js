// The settings of pushes: this device asks its browser for an address, and tells it to the house.

import { AS_SHOWN, say } from "./guildhall.js";

const place = document.querySelector("[data-push]"), button = document.querySelector("[data-push-on]"), words = place.dataset;

if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) place.textContent = words.none;
else if (Notification.permission === "denied") place.textContent = words.denied;
else start();

async function start() {
  place.textContent = "";
  button.parentElement.hidden = false;
  button.onclick = () => ask().catch(() => say("bad", Notification.permission === "denied" ? words.denied : words.failed));
}

async function ask() {
  if ((await Notification.requestPermission()) !== "granted") return say("warn", words.denied);
  await navigator.serviceWorker.register("/push.js", { scope: "/" });
  const { pushManager } = await navigator.serviceWorker.ready;
  const told = await subscribed(pushManager);
  const { endpoint, keys } = told.toJSON();
  const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
  const response = await fetch("/account/push", { method: "POST", headers: AS_SHOWN, body });
  if (response.ok) return location.reload();
  await told.unsubscribe();
  say("bad", (await response.json()).detail);
}

// A browser keeps to the key that it was asked with first: after the house's has changed it must ask anew.
async function subscribed(pushManager) {
  const wanted = { userVisibleOnly: true, applicationServerKey: words.push };
  try {
    return await pushManager.subscribe(wanted);
  } catch (error) {
    const old = await pushManager.getSubscription();
    if (error.name !== "InvalidStateError" || !old) throw error;
    await old.unsubscribe();
    return pushManager.subscribe(wanted);
  }
}
