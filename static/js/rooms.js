// The list of rooms: its numbers are asked for again every twenty seconds, while somebody looks at the page.

const EVERY_MS = 20_000;

async function refresh() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(location.href, {headers: {"X-Fragment": "1"}}).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("rooms");
  const shown = document.getElementById("rooms");
  if (fresh && shown && !shown.contains(document.activeElement)) shown.replaceWith(fresh);
}

setInterval(refresh, EVERY_MS);
