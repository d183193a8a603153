// What somebody types into a form with drafted(): kept on this device at each pause, and on the server for their other devices.
// It comes back after a crash, an expired session, a dead link or an error. What another device wrote is offered and never taken
// over unseen: a save names the draft it has read (the hidden field "kept"), and the server refuses it when another stands there.

import { AS_SHOWN } from "./guildhall.js";
import { fill, filledIn, isBlank, pairsOf } from "./fields.js";
import { forget, keep, recall, sent } from "./kept.js";

const PAUSE = 400;
const DAY = 86_400_000;
const UP = "low" in document.body.dataset ? 15_000 : 3000;
const member = document.body.dataset.member;
const page = performance.getEntriesByType("navigation")[0];

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class Draft {
  constructor(note) {
    Object.assign(this, { note, form: note.closest("form"), words: note.dataset, timers: [], sent: false, theirs: null });
    this.line = this.form.querySelector("[data-kept]");
    if (this.line && !this.line.id) this.form.querySelector("button.pri")?.closest("form > p, form > div > p")?.after(this.line);
    this.fresh = pairsOf(this.form, true);
    this.client = this.form.elements.client_id?.value;
    // The page has filled in the server's draft itself, or it knows nothing of one and the form is as it was stored.
    this.isFilledIn = !("ask" in this.words || "own" in this.words);
    this.listen();
    this.resume();
  }

  get key() { return `draft:${this.words.draft}`; }

  get other() { return `draft:${this.words.draft}|other`; }

  get mark() { return this.form.elements.kept.value; }

  set mark(value) { this.form.elements.kept.value = value; }

  listen() {
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("submit", (event) => this.leaves(event));
    this.form.addEventListener("guildhall:saved", () => this.done());
    document.addEventListener("guildhall:placed", (event) => event.detail.form === this.form && this.done());
    addEventListener("pagehide", () => this.timers[0] && this.store());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.timers[1] && this.save(true));
    addEventListener("online", () => this.unsaved && this.save());
    for (const [name, act] of [["use", () => this.use()], ["leave", () => this.stay()]]) this.note.querySelector(`[data-${name}]`).onclick = act;
  }

  // --- while one types

  typed() {
    this.timers.forEach(clearTimeout);
    this.sent = false;
    this.unsaved = true;
    if (this.client) this.form.elements.client_id.value = this.client;
    this.timers = [setTimeout(() => this.store(), PAUSE), setTimeout(() => this.save(), UP)];
  }

  /** Nothing is a draft that is as the page brought it, or empty. */
  nothing() {
    return isBlank(this.form) || (!this.isFilledIn && same(pairsOf(this.form), this.fresh));
  }

  store() {
    this.timers[0] = 0;
    if (this.sent) return;
    if (this.nothing()) return forget(member, this.key);
    if (this.put(false)) this.tell(this.words.here);
  }

  put(synced, more = {}) {
    const about = { title: document.querySelector("h1")?.textContent.trim(), path: location.pathname };
    return keep(member, this.key, { fields: pairsOf(this.form), fresh: this.fresh, mark: this.mark, next: this.next, synced, at: Date.now(), ...about, ...more });
  }

  async save(leaving = false) {
    clearTimeout(this.timers[1]);
    this.timers[1] = 0;
    if (!member || "own" in this.words || this.sent || this.theirs?.mark || this.saving) return;
    const fields = this.nothing() ? [] : pairsOf(this.form);
    if (!fields.length && !this.mark) return;
    this.saving = true;
    this.next = mark(); // chosen here, so that it is known even if the answer never comes
    if (fields.length) this.put(false);
    const body = new URLSearchParams({ draft: this.words.draft, kept: this.mark, mark: this.next, filled: JSON.stringify(fields) });
    const sent = { method: "POST", body, headers: AS_SHOWN, keepalive: leaving && body.toString().length < 60_000 };
    const response = await fetch("/drafts", sent).catch(() => null);
    this.saving = false;
    if (response) this.answered(response, fields);
  }

  async answered(response, fields) {
    const told = response.ok || response.status === 409 ? await response.json() : null;
    if (!told || this.sent) return;
    if (response.status === 409) {
      if (told.mark && told.mark !== this.next) return this.offer(told);
      this.mark = told.mark ?? ""; // an earlier save of ours, or sent and removed on another device
      return this.save();
    }
    this.mark = told.mark;
    if (!fields.length || !same(fields, pairsOf(this.form))) return;
    this.unsaved = false;
    if (this.put(true)) this.tell(this.words.both);
  }

  // --- coming back

  async resume() {
    const mine = recall(member, this.key);
    const other = recall(member, this.other);
    if (other) this.offer(other);
    const again = this.form.querySelector("[aria-invalid]") || document.querySelector("[data-focus]");
    const theirs = "ask" in this.words ? await this.ask() : this.mark ? { mark: this.mark, fields: this.fresh } : null;
    if (again) return this.typed(); // the page shows what was typed, and what is wrong with it
    if (!mine?.fields) return theirs && "ask" in this.words && !same(theirs.fields, this.fresh) ? this.offer(theirs) : null;
    if (!this.isFilledIn && same(mine.fields, this.fresh)) return forget(member, this.key); // it was stored after all
    if (theirs && (theirs.mark === mine.next || same(theirs.fields, mine.fields))) mine.mark = theirs.mark;
    const isNews = theirs && theirs.mark !== mine.mark;
    if (mine.synced && isNews) return "ask" in this.words ? this.offer(theirs) : forget(member, this.key);
    const finishedElsewhere = mine.synced && mine.mark && !theirs && theirs !== undefined;
    if (finishedElsewhere || (!this.isFilledIn && !same(mine.fresh, this.fresh))) return this.putAside(mine);
    this.restore(mine);
    if (isNews) this.offer(theirs);
  }

  restore(mine) {
    if (!same(mine.fields, pairsOf(this.form))) {
      fill(this.form, mine.fields);
      this.unsaved = !mine.synced;
      this.tell(this.words.back, mine.at);
      if (mine.client) this.form.elements.client_id.value = mine.client; // what may have arrived is sent under the same id
      if (this.unsaved) this.timers[1] = setTimeout(() => this.save(), UP);
    } else this.tell(this.words.here, mine.at);
    if ("ask" in this.words) this.mark = mine.mark;
  }

  /** What was typed here belongs to another state of the form: it is offered, and kept beside what is typed now. */
  putAside(mine) {
    const { fields, at, title, path } = mine;
    const other = { fields, at, title, path, device: null };
    if (keep(member, this.other, other)) forget(member, this.key);
    this.offer(other);
  }

  /** null for nothing; undefined where it cannot be known. */
  async ask() {
    if (!member) return null;
    try {
      const response = await fetch(`/drafts/kept?${new URLSearchParams({ form: this.words.draft })}`);
      const told = await response.json();
      return told.mark ? told : null;
    } catch {
      return undefined;
    }
  }

  offer(theirs) {
    this.theirs = theirs;
    const longest = theirs.fields.map(([, text]) => text).sort((a, b) => b.length - a.length)[0] ?? "";
    const text = theirs.device === null ? this.words.earlier : this.words.newer;
    this.note.firstElementChild.textContent = `${text.replace("{device}", theirs.device || "?").replace("{at}", moment(theirs.at ?? Date.now()))} “${longest.slice(0, 120)}”`;
    this.note.hidden = false;
  }

  use() {
    const { fields, mark, device } = this.theirs;
    fill(this.form, fields);
    if (device !== null) this.mark = mark;
    this.chosen();
    this.put(device !== null);
    if (device === null) this.typed();
  }

  stay() {
    if (this.theirs.device !== null) this.mark = this.theirs.mark;
    this.chosen();
    if (!this.nothing()) this.save();
  }

  chosen() {
    if (this.theirs.device === null) forget(member, this.other);
    this.theirs = null;
    this.note.hidden = true;
  }

  // --- sending

  /** The text stays until a page of ours has come back: settle() forgets it then. */
  leaves(event) {
    if (event.submitter?.name === "preview" ) return;
    this.timers.forEach(clearTimeout);
    this.timers = [];
    if (this.saving) this.mark = `${this.mark}.${this.next}`;
    if ("fragment" in this.form.dataset || this.nothing()) return;
    this.put(false, { client: this.form.elements.client_id?.value });
    this.sent = true;
    sent(this.key);
  }

  done() {
    this.timers.forEach(clearTimeout);
    if (this.isFilledIn) for (const field of filledIn(this.form)) if (field.type === "textarea") field.value = field.defaultValue = "";
    Object.assign(this, { timers: [], unsaved: false, mark: "", fresh: pairsOf(this.form), client: this.form.elements.client_id?.value });
    forget(member, this.key);
    if (this.line) this.line.textContent = "";
  }

  tell(words, at = Date.now()) {
    if (this.line) this.line.textContent = `${words}, ${moment(at)}`;
  }
}

const mark = () => [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function moment(at) {
  const date = new Date(at);
  const day = date.toDateString() === new Date().toDateString() ? {} : { day: "numeric", month: "short" };
  return date.toLocaleString(document.documentElement.lang, { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** A form was sent from this window: its text is forgotten once a good page of ours has come back for whoever wrote it. */
export function settle(key) {
  const came = page?.type === "navigate" && document.referrer.startsWith(location.origin);
  if (key && came && !document.querySelector("[data-error], .banner.bad")) forget(member, key);
}

export function start() {
  forgetOld();
  document.querySelectorAll("[data-draft]").forEach((note) => new Draft(note));
}

/** What nobody came back to for a month goes, whoever it belonged to; a guest's within a day. */
function forgetOld() {
  try {
    for (const key of Object.keys(localStorage)) {
      const most = key.startsWith("guildhall:guest:") ? DAY : 30 * DAY;
      if (key.startsWith("guildhall:") && Date.now() - (JSON.parse(localStorage.getItem(key)).at ?? Date.now()) > most) localStorage.removeItem(key);
    }
  } catch {}
}
