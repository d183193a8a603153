// The number on the bell of a page that has a line anyway: for this alone no page opens one.

import { follow } from "./live.js";

const bell = document.querySelector("[data-waiting]");

function show({ number }) {
  const shown = bell.querySelector(".count");
  if (!number) return shown?.remove();
  const text = number < 100 ? String(number) : "99+";
  if (shown) shown.firstChild.data = text;
  else bell.append(Object.assign(document.createElement("span"), { className: "count", dir: "ltr", textContent: text }));
}

if (bell) follow(`waiting:${document.body.dataset.member}`, { entry: (_seq, frame) => show(frame) });
