// A thread that stays open: posts that arrive, the unread line, reactions in place, quoting what was selected.
// Without this file every one of them is a link or a form.

import { AS_SHOWN, say } from "./guildhall.js";

const posts = document.getElementById("posts");
const text = document.querySelector("#reply textarea");
const [, id] = posts.dataset.topic.split(":");
const read = { number: Number(posts.dataset.last) || 0, timer: 0 };
const send = (address, fields) =>
  fetch(address, { method: "POST", headers: AS_SHOWN, body: new URLSearchParams(fields) });

// Here before a line breaks: then nothing more can be fetched.
if (text) import("./posts.js");

// --- posts that arrive

/** Only the last page grows. What depends on the reader stands in the template; the frame brings what is the same for all. */
function arrive(frame) {
  if (document.getElementById(`p${frame.number}`) || frame.state !== "posted") return;
  const post = document.getElementById("post-template").content.firstElementChild.cloneNode(true);
  post.id = `p${frame.number}`;
  fill(post, frame);
  if (String(frame.author.id) !== document.body.dataset.member) drawUnreadLine();
  else post.querySelector("[data-flag]")?.remove();
  place(post, frame.number);
  markReadSoon(frame.number);
}

function fill(post, frame) {
  const avatar = post.querySelector(".av");
  avatar.textContent = frame.author.initials;
  avatar.dataset.t = frame.author.tone;
  const author = post.querySelector("[data-author]");
  if (frame.author.url) author.href = frame.author.url;
  author.textContent = frame.author.name || author.dataset.author;
  post.querySelector("small bdi").textContent = frame.author.line;
  const time = post.querySelector("time");
  time.dateTime = frame.at;
  time.textContent = new Date(frame.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const number = post.querySelector("time + a");
  Object.assign(number, { href: `#p${frame.number}`, textContent: frame.number, ariaLabel: `${number.dataset.label} ${frame.number}` });
  Object.assign(post.querySelector(".prose"), { innerHTML: frame.html, lang: frame.lang, dir: frame.dir });
  for (const button of post.querySelectorAll("[data-kind]")) button.value = `${frame.id}${button.dataset.kind}1`;
  post.querySelector("[data-quote]")?.setAttribute("href", `/threads/${id}?page=last&quote=${frame.number}#reply`);
  post.querySelector("[data-flag]")?.setAttribute("href", `/replies/${frame.id}/flag`);
}

/** In the order of the numbers, whatever order they came in. */
function place(post, number) {
  const later = [...posts.children].find((other) => /^p\d+$/.test(other.id) && Number(other.id.slice(1)) > number);
  posts.insertBefore(post, later ?? document.getElementById("waiting"));
}

function drawUnreadLine() {
  if (document.getElementById("new")) return;
  const line = Object.assign(document.createElement("li"), { id: "new", className: "dim new" });
  line.append(Object.assign(document.createElement("span"), { textContent: posts.dataset.new }));
  posts.insertBefore(line, document.getElementById("waiting"));
}

/** Read is what was two seconds on a screen that somebody looks at. The line stays until one leaves. */
function markReadSoon(number) {
  read.number = Math.max(read.number, number);
  clearTimeout(read.timer);
  if (document.visibilityState !== "visible" || !document.body.dataset.member) return;
  read.timer = setTimeout(() => send(`/threads/${id}/read`, { number: read.number }).catch(() => {}), 2000);
}

document.addEventListener("visibilitychange", () => read.number > Number(posts.dataset.last) && markReadSoon(read.number));

// One's own post may come twice: as the answer to the form and over the socket. What the page counts comes with it and takes its place.
document.addEventListener("guildhall:placed", (event) => {
  for (const node of event.detail.nodes) {
    if (!node.id) continue;
    document.querySelectorAll(`[id="${node.id}"]`).forEach((twin) => twin !== node && twin.replaceWith(node));
    if (/^p\d+$/.test(node.id)) place(node, Number(node.id.slice(1)));
  }
});

if (posts.dataset.last && document.body.dataset.member) {
  const place = { after: Number(posts.dataset.last), epoch: posts.dataset.epoch };
  import("./bell.js").catch(() => {});
  import("./live.js").then(({ follow }) => follow(posts.dataset.topic, { ...place, entry: (_number, frame) => arrive(frame), reset: () => location.reload() }));
}

// --- reactions, answers and what waits: buttons of the one form around the posts

posts.closest("form").addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button?.name !== "r") return;
  event.preventDefault();
  event.stopPropagation();
  button.setAttribute("aria-busy", "true");
  const response = await send(posts.closest("form").action, { r: button.value }).catch(() => null);
  button.removeAttribute("aria-busy");
  if (!response?.ok) return say("bad", document.getElementById("flash").dataset.failed ?? "");
  const [post, about] = [button.closest(".post"), button.value.slice(0, -1)];
  post.querySelector(".acts").outerHTML = await response.text();
  post.querySelector(`[name=r][value^="${about}"]`)?.focus();
});

// --- quoting: the words that are selected, or the whole post as the link does it

posts.addEventListener("click", (event) => {
  const link = event.target.closest("a[href*='quote=']");
  const chosen = String(getSelection()).trim();
  const post = link?.closest(".post");
  if (!post || !text || !chosen || !post.querySelector(".prose").contains(getSelection().anchorNode)) return;
  event.preventDefault();
  const reply = post.querySelector("[name=r]").value.match(/^\d+/)[0];
  const name = post.querySelector(".by > a").textContent.replace(/[[\]\\`*_<>]/g, "");
  const lines = chosen.split("\n").map((line) => `> ${line}`.trim());
  insert(`${lines.join("\n")}\n>\n> — [${name} #${post.id.slice(1)}](/replies/${reply})\n\n`);
});

function insert(quotation) {
  const before = text.value && !text.value.endsWith("\n\n") ? "\n\n" : "";
  text.focus();
  text.setRangeText(before + quotation, text.value.length, text.value.length, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
