// Native <dialog>: traps focus, Esc cancels, focus returns to where it was: a key opens it from anywhere, a press from its button.
//   data-dialog-open="#id"      opens a dialog of the page
//   hx-get="…" hx-target="#dialog"   loads a fragment (core/dialog.html) and opens it
//   data-dialog-close           closes the dialog around it
// From the server: HX-Trigger "psa:close-dialog". Where the page is loaded anew (HX-Refresh) the focus returns as well.
import { bind } from "./bind.js";

const shared = document.getElementById("dialog");
const openers = new WeakMap();

function open(dialog, opener) {
  if (dialog.open) return;
  const menu = opener?.closest(".menu"); // an item of a menu is gone by then: back to the menu's button
  const before = menu ? document.querySelector(`[data-menu="#${menu.id}"]`) : document.activeElement;
  openers.set(dialog, [before, opener].filter((element) => element && element !== document.body));
  dialog.showModal();
  const first = dialog.querySelector("[autofocus], [aria-invalid='true']")
    ?? dialog.querySelector(".dialog-body :is(input:not([type=hidden]), select, textarea, button):not([disabled])")
    ?? dialog.querySelector(".dialog-foot .btn-primary");
  first?.focus();
}
bind("dialog", (dialog) => {
  dialog.addEventListener("close", () => {
    const back = openers.get(dialog)?.find((element) => element.isConnected && element.checkVisibility());
    if (dialog === shared) { dialog.replaceChildren(); dialog.className = "dialog"; }
    back?.focus();
  });
  // A press on the backdrop cancels, unless a text was being selected from within.
  dialog.addEventListener("mousedown", (event) => {
    if (event.target !== dialog || dialog.querySelector("[data-dialog-keep]")) return;
    const box = dialog.getBoundingClientRect();
    const within = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!within) dialog.close();
  });
});
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    event.preventDefault();
    const dialog = document.querySelector(opener.dataset.dialogOpen);
    if (dialog) open(dialog, opener);
    return;
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close("cancel");
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== shared) return;
  const isFilled = shared.querySelector(".dialog-body") !== null;
  if (isFilled) open(shared, event.detail.requestConfig?.elt);
  else if (shared.open) shared.close("done");
});
// How to find an element in the page as it will be: by its own id, its menu, its address, or by what unfolds it.
const BACK = "psa:back";
function* traces(element) {
  if (element.id) yield `#${element.id}`;
  for (const name of ["data-menu", "hx-get"]) if (element.hasAttribute(name)) yield `[${name}="${element.getAttribute(name)}"]`;
  const unfolded = element.parentElement?.closest("[id]");
  if (unfolded) yield `[aria-controls="${unfolded.id}"]`;
}
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!shared?.open || event.detail.xhr.getResponseHeader("HX-Refresh") !== "true") return;
  const places = (openers.get(shared) ?? []).flatMap((element) => [...traces(element)]);
  sessionStorage.setItem(BACK, JSON.stringify({ path: location.pathname, places }));
});
const back = JSON.parse(sessionStorage.getItem(BACK) ?? "null");
sessionStorage.removeItem(BACK);
if (back?.path === location.pathname) {
  const found = back.places.map((place) => document.querySelector(place)).find((element) => element?.checkVisibility());
  found?.focus({ preventScroll: true });
}
document.addEventListener("psa:close-dialog", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close("done");
});
