// What a room said before: older messages by scrolling up, and the newest anew after a reset.

import { byId, callMe, list, scroller, silently, toEnd, topic } from "./room_messages.js";
import { dropWhatCame, stillWaiting } from "./room_waiting.js";

const link = byId("older");
let loading = false;
let meanwhile = null;  // what is heard while the newest fifty are on their way

async function fetchLog(query) {
  const answer = await fetch(`/rooms/${topic.split(":")[1]}${query}`, {headers: {"X-Fragment": "1"}});
  if (!answer.ok) throw new Error(answer.status);
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("log");
}

async function older() {
  const {before} = list.dataset;
  if (loading || !before) return;
  loading = true;
  try {
    const earlier = await fetchLog(`?before=${before}`);
    if (before !== list.dataset.before) return;  // the log began anew meanwhile
    const height = scroller.scrollHeight, top = scroller.scrollTop;
    const first = list.querySelector(".dim:not(.new)");
    const day = list.querySelector("[data-day]")?.dataset.day;
    if (first && [...earlier.querySelectorAll("[data-day]")].at(-1)?.dataset.day === day) first.remove();
    earlier.querySelector("#new")?.remove();
    callMe(earlier);
    silently(() => list.prepend(...earlier.children));
    begin(earlier);
    scroller.scrollTop = top + scroller.scrollHeight - height;
  } finally {
    loading = false;
  }
}

/** The log begins anew where what was loaded does; without anything before it the link hides, and a reset may bring it back. */
function begin({dataset: {before}}) {
  list.dataset.before = before;
  link.href = `?before=${before}`;
  link.parentElement.hidden = !before;
}

new IntersectionObserver(([top]) => top.isIntersecting && scroller.scrollTop < 200 && older(), {root: scroller, rootMargin: "200px"}).observe(link);
link.addEventListener("click", (event) => { event.preventDefault(); older(); });

/** Notes a frame that comes while the newest are being loaded: what is loaded may not hold it yet. */
export function overhear(frame) { meanwhile?.push(frame); }

/** Loads the newest messages anew; `arrive` is given what came meanwhile. */
export async function reset(arrive) {
  meanwhile ??= [];
  const fresh = await fetchLog("").catch(() => null);
  if (!fresh) return setTimeout(reset, 5000, arrive);
  callMe(fresh);
  silently(() => list.replaceChildren(...fresh.children, ...stillWaiting()));
  Object.assign(list.dataset, {epoch: fresh.dataset.epoch, seq: fresh.dataset.seq});
  begin(fresh);
  dropWhatCame();
  const later = meanwhile ?? [];
  meanwhile = null;
  for (const frame of later) if (frame.seq > Number(fresh.dataset.seq)) arrive(frame);
  toEnd();
}
