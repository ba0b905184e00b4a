// Undo of what was saved on this page: Z, or the toast. A cleared cell comes back with its notes from the server;
// an overwritten one is typed anew with what stood there.
import { announce } from "../announce.js";
import { toast } from "../toasts.js";
import { cellById, inputOf, select, shortDay } from "./grid.js";

const MOST = 100;
const steps = [];
let group = null;
let retype = () => {};
export function retypeBy(method) { retype = method; }

function push(step) {
  steps.push(step);
  if (steps.length > MOST) steps.shift();
  return step;
}
// What happens inside is undone together; `offer` says so in a toast.
export function together(action) {
  const step = push({ changes: [] });
  group = step;
  try { action(); } finally { group = null; }
  return { offer: (words) => { step.line = toast(words, () => run(step)); } };
}
export const currentGroup = () => group;

// A cell went from one text to another; `url` brings cleared lines back. `member` is the group it was typed in.
export function changed(cell, before, after, { url = "", member = null } = {}) {
  const change = { id: cell.id, before, after, url };
  if (member) { member.changes.push(change); return; }
  if (url) return; // the server's toast, heard below
  steps.at(-1)?.line?.remove(); // one toast at a time; Z still undoes them all
  const step = push({ changes: [change] });
  if (before && after) step.line = toast(`${shortDay(cell)}: ${after} instead of ${before}.`, () => run(step));
}
// What the server offers to undo is a step, too; taken back by its toast, the step is gone.
document.addEventListener("psa:toast", (event) => {
  const url = event.detail.undo;
  if (url && /\/(undo|move|star)\//.test(url)) push({ url, changes: [] });
});
document.addEventListener("click", (event) => {
  const url = event.target.closest("[data-undo-url]")?.dataset.undoUrl;
  const at = url ? steps.findIndex((step) => step.url === url) : -1;
  if (at >= 0) steps.splice(at, 1);
});
async function post(url) {
  const button = [...document.querySelectorAll("[data-undo-url]")].find((each) => each.dataset.undoUrl === url);
  if (button && !button.disabled) { button.click(); return; }
  await window.htmx.ajax("POST", url, { target: "#page-notices", swap: "none" });
}
async function run(step) {
  const at = steps.indexOf(step);
  if (at >= 0) steps.splice(at, 1);
  step.line?.remove();
  if (step.url) { await post(step.url); return; }
  let last = null, lost = 0;
  for (const change of [...step.changes].reverse()) {
    const cell = cellById(change.id);
    if (!cell || (!change.url && !inputOf(cell))) { lost += 1; continue; }
    if (change.url) await post(change.url);
    else retype(cell, change.before);
    last = cell;
  }
  if (last) select(last);
  announce(lost ? `${lost} ${lost === 1 ? "cell" : "cells"} cannot be undone any more` : "Undone");
}
export function undo() {
  const step = steps.at(-1);
  if (!step) announce("There is nothing to undo");
  else run(step);
}
