// A page of a room that does not show its end: it says when something new has come there.

import { follow } from "./live.js";

const list = document.getElementById("log"), me = Number(document.body.dataset.member);
const blocked = new Set(list.dataset.blocked?.split(" ").map(Number));
const tell = () => { document.getElementById("below").hidden = false; };

follow(list.dataset.topic, {
  after: Number(list.dataset.seq), epoch: list.dataset.epoch, reset: tell,
  entry: (_seq, {kind, author}) => kind === "sent" && author !== me && !blocked.has(author) && tell(),
});

import("./bell.js").catch(() => {});
