// The answer to a saved cell leaves out the buttons, the notes that are missing and the state when the page, as it was
// when the cell was sent, shows them already. Where answers crossed, they are asked for once more.
import { address } from "./grid.js";
import { apply, partsOf } from "./parts.js";

const shapeOf = (id) => document.getElementById(id)?.dataset.shape ?? "";
export const shownShape = () => shapeOf("week-actions");
let isAsking = false;

export async function keepBarTrue(cell) {
  if (isAsking || shapeOf("week-facts") === shownShape()) return;
  isAsking = true;
  try {
    const response = await fetch(address(cell, `cell/${cell.dataset.row}/`), { headers: { "HX-Request": "true" } });
    if (response.ok) for (const { element } of partsOf(await response.text())) apply(element);
  } catch {
    // The line is down: the next saved cell tries again.
  } finally {
    isAsking = false;
  }
}
