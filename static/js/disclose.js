// On a wide screen there is room for what a phone keeps folded: <details data-open-wide>.
import { bind } from "./bind.js";

bind("details[data-open-wide]", (part) => {
  if (matchMedia("(min-width: 992px)").matches) part.open = true;
});
