// The timer on the row: T or its button starts and stops it on the server; the cell of its day shows it and grows each minute.
import { announce } from "../announce.js";
import { address, cellById, inputOf, isEditing, projectOf, rowsPlace, style, table } from "./grid.js";
import { format, parse } from "./minutes.js";
import { apply, partsOf } from "./parts.js";
import { bring } from "./rowlist.js";
import { isUnsaved, savedText } from "./saving.js";

const [START, STOP] = (table?.dataset.timers ?? "").split(" ");
const slot = () => document.querySelector("#timer-side [data-timer]");
let drawn = Date.now(), runs = null, shown = null;

function read() {
  const timer = slot();
  drawn = Date.now();
  if (!timer?.dataset.runsOn) return null;
  const { runsOn: row, runsDay: day, runsWritten: written, timerSeconds: seconds } = timer.dataset;
  return { row, day, id: `c-${row}-${day.replaceAll("-", "")}`, written: Number(written), seconds: Number(seconds) };
}
const minutes = () => Math.max(0, Math.floor((runs.seconds + (Date.now() - drawn) / 1000) / 60) - runs.written);

// The cell shows what is saved and what runs; what is saved stays what the server said.
function tell() {
  const cell = runs && cellById(runs.id);
  if (shown && shown !== cell) unmark(shown);
  shown = cell || null;
  for (const button of document.querySelectorAll("[data-timer-row]")) name(button, button.dataset.timerRow === runs?.row);
  if (!cell) return;
  cell.classList.add("is-running");
  if (!cell.querySelector(":scope > [data-running]")) {
    const mark = document.getElementById("mark-running").content.firstElementChild.cloneNode(true);
    mark.dataset.running = "";
    cell.append(mark);
  }
  const input = inputOf(cell), more = minutes();
  if (!input || isEditing(cell) || isUnsaved(cell) || !more) return;
  const text = format((parse(savedText(cell)) ?? 0) + more, style);
  if (input.value === text) return;
  input.value = text;
  if (document.activeElement === input) input.select();
}
function unmark(cell) {
  cell.classList.remove("is-running");
  cell.querySelector(":scope > [data-running]")?.remove();
  if (inputOf(cell) && !isUnsaved(cell) && !isEditing(cell)) inputOf(cell).value = savedText(cell);
}
function name(button, isRunning) {
  const words = isRunning ? "Stop timer" : "Start timer";
  const place = button.querySelector("[data-timer-words]");
  if (place) place.textContent = words;
  else button.setAttribute("aria-label", `${words} on ${button.dataset.of}`);
  button.classList.toggle("is-on", isRunning);
}
// What ran before stands in the week now: its cell is read anew.
async function changed() {
  const before = runs;
  runs = read();
  tell();
  if (!before || (before.id === runs?.id && runs.written === before.written)) return;
  const inWeek = rowsPlace.querySelector(`[data-on="${before.day}"]`) ?? document.querySelector(`#sum-${before.day.replaceAll("-", "")}`);
  if (!inWeek) return;
  if (!cellById(before.id) && await bring(before.row) !== "") return;
  const cell = cellById(before.id);
  if (!cell) return;
  const response = await fetch(address(cell, `cell/${before.row}/`), { headers: { "HX-Request": "true" } }).catch(() => null);
  if (response?.ok) for (const { element } of partsOf(await response.text())) apply(element);
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-timer-row]");
  if (!button || !START) return;
  const row = button.dataset.timerRow, isRunning = runs?.row === row;
  await window.htmx.ajax("POST", isRunning ? STOP : START, { values: isRunning ? {} : { row }, swap: "none", target: table });
  announce(isRunning ? "Timer stopped" : `Timer started on ${projectOf(rowsPlace.querySelector(`[data-row="${row}"] [data-cell]`))}`);
});
if (START) {
  document.addEventListener("psa:timer-shown", changed);
  document.addEventListener("psa:cell-shown", tell);
  runs = read();
  tell();
  setInterval(tell, 1000);
}
