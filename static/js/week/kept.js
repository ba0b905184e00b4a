// What is kept on this device and has no cell on this page: rows that are gone come back, other weeks are pointed to.
import { table, cells } from "./grid.js";
import { format, parse } from "./minutes.js";
import * as drafts from "./drafts.js";
import { bring } from "./rowlist.js";
import { bringBack } from "./saving.js";

const place = document.querySelector(".week-notices");
const DAY = new Intl.DateTimeFormat("en-US", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const dayWords = (on) => DAY.format(new Date(on));

function notice(id) {
  const element = document.getElementById(id).content.firstElementChild.cloneNode(true);
  place.append(element);
  return element;
}
export async function bringAllBack() {
  const homeless = bringBack();
  for (const key of new Set(homeless.map((draft) => drafts.rowOf(draft.id)))) {
    const why = await bring(key);
    if (why === null) { addEventListener("online", bringAllBack, { once: true }); return; }
    if (why) for (const draft of homeless.filter((each) => drafts.rowOf(each.id) === key)) tellRefused(draft, why);
  }
  if (homeless.length) bringBack();
}
function tellRefused(draft, why) {
  const element = notice("msg-no-row");
  const minutes = parse(draft.text);
  element.querySelector("[data-what]").textContent = `${dayWords(drafts.dayOf(draft.id))}, ${minutes ? `${format(minutes, table.dataset.style)} h` : draft.text} is kept on this device.`;
  element.querySelector("[data-why]").textContent = `It cannot be sent: ${why}`;
  element.querySelector("[data-discard]").addEventListener("click", () => { drafts.drop(draft.id); element.remove(); cells()[0]?.focus(); });
}
export function tellElsewhere() {
  for (const [week, count] of drafts.elsewhere()) {
    const element = notice("msg-elsewhere");
    element.querySelector("[data-what]").textContent = count === 1 ? `1 cell of the week of ${dayWords(week)} is` : `${count} cells of the week of ${dayWords(week)} are`;
    const link = element.querySelector("[data-where]");
    link.href = `${table.dataset.base}${week}/${table.dataset.query}`;
    link.textContent = "Go there and send";
  }
}
