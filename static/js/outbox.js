// What is not yet stored by the server, on this device, under the member's id, in the order it was written. Removed at sign-out.
// An item is {frame: {client_id, ...}} for the socket or {id, ...} for a form, with state "waiting" or "failed", why and at.
// Several windows share it: each change begins with what is stored, so that none of them undoes what another has added.

import { forget, keep, recall } from "./kept.js";

const WAITS_MS = 14 * 86_400_000;
const idOf = (item) => item.frame?.client_id ?? item.id;

export class Outbox {
  constructor(member, name, changed) {
    Object.assign(this, { member, name, changed, stores: true });
    this.items = this.read();
    addEventListener("storage", (event) => {
      if (event.key !== `guildhall:${member}:${name}`) return;
      this.items = this.read();
      this.changed();
    });
  }

  /** What has waited for two weeks is sent no more unasked, and stays to be seen: whoever wrote it sends it again or discards it. */
  read() {
    const items = recall(this.member, this.name) ?? [];
    for (const item of items) if (item.state === "waiting" && Date.now() - item.at > WAITS_MS) Object.assign(item, { state: "failed", why: "" });
    return items;
  }

  /** Where nothing can be stored, this window alone holds it. */
  change(how) {
    if (this.stores) this.items = this.read();
    how();
    if (this.items.length) this.stores = keep(this.member, this.name, this.items);
    else forget(this.member, this.name);
    document.dispatchEvent(new Event("guildhall:outbox"));
    this.changed();
  }

  find(id) { return this.items.find((item) => idOf(item) === id); }

  add(item) { this.change(() => this.items.push({ state: "waiting", at: Date.now(), ...item })); }

  mark(id, state, why = "", more = {}) { this.change(() => Object.assign(this.find(id) ?? {}, { state, why, ...more })); }

  again(id) { this.mark(id, "waiting", "", { at: Date.now() }); }

  remove(id) {
    if (this.find(id)) this.change(() => { this.items = this.items.filter((item) => idOf(item) !== id); });
  }
}
