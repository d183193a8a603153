// What is not yet stored by the server, on this device, under the member's id, in the order it was written. Removed at sign-out.
// An item is {frame: {client_id, ...}} for the socket or {id, ...} for a form, with state "waiting" or "failed", why and at.

import { forget, keep, recall } from "./kept.js";

const KEPT_MS = 14 * 86_400_000;
const idOf = (item) => item.frame?.client_id ?? item.id;

export class Outbox {
  constructor(member, name, changed) {
    Object.assign(this, { member, name, changed });
    this.items = this.read().filter((item) => Date.now() - item.at < KEPT_MS);
    addEventListener("storage", (event) => {
      if (event.key !== `guildhall:${member}:${name}`) return;
      this.items = this.read();
      this.changed();
    });
  }

  read() { return recall(this.member, this.name) ?? []; }

  write() {
    if (this.items.length) keep(this.member, this.name, this.items);
    else forget(this.member, this.name);
    document.dispatchEvent(new Event("guildhall:outbox"));
    this.changed();
  }

  find(id) { return this.items.find((item) => idOf(item) === id); }

  add(item) {
    this.items.push({ state: "waiting", at: Date.now(), ...item });
    this.write();
  }

  mark(id, state, why = "") {
    const item = this.find(id);
    if (item) { Object.assign(item, { state, why }); this.write(); }
  }

  remove(id) {
    if (!this.find(id)) return;
    this.items = this.items.filter((item) => idOf(item) !== id);
    this.write();
  }
}
