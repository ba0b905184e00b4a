// Ctrl C copies the selected cell; Ctrl V fills cells to the right and below, also from a spreadsheet.
import { announce } from "../announce.js";
import { at, cellOf, cellsOf, inputOf, isEditing, place, rowsPlace, textOf } from "./grid.js";
import { commit, type } from "./saving.js";

rowsPlace?.addEventListener("copy", (event) => {
  const cell = cellOf(document.activeElement);
  if (!cell || isEditing(cell)) return;
  event.clipboardData.setData("text/plain", textOf(cell));
  event.preventDefault();
});
rowsPlace?.addEventListener("paste", (event) => {
  const cell = cellOf(event.target);
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const isTable = /[\t\n]/.test(text);
  if (!cell || (isEditing(cell) && !isTable)) return;
  event.preventDefault();
  const start = place(cell);
  let filled = 0, skipped = 0;
  text.split("\n").forEach((line, down) => line.split("\t").forEach((value, right) => {
    const target = at(start.row + down, start.column + right);
    const input = target && inputOf(target);
    if (!input) { skipped += value.trim() ? 1 : 0; return; }
    if (value.trim() === input.value) return;
    input.value = value.trim();
    type(target, input.value);
    commit(target);
    filled += 1;
  }));
  announce(`${filled} ${filled === 1 ? "cell" : "cells"} pasted${skipped ? `, ${skipped} left out` : ""}`);
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-row]");
  if (!button) return;
  const values = cellsOf(button.closest("tr")).map(textOf).join("\t");
  try {
    await navigator.clipboard.writeText(values);
    announce("Row copied");
  } catch {
    announce("The browser does not let this page copy. Select a cell and press Ctrl C.");
  }
});
