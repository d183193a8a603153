// Loaded on every page. Everything here only shortens a way that works without it; the longer modules come when they are needed.

import { leave, recall, sent } from "./kept.js";

/** What goes along with every form a module sends: an answer as a fragment, and whose page this is. */
export const AS_SHOWN = { "X-Fragment": "1", "X-Member": document.body.dataset.member ?? "" };

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Says a sentence in the banner place of the page: kind "ok", "warn" or "bad". */
export function say(kind, text) {
  const place = document.getElementById("flash");
  const banner = document.createElement("div");
  banner.className = `banner ${kind}`;
  banner.append(Object.assign(document.createElement("p"), { textContent: text }));
  place.replaceChildren(banner);
  if (kind === "bad") place.scrollIntoView({ block: "nearest" });
}

// Somebody who scrolls to a text field is about to write.
function loadWhatFormsNeed() {
  whenInView(all("[data-composer], [data-mentions]"), () => import("./composer.js"));
  // At once, since a line that is there now may be gone when somebody writes. What was sent from this window is settled first.
  const key = sent();
  if (!key && !document.querySelector("[data-draft]")) return;
  import("./drafts.js").then((drafts) => {
    drafts.settle(key);
    drafts.start();
  });
}

function whenInView(places, load) {
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    load();
  }, { rootMargin: "200px" });
  places.forEach((place) => seen.observe(place));
}

// A second press sends nothing. After ten seconds one may try again: the form's client id makes that harmless.
function watchForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post" || event.defaultPrevented) return;
    if (form.dataset.busy) return event.preventDefault();
    form.dataset.busy = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), 10_000);
    if ("fragment" in form.dataset && event.submitter?.name !== "preview") inPlace(event);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-facets]");
    if (form) import("./fragments.js").then((fragments) => fragments.narrow(form, event.target), () => form.requestSubmit());
  });
  addEventListener("pageshow", () => all("form[data-busy]").forEach(release));
}

// Forms marked data-fragment are sent in the background. Where the module does not come, the browser sends them.
function inPlace(event) {
  const { target: form, submitter } = event;
  event.preventDefault();
  import("./fragments.js").then(
    (fragments) => fragments.send(form, submitter),
    () => {
      release(form);
      delete form.dataset.fragment;
      form.requestSubmit(submitter);
    },
  );
}

export function release(form) {
  delete form.dataset.busy;
  all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
}

// "25 min ago" grows older on the page as well. The server's own words stay: only their number changes.
function refreshTimes() {
  const plural = new Intl.PluralRules(document.documentElement.lang);
  const fresh = all("time[datetime*='T']").filter((time) => age(time) < 60 && /^\D*\d{1,2}\D*$/.test(time.textContent));
  if (!fresh.length) return;
  setInterval(() => {
    for (const time of fresh) {
      const before = Number(time.textContent.match(/\d+/)[0]);
      const now = Math.max(1, Math.floor(age(time)));
      if (now < 60 && plural.select(now) === plural.select(before)) time.textContent = time.textContent.replace(/\d+/, now);
    }
  }, 60_000);
}

const age = (time) => (Date.now() - Date.parse(time.dateTime)) / 60_000;

// The avatar's menu closes as people expect it to.
function closeMenus() {
  const close = (menu) => menu.removeAttribute("open");
  document.addEventListener("click", (event) => {
    all("details.menu[open]").filter((menu) => !menu.contains(event.target)).forEach(close);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all("details.menu[open]")) {
      close(menu);
      menu.firstElementChild.focus();
    }
  });
}

// What waits for a line is sent from whatever page is open when there is one.
const waits = (name) => recall(document.body.dataset.member, name)?.length;

function sendWhatWaits() {
  if (waits("posts")) import("./posts.js");
  if (waits("outbox")) import("./live.js").then((live) => live.openLive());
}

function forgetAtSignOut() {
  all("form[data-signout]").forEach((form) => form.addEventListener("submit", (event) => {
    if (form.dataset.loses && (waits("posts") || waits("outbox"))) {
      event.preventDefault();
      say("warn", form.dataset.loses);
      form.dataset.loses = "";
    } else leave(document.body.dataset.member);
  }));
}

// What a device keeps, on the help page.
function showWhatIsKept() {
  const place = document.querySelector("[data-kept-list]");
  if (place) import("./device.js").then((device) => device.start(place, document.body.dataset.member));
}

// The search page opens over this one; in low-data mode, and with a modifier key, the link is a link.
function openSearchOverThePage() {
  const link = document.querySelector("a[data-search]");
  if (!link || "low" in document.body.dataset || location.pathname === "/search") return;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    import("./search.js").then((search) => search.open(link), () => location.assign(link.href));
  });
}

loadWhatFormsNeed();
watchForms();
refreshTimes();
closeMenus();
openSearchOverThePage();
forgetAtSignOut();
sendWhatWaits();
showWhatIsKept();
document.querySelector("[data-focus]")?.focus();
