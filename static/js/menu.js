// data-menu="#id" on a button opens that .menu; Esc, a choice or a press elsewhere closes it. The side bar opens from "More".
import { bind } from "./bind.js";

const close = (button, menu, back = false) => {
  if (menu.hidden) return;
  menu.hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (back) button.focus();
};
bind("[data-menu]", (button) => {
  const menu = document.querySelector(button.dataset.menu);
  if (!menu) return;
  button.setAttribute("aria-expanded", "false");
  const items = () => [...menu.querySelectorAll("a[href], button:not([disabled])")];
  button.addEventListener("click", () => {
    if (!menu.hidden) { close(button, menu); return; }
    menu.hidden = false;
    if (menu.getBoundingClientRect().left < 0) menu.classList.add("menu-start");
    button.setAttribute("aria-expanded", "true");
    items()[0]?.focus({ focusVisible: false });
  });
  const step = (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[to]?.focus();
  };
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); close(button, menu, true); } else step(event);
  });
  menu.addEventListener("click", (event) => {
    if (event.target.closest(".menu-item") && !event.target.closest("[data-menu-keep]")) close(button, menu, true);
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget) && event.relatedTarget !== button) close(button, menu);
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target) && !button.contains(event.target)) close(button, menu);
  });
});

const side = document.getElementById("side");
const scrim = document.getElementById("side-scrim");
const more = document.querySelector("[data-side-open]");
if (side && more && scrim) {
  const show = (isOpen) => {
    side.classList.toggle("is-open", isOpen);
    scrim.hidden = !isOpen;
    more.setAttribute("aria-expanded", String(isOpen));
    document.getElementById("main")?.toggleAttribute("inert", isOpen);
    if (isOpen) side.querySelector("[data-side-close]")?.focus();
    else more.focus();
  };
  more.addEventListener("click", () => show(true));
  scrim.addEventListener("click", () => show(false));
  side.querySelector("[data-side-close]")?.addEventListener("click", () => show(false));
  side.addEventListener("keydown", (event) => { if (event.key === "Escape" && side.classList.contains("is-open")) show(false); });
}
