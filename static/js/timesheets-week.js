// The week grid. Each module binds itself; here is what joins them: messages' buttons, the bar, days, dialogs that wait for saving.
import "./week/budgets.js";
import "./week/clipboard.js";
import { openEntries } from "./week/entries.js";
import "./week/keys.js";
import { bringAllBack, tellElsewhere } from "./week/kept.js";
import "./week/picker.js";
import { giveReason } from "./week/reasons.js";
import { openLines } from "./week/rowmenu.js";
import "./week/timers.js";
import { cellById, cells, cellsOf, dayName, holder, isNarrow, isPhone, makeCurrent, number, rows, rowsPlace, select, showDay, table } from "./week/grid.js";
import { again, commitAll, forget, idle, isBusy, keepMine, onChange, restore, retry, stuck, takeTheirs } from "./week/saving.js";

const bar = document.getElementById("week-unsaved");
function showUnsaved() {
  const count = stuck();
  bar.hidden = count === 0;
  bar.querySelector("[data-words]").textContent = count === 1 ? "1 cell not saved" : `${count} cells not saved`;
}
onChange(showUnsaved);

// Buttons of the messages under a row.
rowsPlace.addEventListener("click", (event) => {
  const button = event.target.closest("[data-retry], [data-keep-mine], [data-take-theirs], [data-restore], [data-write-note], [data-give-reason]");
  const cell = button && cellById(button.closest(".row-msg").dataset.of);
  if (!cell) return;
  if ("writeNote" in button.dataset) { writeNote(cell); return; }
  if ("giveReason" in button.dataset && !takeReason(cell, button)) return;
  if ("retry" in button.dataset) retry();
  else if ("keepMine" in button.dataset) keepMine(cell);
  else if ("takeTheirs" in button.dataset) takeTheirs(cell);
  else if ("restore" in button.dataset) restore(cell);
  holder(cell).focus();
});
// A reason is asked for once for a day; whatever waits for it there goes again.
function takeReason(cell, button) {
  const field = button.closest(".msg").querySelector("[data-reason]");
  const text = field.value.trim();
  if (!text) { field.setAttribute("aria-invalid", "true"); field.focus(); return false; }
  giveReason(cell.dataset.on, text);
  for (const message of rowsPlace.querySelectorAll(".row-msg:has([data-reason])")) {
    const other = cellById(message.dataset.of);
    if (other?.dataset.on === cell.dataset.on) again(other);
  }
  return true;
}
rowsPlace.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-reason]")) return;
  event.preventDefault();
  event.target.closest(".msg").querySelector("[data-give-reason]").click();
});
// A line that needs a note at once is written in its dialog, with the hours that were typed.
let noteFor = null;
async function writeNote(cell) {
  noteFor = cell.id;
  await openEntries(cell);
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr, requestConfig } = event.detail;
  if (!noteFor || target.id !== "dialog" || requestConfig.verb !== "post" || xhr.status !== 200) return;
  const cell = cellById(noteFor);
  noteFor = null;
  if (cell) forget(cell); // what was typed came with the dialog
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-reload]")) { event.preventDefault(); location.reload(); }
});
document.addEventListener("click", (event) => {
  const clear = event.target.closest("[data-clear-row]");
  if (!clear) return;
  const url = `${table.dataset.base}${cells()[0].dataset.on}/rows/clear/${table.dataset.query}`;
  window.htmx.ajax("POST", url, { values: { lines: openLines(clear.closest("tr")) }, swap: "none", target: table });
});

// Submitting waits until the last cell is saved; what cannot be saved is said in the dialog.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-after-saving]");
  if (!button || !isBusy()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  commitAll();
  button.setAttribute("aria-busy", "true");
  await idle();
  button.removeAttribute("aria-busy");
  document.getElementById("week-actions").querySelector(`[${button.hasAttribute("hx-get") ? "hx-get" : "hx-post"}][data-after-saving]`)?.click();
}, true);
document.addEventListener("htmx:afterSwap", (event) => {
  const line = event.detail.target.id === "dialog" && event.detail.target.querySelector("[data-unsaved]");
  if (!line || !stuck()) return;
  line.hidden = false;
  line.querySelector("span").textContent = `${stuck() === 1 ? "1 cell is" : `${stuck()} cells are`} not saved yet and not part of this. Close this and look at the rows marked in amber or red.`;
});

// Days on a phone, the calendar, and the way to what was returned.
for (const tab of document.querySelectorAll("[data-day-tab]")) tab.addEventListener("click", () => showDay(tab.dataset.dayTab));
const date = document.querySelector("[data-week-date]");
document.querySelector("[data-week-pick]")?.addEventListener("click", () => date.showPicker());
date?.addEventListener("change", () => { if (date.value) location.href = `${table.dataset.base}${date.value}/${table.dataset.query}`; });
document.querySelector("[data-go-to]")?.addEventListener("click", (event) => {
  select(rowsPlace.querySelector(`.is-returned[data-on="${event.currentTarget.dataset.goTo}"]`));
});

// A dialog gives the focus back to what opened it; where that was replaced meanwhile, to the current cell.
for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("close", () => setTimeout(() => {
  const current = rowsPlace.querySelector("[data-current]");
  if (document.activeElement === document.body && current) holder(current).focus();
}));

// Copied rows are there to be filled in: the focus goes to the first of them, unless a dialog tells of others.
let rowsBefore = 0;
document.addEventListener("htmx:oobBeforeSwap", (event) => { if (event.detail.target === rowsPlace) rowsBefore = rows().length; });
document.addEventListener("htmx:oobAfterSwap", (event) => {
  const row = event.detail.target === rowsPlace && rows()[rowsBefore];
  if (!row || document.querySelector("dialog[open]")) return;
  const cell = cellsOf(row).find((each) => dayName(each) === table.dataset.day) ?? cellsOf(row)[0];
  if (isPhone()) makeCurrent(cell);
  else select(cell);
});

number();
bringAllBack();
tellElsewhere();
const first = cellById(table.dataset.first) ?? cells()[0];
if (first) {
  makeCurrent(first);
  // On a phone the focus would open the keypad over the page.
  if (!isPhone() && !location.hash && !document.querySelector("dialog[open]")) select(first);
}
