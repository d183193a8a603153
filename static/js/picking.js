// Picking messages where they stand: a box beside each, and the form that goes on with those that are ticked. Without this file the link
// opens a page of boxes.

const link = document.getElementById("pick"), form = document.getElementById("picks"), list = document.getElementById("log");
const write = document.getElementById("write");

function box(message) {
  if (!message.id?.startsWith("m-") || message.querySelector("[name=message]")) return;
  const header = message.querySelector("header"), label = document.createElement("label"), input = document.createElement("input");
  label.className = "check";
  Object.assign(input, { type: "checkbox", name: "message", value: message.id.slice(2), ariaLabel: header.textContent });
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
  list.closest(".log").focus();
});

form.addEventListener("reset", () => {
  show(false);
  arriving.disconnect();
  list.querySelectorAll("label:has([name=message])").forEach((label) => label.remove());
  link.focus();
});

function show(picking) {
  form.hidden = !picking;
  if (write) write.hidden = picking;
}
