// Approvals by keyboard: J and K go through the sheets, arrows through the lines, Space selects, E edits what is billed, Z undoes.
// A, R, Q, Shift A, J, K and ? press their buttons (data-key). A changed value of minutes is sent when its field is left.
import { announce } from "./announce.js";

const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, dialog");
const links = () => [...document.querySelectorAll("[data-item] .queue-link")];
const lines = () => [...document.querySelectorAll("#sheet [data-line]")];

// ---- moving -------------------------------------------------------------------------------------------------------

let pressedStep = ""; // the button that moved on is replaced with the sheet; its successor gets the focus

function moveSheet(step) {
  const all = links();
  const now = all.findIndex((link) => link.getAttribute("aria-current") === "true");
  const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  if (!next || next === all[now]) return;
  const folded = next.closest("details");
  if (folded) folded.open = true;
  next.click();
  next.scrollIntoView({ block: "nearest" });
}
function moveLine(step) {
  const all = lines();
  const now = all.indexOf(document.activeElement.closest("[data-line]"));
  all[Math.min(Math.max(now + step, 0), all.length - 1)]?.focus();
}
function select(line) {
  (line ?? document.querySelector("[data-item].is-on"))?.querySelector("[data-bulk-row]")?.click();
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  pressedStep = document.activeElement === button ? button.dataset.step : "";
  moveSheet(Number(button.dataset.step));
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !document.querySelector("[data-queue]")) return;
  if (document.querySelector("dialog[open]") || isTyping(event.target)) return;
  if (event.key === " " && event.target.closest("input, button, a, summary")) return;
  const line = document.activeElement.closest("[data-line]");
  const actions = {
    ArrowDown: () => moveLine(1),
    ArrowUp: () => moveLine(-1),
    " ": () => select(line),
    e: () => (line ?? lines()[0])?.querySelector("[data-what=billable]")?.select(),
    z: () => [...document.querySelectorAll("[data-toast] [data-undo-url]")].at(-1)?.click(),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("#queue-form, #lines-form")) event.preventDefault();
});

// ---- cutting what is billed ---------------------------------------------------------------------------------------

const underWay = new Set();
let afterCuts = null; // a decision that was asked for while a cut was on its way

async function cut(field, reason = "") {
  const place = field.closest("tbody");
  const { id } = place;
  const isChosen = place.querySelector("[name=line]").checked;
  underWay.add(id);
  const values = { [field.dataset.what]: field.value, version: field.dataset.version, reason };
  await window.htmx.ajax("POST", field.dataset.cut, { target: `#${id}`, swap: "outerHTML", source: field, values });
  underWay.delete(id);
  const now = document.getElementById(id);
  if (now && isChosen && !now.querySelector("[name=line]").checked) now.querySelector("[name=line]").click();
  if (now && document.activeElement === document.body) ["[data-cut-reason]", "[aria-invalid=true]", "[data-line]"].map((what) => now.querySelector(what)).find(Boolean)?.focus();
  const then = afterCuts;
  afterCuts = null;
  if (underWay.size || !then) return;
  if (unsaved()) showUnsaved();
  else then();
}
function showUnsaved() {
  const field = unsaved();
  (field.closest("tbody").querySelector("[data-cut-reason]") ?? field).focus();
  announce("A change of hours is not saved yet.");
}
const unsaved = () => [...document.querySelectorAll("#sheet [data-cut]")].find((field) => field.value.trim() !== field.dataset.saved);
// the field that is asked about, else what may be billed
const fieldOf = (element) => element.closest("tbody").querySelector("[data-cut][aria-invalid=true]") ?? element.closest("tbody").querySelector("[data-what=billable]");

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-cut]") && event.target.value.trim() !== event.target.dataset.saved) cut(event.target);
});
document.addEventListener("click", (event) => {
  const save = event.target.closest("[data-cut-save]");
  const undo = event.target.closest("[data-cut-undo]");
  if (save) cut(fieldOf(save), save.closest("tbody").querySelector("[data-cut-reason]").value);
  if (undo) {
    const field = fieldOf(undo);
    field.value = undo.dataset.cutUndo;
    cut(field);
  }
});
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-cut], [data-cut-reason]");
  if (!field || !["Enter", "Escape"].includes(event.key)) return;
  event.preventDefault();
  const place = field.closest("tbody");
  if (event.key === "Escape") {
    const leave = place.querySelector(".is-asking [data-cut-undo]");
    const typed = field.matches("[data-cut]") ? field : fieldOf(field);
    typed.value = typed.dataset.saved;
    place.querySelector("[data-line]").focus();
    leave?.click();
  } else if (field.matches("[data-cut-reason]")) cut(fieldOf(field), field.value);
  else field.blur();
});
// Nobody certifies a value that is not saved yet: the decision waits for the cut, or shows what is missing.
document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.elt.matches("[data-approve], [data-return], [data-ask]") || !(underWay.size || unsaved())) return;
  event.preventDefault();
  if (underWay.size) {
    afterCuts = () => event.detail.issueRequest(true);
    return;
  }
  showUnsaved();
});

// ---- what is chosen, what is open ---------------------------------------------------------------------------------

function countChosen() {
  const place = document.querySelector("[data-chosen]");
  if (!place) return;
  place.dataset.words ??= place.innerHTML;
  const chosen = [...document.querySelectorAll("#lines-form [name=line]:checked")];
  const minutes = chosen.reduce((sum, line) => sum + Number(line.dataset.minutes), 0);
  const words = document.querySelector("[data-approve-words]");
  words.textContent = chosen.length ? words.dataset.some : words.dataset.sheet;
  if (!chosen.length) {
    place.innerHTML = place.dataset.words;
    return;
  }
  const count = document.createElement("b");
  count.textContent = `${chosen.length} of ${place.dataset.lines} lines selected`;
  place.replaceChildren(count, ` · ${(minutes / 60).toFixed(2)} h`);
}
document.addEventListener("change", (event) => { if (event.target.closest("#lines-form")) countChosen(); });

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "sheet") return;
  const item = event.detail.requestConfig?.elt?.closest?.("[data-item]");
  if (!item) return;
  for (const each of document.querySelectorAll("[data-item]")) {
    each.classList.toggle("is-on", each === item);
    const link = each.querySelector(".queue-link");
    if (each === item) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  document.querySelector("[data-queue]").classList.add("show-detail");
  if (pressedStep) document.querySelector(`[data-step="${pressedStep}"]`)?.focus();
  pressedStep = "";
  const all = links();
  announce(`${document.getElementById("sheet-title").textContent}, sheet ${all.indexOf(item.querySelector(".queue-link")) + 1} of ${all.length}`);
});
// After a decision the page goes on with the next sheet; the button that was pressed is gone.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target?.id !== "approvals") return;
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById("sheet-title")?.focus();
  });
});
