// The dialog with the lines of a cell: opened by the mark in the cell or Ctrl Enter; lines are added and removed in it.
import { address, cellOf, holder, rowsPlace, style } from "./grid.js";
import { parse, format } from "./minutes.js";
import { commit, idle, isUnsaved, typedText } from "./saving.js";

// While the dialog is on its way, what is typed is for its note: it is kept and put there, and no key of the grid acts.
let coming = null;
const unplaced = new Map(); // by cell: typed for a dialog that did not come

export async function openEntries(cell) {
  if (coming) return;
  coming = { id: cell.id, text: unplaced.get(cell.id) ?? "", isDone: false };
  commit(cell);
  if (isUnsaved(cell)) await idle();
  const text = typedText(cell);
  try {
    await window.htmx.ajax("GET", address(cell, `entries/${cell.dataset.row}/`), { target: "#dialog", source: holder(cell), values: text ? { text } : {} });
  } finally {
    arrive();
  }
}
function arrive() {
  const { id, text, isDone } = coming;
  coming = null;
  unplaced.delete(id);
  const form = document.querySelector("#dialog[open] form");
  if (form) window.htmx.process(form); // htmx would bind it a moment later; fast fingers are faster
  if (!text && !isDone) return;
  const note = document.querySelector("#dialog[open] textarea[name=note]:not([readonly])");
  if (!note) { if (text) unplaced.set(id, text); return; }
  note.value = note.value ? `${note.value} ${text}` : text;
  note.focus();
  note.setSelectionRange(note.value.length, note.value.length);
  if (isDone) form.requestSubmit();
}
document.addEventListener("keydown", (event) => {
  if (!coming || event.isComposing) return;
  const { key } = event;
  const isCommand = event.ctrlKey || event.metaKey || event.altKey;
  if (key === "Enter" && isCommand) coming.isDone = true;
  else if (isCommand) return;
  else if (coming.isDone) return;
  else if (key.length === 1) coming.text += key;
  else if (key === "Enter") coming.text += "\n";
  else if (key === "Backspace") coming.text = coming.text.slice(0, -1);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
rowsPlace?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-entries]");
  if (button) openEntries(cellOf(button));
});
let added = 0;
document.addEventListener("click", (event) => {
  const adding = event.target.closest("[data-add-line]");
  if (adding) {
    const body = adding.closest(".dialog-body");
    const line = body.querySelector("template[data-line]").content.firstElementChild.cloneNode(true);
    added += 1;
    for (const element of line.querySelectorAll("[id], [for]")) {
      for (const name of ["id", "for"]) if (element.hasAttribute(name)) element.setAttribute(name, `${element.getAttribute(name)}-${added}`);
    }
    body.querySelector("[data-lines]").append(line);
    line.querySelector("[name=text]").focus();
  }
  const removing = event.target.closest("[data-remove-line]");
  if (removing) remove(removing.closest(".entry-line"));
});
// A new line goes at once; one that is stored is struck through until the dialog is saved, and can be kept after all.
function remove(line) {
  if (!line.querySelector("[name=entry]").value) {
    const other = line.previousElementSibling ?? line.nextElementSibling;
    line.remove();
    other?.querySelector("[name=text]").focus();
    return;
  }
  const flag = line.querySelector("[name=removed]");
  flag.value = flag.value ? "" : "1";
  line.classList.toggle("is-removed", flag.value === "1");
  const button = line.querySelector("[data-remove-line]");
  button.setAttribute("aria-pressed", String(flag.value === "1"));
}
// Start and end make the hours, which are then not typed.
const CLOCK = /^(\d{1,2})(?::?(\d{2}))?\s*(am|pm|a|p)?$/i;
function minuteOf(text) {
  const found = CLOCK.exec(text.normalize("NFKC").replace(/[.\s]/g, ""));
  if (!found) return undefined;
  const hour = Number(found[1]), half = found[3]?.[0].toLowerCase();
  return (half ? (hour % 12) + (half === "p" ? 12 : 0) : hour) * 60 + Number(found[2] ?? 0);
}
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-starts], [data-ends]")) return;
  const line = event.target.closest(".entry-line");
  const [from, to] = ["[data-starts]", "[data-ends]"].map((name) => minuteOf(line.querySelector(name).value));
  const hours = line.querySelector("[name=text]");
  const minutes = from !== undefined && to !== undefined ? (to || 24 * 60) - from : 0;
  hours.readOnly = minutes > 0;
  if (minutes > 0) hours.value = format(minutes, style);
  else if (parse(hours.value) === undefined) hours.value = "";
});
