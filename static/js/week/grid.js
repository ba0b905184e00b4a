// The grid's elements: cells and where they are, what stands in them, marks in a cell and messages under its row.
export const table = document.getElementById("week");
export const rowsPlace = document.getElementById("week-rows");
export const style = table?.dataset.style ?? "decimal";
const narrow = matchMedia("(max-width: 991.98px)");
// One day at a time: on a narrow screen, and in the day view.
export const isNarrow = () => narrow.matches || table?.dataset.view === "day";
export const isPhone = () => narrow.matches;

export const rows = () => [...rowsPlace.querySelectorAll(":scope > tr[data-row]")];
export const cellsOf = (row) => [...row.querySelectorAll(":scope > [data-cell]")];
export const cells = () => [...rowsPlace.querySelectorAll("[data-cell]")];
export const cellOf = (element) => element?.closest?.("#week-rows [data-cell]") ?? null;
export const cellById = (id) => cellOf(document.getElementById(id));
export const inputOf = (cell) => cell.querySelector(":scope > .cell-in");
export const holder = (cell) => inputOf(cell) ?? cell;
export const isEditing = (cell) => cell.classList.contains("is-editing");
export const textOf = (cell) => (inputOf(cell) ? inputOf(cell).value : cell.querySelector(".cell-ro")?.firstChild?.textContent ?? "").trim();

export function place(cell) {
  const all = rows();
  const row = cell.closest("tr[data-row]");
  return { row: all.indexOf(row), column: cellsOf(row).indexOf(cell), rows: all };
}
export function at(row, column) {
  const line = rows()[row];
  return line ? cellsOf(line)[column] ?? null : null;
}
export const address = (cell, what) => `${table.dataset.base}${cell.dataset.on}/${what}${table.dataset.query}`;
export const dayName = (cell) => /(?:^| )d-(\w+)/.exec(cell.className)?.[1] ?? "";
const [WEEKDAY, SHORT] = [{ weekday: "long" }, { weekday: "short" }].map((kind) => new Intl.DateTimeFormat("en-US", { ...kind, timeZone: "UTC" }));
export const weekday = (cell) => WEEKDAY.format(new Date(cell.dataset.on));
export const shortDay = (cell) => `${SHORT.format(new Date(cell.dataset.on))} ${Number(cell.dataset.on.slice(8))}`;
export const projectOf = (cell) => cell?.closest("tr").querySelector(".row-title").textContent ?? "";

// On a phone one day is on the screen at a time.
export function showDay(name) {
  table.dataset.day = name;
  for (const tab of document.querySelectorAll("[data-day-tab]")) tab.setAttribute("aria-pressed", String(tab.dataset.dayTab === name));
  // The address names the day, so that a reload and the switch of the view keep it.
  const on = rowsPlace.querySelector(`.d-${name}[data-on]`)?.dataset.on;
  if (!on) return;
  const day = document.querySelector("[data-day-link]");
  if (day) day.href = day.href.replace(/\d{4}-\d{2}-\d{2}/, on);
  if (table.dataset.view === "day") history.replaceState(null, "", day.href);
}

// Roving tabindex: one cell of the grid is in the tab order.
export function makeCurrent(cell) {
  for (const other of rowsPlace.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
  for (const other of rowsPlace.querySelectorAll("[data-current]")) {
    delete other.dataset.current;
    if (!other.classList.contains("is-picked")) other.removeAttribute("aria-selected");
  }
  holder(cell).tabIndex = 0;
  cell.dataset.current = "";
  cell.setAttribute("aria-selected", "true");
}
export function select(cell) {
  if (!cell) return;
  if (isNarrow()) showDay(dayName(cell));
  makeCurrent(cell);
  holder(cell).focus({ preventScroll: false });
}

// The mark of a passing state (saving, saved, not saved) covers the cell's own mark.
export function mark(cell, kind) {
  cell.querySelector(":scope > .cell-mark[data-passing]")?.remove();
  cell.classList.remove("is-saving", "is-saved", "is-failed", "is-wrong", "is-conflict");
  cell.classList.toggle("has-passing", Boolean(kind));
  if (!kind) return;
  cell.classList.add(`is-${kind}`);
  const fresh = document.getElementById(`mark-${kind}`).content.firstElementChild.cloneNode(true);
  fresh.dataset.passing = "";
  cell.prepend(fresh);
}

// A message stands under the row of its cell, after that row's other messages.
export function message(cell, element) {
  clearMessage(cell);
  if (!element) return;
  element.id = `x-${cell.id.slice(2)}`;
  element.dataset.day = dayName(cell);
  element.dataset.of = cell.id;
  let last = cell.closest("tr");
  while (last.nextElementSibling?.classList.contains("row-msg")) last = last.nextElementSibling;
  last.after(element);
  const field = holder(cell);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", element.id);
}
export function clearMessage(cell) {
  document.getElementById(`x-${cell.id.slice(2)}`)?.remove();
  const field = holder(cell);
  field.removeAttribute("aria-invalid");
  const returned = document.getElementById(`r-${cell.id.slice(2)}`);
  if (returned) field.setAttribute("aria-describedby", returned.id);
  else field.removeAttribute("aria-describedby");
}

// Row and column numbers for screen readers, after rows came or went.
export function number() {
  rows().forEach((row, index) => row.setAttribute("aria-rowindex", String(index + 2)));
  const blank = document.getElementById("week-blank");
  if (blank) blank.hidden = rows().length > 0;
}
