// Moving, typing, saving by keyboard. A cell is selected (typing replaces, arrows move) or being edited (F2, or after the first key).
import { collapse, isBlock, spreadBy } from "./block.js";
import { clearBlock } from "./clipboard.js";
import { at, cellOf, cells, cellsOf, holder, inputOf, isEditing, isNarrow, makeCurrent, place, rows, rowsPlace, select, style, table } from "./grid.js";
import { openEntries } from "./entries.js";
import { format, parse } from "./minutes.js";
import { commit, commitAll, remember, restore, retry, type } from "./saving.js";
import { undo } from "./undo.js";

const STEP = 15, DAY = 24 * 60;
const STARTS = /^[0-9０-９.,:．：，]$/u;

export function echo(cell) {
  const input = inputOf(cell);
  cell.querySelector(".cell-echo")?.remove();
  const minutes = parse(input.value);
  if (!minutes || format(minutes, style) === input.value.trim()) return;
  const output = document.createElement("output");
  output.className = "cell-echo";
  output.textContent = `= ${format(minutes, style)}`;
  cell.append(output);
}
function edit(cell, { caret = false } = {}) {
  const input = inputOf(cell);
  if (!input || isEditing(cell)) return;
  cell.classList.add("is-editing");
  if (caret) input.setSelectionRange(input.value.length, input.value.length);
}
export function leave(cell) {
  if (!isEditing(cell)) return;
  cell.classList.remove("is-editing");
  cell.querySelector(".cell-echo")?.remove();
  commit(cell);
  remember(cell);
}
function clear(cell) {
  const input = inputOf(cell);
  if (!input || !input.value) return;
  input.value = "";
  type(cell, "");
  commit(cell);
}
function step(cell, by) {
  const input = inputOf(cell);
  const minutes = Math.max(0, Math.min(DAY, (parse(input.value) ?? 0) + by));
  input.value = minutes ? format(minutes, style) : "";
  type(cell, input.value);
  echo(cell);
}
function go(cell, down, right) {
  const here = place(cell);
  const next = at(here.row + down, here.column + right);
  if (next) select(next);
  return Boolean(next);
}
// Next or previous day, then the next row; false after the last and before the first cell. On a phone: the rows of the day.
function goOn(cell, by) {
  if (isNarrow()) return go(cell, by, 0);
  const all = cells();
  const next = all[all.indexOf(cell) + by];
  if (next) select(next);
  return Boolean(next);
}
function ends(cell, event) {
  const { row } = place(cell);
  const isFirst = event.key === "Home";
  const line = event.ctrlKey ? rows().at(isFirst ? 0 : -1) : rows()[row];
  select(cellsOf(line).at(isFirst ? 0 : -1));
}
const press = (selector) => document.querySelector(selector)?.click();

// What a key does while a cell is selected; true when it is taken.
function whileSelected(cell, event) {
  const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const key = event.key;
  if (key === "Shift") return false;
  if (moves[key] && event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey && !isNarrow()) { spreadBy(cell, ...moves[key]); return true; }
  if (moves[key] && !event.altKey && !event.ctrlKey && !event.metaKey) {
    collapse();
    // After the last day come the actions of the row.
    if (!go(cell, ...moves[key]) && key === "ArrowRight") cell.closest("tr").querySelector(".row-more")?.focus();
    return true;
  }
  if (key === "Home" || key === "End") { ends(cell, event); return true; }
  if ((event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === "z") { undo(); return true; }
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (key === "F2") { edit(cell, { caret: true }); return true; }
  if (key === "Delete" || key === "Backspace") { if (isBlock()) clearBlock(); else clear(cell); return true; }
  if (key === "Escape") { if (isBlock()) collapse(); else restore(cell); return true; }
  collapse();
  if (key === "Enter") {
    if (!inputOf(cell) && cell.querySelector("[data-entries]")) openEntries(cell);
    else go(cell, event.shiftKey ? -1 : 1, 0);
    return true;
  }
  if (key === "n" || key === "N") { press("#add-row"); return true; }
  if (key === "C" && event.shiftKey) { press('[data-key="shift+c"]'); return true; }
  if (key === "t" || key === "T") { cell.closest("tr").querySelector("[data-timer-row]")?.click(); return true; }
  if (key === "z" || key === "Z") { undo(); return true; }
  if (key === "?") { press('[data-key="?"]'); return true; }
  if (key.length !== 1) return false;
  if (STARTS.test(key) && inputOf(cell)) { inputOf(cell).select(); edit(cell); return false; }
  return true; // other letters would only spoil the value
}
function whileEditing(cell, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  switch (event.key) {
    case "Escape": restore(cell); leave(cell); inputOf(cell)?.select(); return true;
    case "Enter": leave(cell); if (!go(cell, event.shiftKey ? -1 : 1, 0)) inputOf(cell)?.select(); return true;
    case "ArrowUp": step(cell, STEP); return true;
    case "ArrowDown": step(cell, -STEP); return true;
    case "F2": return true;
    default: return false;
  }
}
rowsPlace?.addEventListener("keydown", (event) => {
  const cell = cellOf(event.target);
  if (!cell || event.isComposing || event.target !== holder(cell)) return;
  if (event.key === "Tab" && !event.ctrlKey && !event.altKey) {
    leave(cell);
    collapse();
    if (goOn(cell, event.shiftKey ? -1 : 1)) event.preventDefault();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.shiftKey) { event.preventDefault(); event.stopPropagation(); leave(cell); openEntries(cell); return; }
  const isTaken = isEditing(cell) ? whileEditing(cell, event) : whileSelected(cell, event);
  if (isTaken) { event.preventDefault(); event.stopPropagation(); }
});
rowsPlace?.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowLeft" || !event.target.matches(".row-more")) return;
  event.preventDefault();
  select(cellsOf(event.target.closest("tr")).at(-1));
});
rowsPlace?.addEventListener("input", (event) => {
  const cell = cellOf(event.target);
  if (!cell || event.target !== inputOf(cell)) return;
  edit(cell);
  type(cell, event.target.value);
  echo(cell);
});
rowsPlace?.addEventListener("focusin", (event) => {
  const cell = cellOf(event.target);
  if (!cell || event.target !== holder(cell)) return;
  makeCurrent(cell);
  if (inputOf(cell) && !isEditing(cell)) inputOf(cell).select();
});
rowsPlace?.addEventListener("focusout", (event) => {
  const cell = cellOf(event.target);
  if (cell && event.target === inputOf(cell)) leave(cell);
});
// The first press selects, the second one edits with the caret where it was pressed.
rowsPlace?.addEventListener("mousedown", (event) => {
  const cell = cellOf(event.target);
  if (!cell || event.target !== inputOf(cell)) return;
  if (document.activeElement === event.target) edit(cell);
});
rowsPlace?.addEventListener("mouseup", (event) => {
  const cell = cellOf(event.target);
  if (cell && event.target === inputOf(cell) && !isEditing(cell)) { event.preventDefault(); event.target.select(); }
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "s" && table) {
    event.preventDefault();
    const cell = cellOf(document.activeElement);
    if (cell) leave(cell);
    commitAll();
    retry();
  }
});
