// Draws what hangs on a message: the same as chat/_attached.html and the card of a link. Loaded when the first such message comes.

import { isAtEnd, lang, made, toEnd, words } from "./room_messages.js";

const amount = (value, unit, digits) => new Intl.NumberFormat(lang, {style: "unit", unit, maximumFractionDigits: digits}).format(value);
const size = (bytes) => bytes < 1e6 ? amount(Math.max(1, Math.round(bytes / 1000)), "kilobyte", 0) : amount(bytes / 1e6, "megabyte", 1);

export function hang(message, {files = [], previews = []}) {
  const end = isAtEnd();
  for (const old of message.querySelectorAll("[data-attached],[data-card]")) old.remove();
  message.querySelector(".said").after(...(files.length ? [listOf(files)] : []), ...previews.map(cardOf));
  if (end) toEnd();
}

function listOf(files) {
  const rows = made("ul", {className: "c"});
  rows.dataset.attached = "";
  rows.append(...files.map((file) => {
    const row = made("li"), about = file.seconds === undefined ? size(file.size) : `${clock(file.seconds)} · ${size(file.size)}`;
    row.append(drawn(file), " ", made("span", {className: "soft sm", textContent: about}));
    return row;
  }));
  return rows;
}

function drawn(file) {
  if (file.seconds !== undefined) {
    const player = made("audio", {controls: true, preload: "none", src: file.url});
    player.setAttribute("aria-label", words.voice);
    return player;
  }
  const link = made("a", {href: file.url});
  if (file.small && !("low" in document.body.dataset)) {
    link.append(made("img", {loading: "lazy", width: file.width, height: file.height, alt: file.name, src: file.small}));
  } else link.append(made("bdi", {textContent: file.small ? words.picture.replace("%(what)s", file.name) : file.name}));
  return link;
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function cardOf({url, title, description, site}) {
  const card = made("div", {className: "card"}), link = made("a", {href: url, rel: "nofollow noopener ugc"});
  card.dataset.card = "";
  link.append(made("b"));
  link.firstChild.append(made("bdi", {textContent: title}));
  card.append(link, ...(description ? [line("sm", description)] : []), line("soft sm", site));
  return card;
}

function line(className, text) {
  const row = made("span", {className});
  row.append(made("bdi", {textContent: text}));
  return row;
}
