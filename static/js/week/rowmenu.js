// The menu of a row asks the cells what can be done with them, so that a saved cell need not bring a new menu.
import { cellsOf, inputOf } from "./grid.js";

const isOpen = (cell) => inputOf(cell) && cell.dataset.version !== "0";
// The lines of a row that can be moved or cleared, each with its version: 5.1,6.2.
export const openLines = (row) => cellsOf(row).map((cell) => cell.dataset.open ?? (isOpen(cell) ? cell.dataset.version : "")).filter(Boolean).join(",");

document.addEventListener("click", (event) => {
  const row = event.target.closest(".row-more")?.closest("tr[data-row]");
  if (!row) return;
  const holds = { open: openLines(row) !== "", blank: cellsOf(row).every((cell) => cell.dataset.version === "0") };
  for (const item of row.querySelectorAll("[data-when]")) item.hidden = !holds[item.dataset.when];
}, true);
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (elt.matches("[data-with-lines]")) parameters.lines = openLines(elt.closest("tr[data-row]"));
});
