// The text field with more: formatting, a preview while one pauses, and names while one types. Drafts are kept by drafts.js.

import { AS_SHOWN } from "./guildhall.js";

const low = "low" in document.body.dataset;

document.querySelectorAll("[data-composer]").forEach((composer) => {
  const text = composer.querySelector("textarea");
  const bar = composer.querySelector(".bar[hidden]");
  if (bar) offerTools(bar);
  composer.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act) format(text, act);
  });
  if ("preview" in composer.dataset) previewInPlace(composer, text);
});
document.querySelectorAll("textarea[data-mentions]").forEach(suggestNames);

// --- formatting: what was selected is wrapped, and stays selected

const MARKS = { bold: ["**", "**"], ital: ["*", "*"], link: ["[", "](https://)"] };
const LINES = { quote: "> ", list: "- " };

/** The bar carries the words of each button under the name of its symbol. */
function offerTools(bar) {
  const sheet = document.querySelector('use[href*="/symbols."]')?.getAttribute("href").split("#")[0];
  for (const [act, words] of Object.entries(bar.dataset).reverse()) {
    bar.insertAdjacentHTML("afterbegin", `<button class="icon-btn" type="button" data-act="${act}"><svg class="i" width="20" height="20" aria-hidden="true"><use href="${sheet}#${act}"/></svg><span class="vh"></span></button>`);
    bar.querySelector(".vh").textContent = words;
  }
  bar.hidden = false;
}

function format(text, act) {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const chosen = value.slice(start, end);
  const made = LINES[act] ? chosen.split("\n").map((line) => LINES[act] + line).join("\n") : MARKS[act][0] + chosen + MARKS[act][1];
  const before = LINES[act] && start > 0 && value[start - 1] !== "\n" ? "\n" : "";
  text.focus();
  text.setRangeText(before + made, start, end, "end");
  if (MARKS[act]) text.setSelectionRange(start + MARKS[act][0].length, start + MARKS[act][0].length + chosen.length);
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

// --- preview

function previewInPlace(composer, text) {
  const card = composer.nextElementSibling;
  let timer = 0;
  if (!low) {
    text.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => preview(composer, text, card), 900);
    });
  }
  composer.querySelector("[name=preview]").addEventListener("click", (event) => {
    event.preventDefault();
    preview(composer, text, card);
  });
  document.addEventListener("guildhall:placed", (event) => {
    if (event.detail.form === text.form) card.hidden = true;
  });
}

async function preview(composer, text, card) {
  card.hidden = !text.value.trim();
  if (card.hidden) return;
  const body = new URLSearchParams(new FormData(text.form));
  body.set("preview", "1");
  try {
    const response = await fetch(composer.dataset.preview || text.form.getAttribute("action"), { method: "POST", body, headers: AS_SHOWN });
    if (response.ok) card.querySelector(".prose").innerHTML = await response.text();
  } catch {}
}

// --- names: the combobox pattern on a text field

function suggestNames(text) {
  const list = Object.assign(document.createElement("ul"), { className: "suggest", hidden: true, id: `${text.id}-names` });
  list.setAttribute("role", "listbox");
  text.after(list);
  let newest = 0;
  text.addEventListener("input", async () => {
    const typed = text.value.slice(0, text.selectionStart).match(/(?:^|\s)@([\p{L}\p{N}_.-]{2,30})$/u)?.[1];
    const mine = ++newest;
    const people = typed ? await ask(text.dataset.mentions, typed) : [];
    if (mine === newest) show(text, list, people, typed);
  });
  text.addEventListener("keydown", (event) => steer(event, text, list));
  text.addEventListener("blur", () => setTimeout(() => document.activeElement === text || show(text, list, []), 150));
}

async function ask(address, typed) {
  try {
    const response = await fetch(`${address}?q=${encodeURIComponent(typed)}`);
    return response.ok ? (await response.json()).slice(0, 6) : [];
  } catch {
    return [];
  }
}

function show(text, list, people, typed = "") {
  list.replaceChildren(
    ...people.map((person, i) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${i}`;
      item.setAttribute("role", "option");
      item.textContent = `${person.name} · @${person.handle}`;
      item.onmousedown = (event) => {
        event.preventDefault();
        take(text, list, person.handle, typed);
      };
      item.take = item.onmousedown;
      return item;
    }),
  );
  list.hidden = !people.length;
  choose(text, list, 0);
}

function choose(text, list, index) {
  [...list.children].forEach((item, i) => item.setAttribute("aria-selected", i === index));
  if (list.hidden) text.removeAttribute("aria-activedescendant");
  else text.setAttribute("aria-activedescendant", list.children[index].id);
}

function steer(event, text, list) {
  if (list.hidden) return;
  const items = [...list.children];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) choose(text, list, (at + moves[event.key] + items.length) % items.length);
  else if (event.key === "Enter" || event.key === "Tab") items[at].take(event);
  else if (event.key === "Escape") show(text, list, []);
  else return;
  event.preventDefault();
}

function take(text, list, handle, typed) {
  const end = text.selectionStart;
  text.setRangeText(`@${handle} `, end - typed.length - 1, end, "end");
  show(text, list, []);
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
