// Files on the way into a room: each is sent up when it is chosen, and goes with the next message. Loaded when somebody opens that part.

import { freshId } from "./fragments.js";
import { byId, lang, made } from "./room_messages.js";
import { sendUp, takeBack } from "./upload.js";

const MOST = 4;
const form = byId("write"), part = form.querySelector("[data-adding]"), words = part.dataset;
const chosen = new Set();
const rows = part.querySelector("[data-chosen]"), note = part.querySelector("[role=status]");
const megabytes = (n) => new Intl.NumberFormat(lang, {style: "unit", unit: n < 1e6 ? "kilobyte" : "megabyte", maximumFractionDigits: n < 1e6 ? 0 : 1})
  .format(Math.max(n / (n < 1e6 ? 1e3 : 1e6), 1));
const kept = () => [...part.querySelectorAll("[name=files]:checked")];  // sent up with this form before
let isWaited = false;

part.addEventListener("change", ({target}) => {
  if (target.type !== "file") return;
  for (const file of target.files) take(file);
  target.value = "";
});
for (const input of part.querySelectorAll("[type=file]")) input.dispatchEvent(new Event("change", {bubbles: true}));  // chosen before this was here
form.addEventListener("paste", ({clipboardData}) => [...clipboardData.files].forEach(take));

const place = made("div"), start = button(words.record, () => import("./recorder.js").then(({record}) => record(place, words, take)));
if (window.MediaRecorder && navigator.mediaDevices) {
  start.className = "btn sm";
  place.append(start);
  byId("voice").closest(".field").replaceWith(place);
}

/** Whether the file is in the list now; it stays there though it cannot be sent up at once. */
function take(file) {
  if (chosen.size + kept().length >= MOST) {
    tell(words.most);
    return false;
  }
  const item = {row: made("li", {className: "flex"}), client: freshId()};
  chosen.add(item);
  rows.append(item.row);
  part.open = true;
  begin(item, file);
  return true;
}

function begin(item, file) {
  const bar = made("progress", {max: 1, value: 0});
  bar.setAttribute("aria-label", file.name);
  tell("");
  const sending = sendUp(file, (done) => { bar.value = done; }, item.client);
  item.isBusy = true;
  show(item, file.name, file.size, bar, button(words.stop, () => { sending.stop(); drop(item); }));
  sending.done.then((sent) => {
    Object.assign(item, {id: sent.id, isBusy: false});
    show(item, sent.name, sent.size, button(words.remove, () => { takeBack(item.id); drop(item); }));
    ready();
  }, ({why}) => {
    item.isBusy = false;
    if (!chosen.has(item)) return ready();
    tell(words.unsent);
    show(item, file.name, file.size, made("span", {className: "err", textContent: `${words.failed} ${why ?? ""}`}),
      button(words.again, () => begin(item, file)), button(words.remove, () => drop(item)));
    isWaited = false;
  });
}

function show(item, name, size, ...rest) {
  item.row.replaceChildren(made("bdi", {textContent: name}), made("span", {className: "soft sm", textContent: megabytes(size)}), ...rest);
}

function button(textContent, press) {
  const drawn = made("button", {type: "button", className: "btn sm quiet", textContent});
  drawn.addEventListener("click", press);
  return drawn;
}

function drop(item) {
  chosen.delete(item);
  item.row.remove();
  if (!isWaited) tell("");
  byId("file").focus();
}

function tell(text) { note.textContent = text; }

function ready() {
  if (!isWaited || [...chosen].some((item) => item.isBusy)) return;
  isWaited = false;
  tell("");
  form.requestSubmit();
}

/** A recording that is not in the list yet would be left behind: it is asked for where it stands. */
function isOpen() {
  if (!place.firstChild || place.contains(start)) return false;
  const asked = place.querySelector("[role=alert]") ?? made("p", {className: "err", role: "alert"});
  asked.textContent = words.open;
  part.open = true;
  place.append(asked);
  place.scrollIntoView({block: "nearest"});
  return true;
}

/** What goes with the next message, as it is listed: undefined where nothing does, null where something is not ready. */
form.carrying = () => {
  if (isOpen()) return null;
  const items = [...chosen], boxes = kept();
  if (items.some((item) => item.isBusy)) {
    isWaited = true;  // then it is sent by itself
    tell(words.waits);
    return null;
  }
  if (items.some((item) => !item.id)) {
    part.open = true;
    tell(words.unsent);
    return null;
  }
  if (!boxes.length && !items.length) return undefined;
  for (const box of boxes) box.closest("label").remove();
  rows.replaceChildren();
  chosen.clear();
  tell("");
  part.open = false;
  return {files: [...boxes.map((box) => Number(box.value)), ...items.map((item) => item.id)]};
};
