// Rows that come and go: taking blank ones from the screen, and bringing one back for what was typed into it.
import { csrfToken } from "../csrf.js";
import { address, cellsOf, inputOf, number, rows, table } from "./grid.js";
import { addRow, partsOf } from "./parts.js";
import { isUnsaved } from "./saving.js";

const hasNothing = (row) => cellsOf(row).every((cell) => cell.dataset.version === "0" && !isUnsaved(cell) && !inputOf(cell)?.value);

async function hide(gone) {
  if (!gone.length) return;
  const body = new URLSearchParams(gone.map((row) => ["row", row.dataset.row]));
  const url = address(cellsOf(gone[0])[0], "rows/hide/");
  const response = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok) return;
  for (const row of gone) row.remove();
  number();
  document.getElementById("add-row").focus();
}
document.addEventListener("click", (event) => {
  const one = event.target.closest("[data-hide-row]");
  if (one) hide([one.closest("tr")]);
  else if (event.target.closest("[data-hide-blank]")) hide(rows().filter(hasNothing));
});

// Adds a row by its key; why it is refused, or empty.
export async function bring(key) {
  try {
    const url = `${table.dataset.base}${table.dataset.from}/rows/${table.dataset.query}`;
    const response = await fetch(url, { method: "POST", body: new URLSearchParams({ row: key }), headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" }, redirect: "manual" });
    const html = await response.text();
    if (response.ok) { addRow(partsOf(html)[0].element); return ""; }
    return new DOMParser().parseFromString(html, "text/html").querySelector("p")?.textContent ?? "The row is closed.";
  } catch {
    return null; // the line is down: later
  }
}
