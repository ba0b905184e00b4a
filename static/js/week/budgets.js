// What is left of a task's budget follows what is saved on this page: each row adds what changed since it was loaded.
import { rows, style } from "./grid.js";
import { format } from "./minutes.js";

function tell() {
  const shown = [...document.querySelectorAll("[data-left]")];
  if (!shown.length) return;
  const more = new Map();
  for (const row of rows()) {
    const left = row.querySelector("[data-left]");
    if (!left) continue;
    const now = Number(row.querySelector(":scope > .total").dataset.minutes);
    more.set(row.dataset.task, (more.get(row.dataset.task) ?? 0) + now - Number(left.dataset.minutes));
  }
  for (const element of shown) {
    const left = Number(element.dataset.left) - more.get(element.closest("tr").dataset.task);
    element.classList.toggle("is-over", left < 0);
    element.querySelector("[data-left-words]").textContent = left < 0 ? `${format(-left, style)} h over` : `${format(left, style)} h left`;
  }
}
document.addEventListener("psa:row-sum", tell);
