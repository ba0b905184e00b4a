// Add row: a combobox that searches on the server; Tab goes on to labor code, class and billable of the chosen row.
import { announce } from "../announce.js";
import { csrfToken } from "../csrf.js";
import { complain } from "../answers.js";
import { address, cellsOf, dayName, inputOf, number, select, table } from "./grid.js";
import { addRow, partsOf } from "./parts.js";

const box = document.getElementById("row-picker");
const field = document.getElementById("row-search");
const list = document.getElementById("row-choices");
const opener = document.getElementById("add-row");
let asked = 0, timer = 0, task = "", step = "";

const options = () => [...list.querySelectorAll('[role="option"]:not([aria-disabled])')];
const active = () => list.querySelector(".is-active");

function show(option) {
  active()?.setAttribute("aria-selected", "false");
  active()?.classList.remove("is-active");
  if (!option) { field.removeAttribute("aria-activedescendant"); return; }
  option.classList.add("is-active");
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}
function highlight(words) {
  const found = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).filter(Boolean);
  if (!found.length) return;
  for (const place of list.querySelectorAll("[data-mark]")) {
    place.replaceChildren(...place.textContent.split(new RegExp(`(${found.join("|")})`, "i")).map((part, index) => {
      if (index % 2 === 0) return document.createTextNode(part);
      return Object.assign(document.createElement("mark"), { textContent: part });
    }));
  }
}
async function search() {
  const turn = ++asked;
  const url = new URL(box.dataset.search, location.href);
  if (task) { url.searchParams.set("task", task); url.searchParams.set("step", step); }
  else url.searchParams.set("q", field.value);
  let html;
  try {
    const response = await fetch(url, { headers: { Accept: "text/html", "HX-Request": "true" }, redirect: "manual" });
    if (!response.ok) throw new Error(String(response.status));
    html = await response.text();
  } catch {
    html = '<li class="picker-none" role="presentation">The list did not arrive. Check the connection and type again.</li>';
  }
  if (turn !== asked || box.hidden) return; // a later question is under way
  list.innerHTML = html;
  if (!task) highlight(field.value.trim().split(/\s+/));
  show(options()[0]);
}
// Above its button, as long as it fits there; a week with few rows has its room below.
const HEIGHT = 400;
function open() {
  const { top, bottom } = opener.getBoundingClientRect();
  box.classList.toggle("is-below", top < HEIGHT && innerHeight - bottom > top);
  box.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  field.value = "";
  task = "";
  list.replaceChildren();
  field.focus();
  search();
}
function close(back = true) {
  if (box.hidden) return;
  box.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (back) opener.focus();
}
async function take(option) {
  if (!option) return;
  const key = option.dataset.keyOf;
  const there = document.getElementById(`row-${key}`);
  if (there) { close(false); goTo(there); return; }
  let response;
  try {
    response = await fetch(box.dataset.add, { method: "POST", body: new URLSearchParams({ row: key }), headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" }, redirect: "manual" });
  } catch { /* said below */ }
  if (!response?.ok) {
    close();
    complain(response?.status === 422 ? partsOrText(await response.text()) : "The row was not added. Check the connection and try again.");
    return;
  }
  const row = addRow(partsOf(await response.text())[0].element);
  close(false);
  goTo(row);
  announce("Row added");
}
function partsOrText(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("p")?.textContent ?? "The row was not added.";
}
// To the day where typing begins, or the first one of the row that takes time.
function goTo(row) {
  const all = cellsOf(row);
  const wanted = document.getElementById(table.dataset.first);
  const name = wanted ? dayName(wanted) : table.dataset.day;
  const cell = all.find((each) => dayName(each) === name);
  select(cell && inputOf(cell) ? cell : all.find(inputOf) ?? all[0]);
}
function move(by) {
  const all = options();
  if (all.length) show(all[(all.indexOf(active()) + by + all.length) % all.length]);
}
// Tab: labor code, class, billable, as far as the firm shows them.
function goOn() {
  const option = active();
  if (!option?.dataset.next) return;
  task = option.dataset.keyOf;
  step = option.dataset.next;
  search();
}
if (box) {
  opener.addEventListener("click", () => (box.hidden ? open() : close()));
  field.addEventListener("input", () => {
    task = "";
    clearTimeout(timer);
    timer = setTimeout(search, 150);
  });
  field.addEventListener("keydown", (event) => {
    const does = {
      ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => take(active()),
      Tab: () => { if (event.shiftKey && task) { task = ""; search(); } else goOn(); },
      Escape: () => { if (task) { task = ""; search(); } else close(); },
    }[event.key];
    if (!does || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => take(event.target.closest('[role="option"]:not([aria-disabled])')));
  document.addEventListener("mousedown", (event) => { if (!box.contains(event.target) && !opener.contains(event.target)) close(false); });
  box.addEventListener("focusout", (event) => { if (event.relatedTarget && !box.contains(event.relatedTarget)) close(false); });
}
