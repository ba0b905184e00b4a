// Several cells at once: Shift and arrows or a press with Shift spread the selection from a cell to a block.
import { at, cellOf, inputOf, place, rowsPlace, select } from "./grid.js";

let corner = null; // where the block began; the current cell is the other corner

export function block() {
  const current = rowsPlace.querySelector('[aria-selected="true"][data-current]');
  if (!current) return [];
  const here = place(current);
  const there = corner?.isConnected ? place(corner) : here;
  const [top, bottom] = [here.row, there.row].sort((a, b) => a - b);
  const [left, right] = [here.column, there.column].sort((a, b) => a - b);
  const lines = [];
  for (let row = top; row <= bottom; row += 1) {
    const line = [];
    for (let column = left; column <= right; column += 1) line.push(at(row, column));
    lines.push(line);
  }
  return lines;
}
export const isBlock = () => corner !== null;
function show() {
  for (const old of rowsPlace.querySelectorAll(".is-picked")) { old.classList.remove("is-picked"); if (!("current" in old.dataset)) old.removeAttribute("aria-selected"); }
  if (corner) for (const cell of block().flat()) { cell.classList.add("is-picked"); cell.setAttribute("aria-selected", "true"); }
}
export function collapse() {
  if (!corner) return;
  corner = null;
  show();
}
function spread(from, to) {
  if (!to) return;
  const begun = corner ?? from;
  select(to);
  corner = begun === to ? null : begun;
  show();
}
export function spreadBy(cell, down, right) {
  const here = place(cell);
  spread(cell, at(here.row + down, here.column + right));
}
rowsPlace?.addEventListener("mousedown", (event) => {
  const cell = cellOf(event.target);
  if (!cell) return;
  const from = cellOf(document.activeElement);
  if (!event.shiftKey || !from || from === cell) { collapse(); return; }
  event.preventDefault();
  spread(from, cell);
});
export const filled = () => block().flat().filter((cell) => inputOf(cell)?.value && cell.dataset.version !== "0");
