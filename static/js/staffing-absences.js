// Where a month is wider than the screen it opens at today: right beside the names, with yesterday in front.
import { bind } from "./bind.js";

bind("[data-opens-at-today]", (region) => {
  const today = region.querySelector("thead .is-today");
  if (!today) return;
  const names = today.parentElement.firstElementChild.offsetWidth;
  region.scrollLeft = today.offsetLeft - names - today.offsetWidth;
});
