// Ctrl C copies the selected cell or block, Ctrl X cuts it; Ctrl V fills cells to the right and below. Tabs and lines are
// what spreadsheets speak. What was pasted is undone in one go.
import { announce } from "../announce.js";
import { toast } from "../toasts.js";
import { block, collapse, filled, isBlock } from "./block.js";
import { at, cellOf, cellsOf, inputOf, isEditing, place, rowsPlace, select, table, textOf } from "./grid.js";
import { parse } from "./minutes.js";
import { commit, commitAll, idle, type } from "./saving.js";
import { together } from "./undo.js";

const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
const asTable = (lines) => lines.map((line) => line.map(textOf).join("\t")).join("\n");

function put(event) {
  const cell = cellOf(document.activeElement);
  if (!cell || isEditing(cell)) return false;
  event.clipboardData.setData("text/plain", isBlock() ? asTable(block()) : textOf(cell));
  event.preventDefault();
  announce(isBlock() ? `${count(block().flat().length, "cell")} copied` : "Cell copied");
  return true;
}
rowsPlace?.addEventListener("copy", put);
rowsPlace?.addEventListener("cut", (event) => { if (put(event)) clearBlock(); });

// Names in front of the numbers, as a copied sheet has them, are left away.
function readTable(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t").map((value) => value.trim()));
  const isName = (value) => value !== "" && parse(value) === undefined;
  while (lines[0].length > 1 && lines.every((line) => line.length > 1 && (line[0] === "" || isName(line[0]))) && lines.some((line) => isName(line[0]))) for (const line of lines) line.shift();
  return lines;
}
rowsPlace?.addEventListener("paste", (event) => {
  const cell = cellOf(event.target);
  const text = event.clipboardData.getData("text/plain");
  const lines = readTable(text);
  const isTable = lines.length > 1 || lines[0].length > 1;
  if (!cell || (isEditing(cell) && !isTable)) return;
  event.preventDefault();
  const targets = targetsFor(cell, lines);
  collapse();
  let done = 0, left = 0;
  const step = together(() => {
    for (const [target, value] of targets) {
      const input = target && inputOf(target);
      if (!input) { left += value ? 1 : 0; continue; }
      if (value === input.value) continue;
      input.value = value;
      type(target, value);
      commit(target);
      done += 1;
    }
  });
  const words = `${count(done, "cell")} pasted${left ? `, ${left} left out: no time can be typed there` : ""}.`;
  announce(words);
  if (done > 1) step.offer(words);
  else if (left) toast(words);
});
// One value fills a whole block; a table goes to the right and below.
function targetsFor(cell, lines) {
  if (lines.length === 1 && lines[0].length === 1 && isBlock()) return block().flat().map((target) => [target, lines[0][0]]);
  const cells = block().flat();
  const start = place(isBlock() ? cells[0] : cell);
  return lines.flatMap((line, down) => line.map((value, right) => [at(start.row + down, start.column + right), value]));
}
// Clears all cells of the block that can be typed into, by one request with one undo.
export async function clearBlock() {
  commitAll();
  await idle();
  const cells = filled();
  const current = rowsPlace.querySelector("[data-current]");
  if (cells.length) {
    const url = `${table.dataset.base}${cells[0].dataset.on}/rows/clear/${table.dataset.query}`;
    await window.htmx.ajax("POST", url, { values: { lines: cells.map((cell) => cell.dataset.version).join(",") }, swap: "none", target: table });
  }
  collapse();
  if (current) select(current);
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-row]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(asTable([cellsOf(button.closest("tr"))]));
    announce("Row copied");
  } catch {
    announce("The browser does not let this page copy. Select a cell and press Ctrl C.");
  }
});
