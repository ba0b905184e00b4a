// Parts of an answer: each stands in a <template>, has an id, and takes the place of what is there, in place, so that focus stays.
import { number, rowsPlace } from "./grid.js";

let adoptCell = () => {};
export function cellsBy(adopt) { adoptCell = adopt; }

export function partsOf(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  return [...box.content.querySelectorAll("template")].map((part) => ({ element: part.content.firstElementChild, isTheirs: part.hasAttribute("data-theirs") }));
}
export function copyAttributes(from, to, keep = []) {
  for (const { name } of [...to.attributes]) if (!from.hasAttribute(name) && !keep.includes(name)) to.removeAttribute(name);
  for (const { name, value } of [...from.attributes]) if (!keep.includes(name)) to.setAttribute(name, value);
}
export function apply(element) {
  element.removeAttribute("hx-swap-oob");
  const there = document.getElementById(element.id);
  if (!there) return;
  if (element.matches("[data-cell]")) { adoptCell(there, element); document.dispatchEvent(new CustomEvent("psa:cell-shown")); return; }
  // Answers may overtake each other; sums that were read earlier do not replace later ones.
  if (Number(there.dataset.stamp ?? 0) > Number(element.dataset.stamp ?? 0)) return;
  const isSame = there.innerHTML === element.innerHTML;
  copyAttributes(element, there, ["hidden"]);
  if (element.id.startsWith("t-")) document.dispatchEvent(new CustomEvent("psa:row-sum"));
  if (isSame) return;
  there.replaceChildren(...element.childNodes);
  live(there);
  if (there.id === "timer-side") document.dispatchEvent(new CustomEvent("psa:timer-shown"));
}
export function addRow(row) {
  const there = document.getElementById(row.id);
  if (there) return there;
  rowsPlace.append(row);
  live(row);
  number();
  return row;
}
function live(element) {
  window.htmx.process(element);
  window.htmx.trigger(element, "htmx:load", { elt: element });
}
// Events that the server sends along with an answer (toasts, announcements), as htmx does for its own requests.
// `isQuiet`: no toast for one of many, which are undone together.
export function trigger(header, { isQuiet = false } = {}) {
  if (!header?.startsWith("{")) return;
  for (const [name, detail] of Object.entries(JSON.parse(header))) if (!isQuiet || name !== "psa:toast") document.body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}
// What htmx brings out of band for the grid goes the same way.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const fresh = event.detail.fragment.firstElementChild ?? null;
  if (!fresh || !fresh.id || fresh.id !== event.detail.target.id || event.detail.target.closest("#dialog, #toasts")) return;
  event.preventDefault();
  apply(fresh);
});
document.addEventListener("htmx:oobAfterSwap", number);
