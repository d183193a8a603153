// Picking messages where they stand: a box beside each, and the form that goes on with those that are ticked. Without this file the link
// opens a page of boxes.

const link = document.getElementById("pick"), form = document.getElementById("picks"), list = document.getElementById("log");
const write = document.getElementById("write");

function box(message) {
  if (!message.id?.startsWith("m-") || message.querySelector("[name=message]")) return;
  // One that goes on where its author has begun stands by itself meanwhile.
  if (message.classList.contains("on")) message.dataset.on = "";
  message.classList.remove("on");
  const header = message.querySelector("header"), label = document.createElement("label"), input = document.createElement("input");
  label.className = "check";
  Object.assign(input, { type: "checkbox", name: "message", value: message.id.slice(2) });
  input.ariaLabel = [...header.children].map((part) => part.textContent.trim()).filter(Boolean).join(" ");
  input.setAttribute("form", form.id);
  label.append(input);
  header.prepend(label);
}

const arriving = new MutationObserver(() => list.querySelectorAll("li").forEach(box));

link.addEventListener("click", (event) => {
  event.preventDefault();
  show(true);
  list.querySelectorAll("li").forEach(box);
  arriving.observe(list, { childList: true });
  if (location.hash === "#about") location.hash = "end";  // on a phone the link stands in a panel that covers the room
  list.closest(".log").focus();
});

form.addEventListener("reset", () => {
  show(false);
  arriving.disconnect();
  list.querySelectorAll("label:has([name=message])").forEach((label) => label.remove());
  list.querySelectorAll("[data-on]").forEach((message) => message.classList.add("on"));
  link.focus();
});

function show(picking) {
  form.hidden = !picking;
  if (write) write.hidden = picking;
}
