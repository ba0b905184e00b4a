// What was typed and is not saved yet is kept on this device, for this firm (its own host), person, week and cell.
// It survives a reload and the closing of the browser; the versions of cells make sure that it is stored once.
import { table } from "./grid.js";

const MONTH = 30 * 24 * 3600 * 1000;
const person = `psa.week.${table?.dataset.person}.`;
const prefix = `${person}${table?.dataset.from}.`;

export function keep(id, text, version) {
  try {
    localStorage.setItem(prefix + id, JSON.stringify({ text, version, at: Date.now() }));
  } catch { /* no storage (private window, full): the page itself still holds the text */ }
}
export function drop(id) {
  try { localStorage.removeItem(prefix + id); } catch { /* nothing was kept */ }
}
function all() {
  const found = [];
  try {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(person))) {
      const draft = JSON.parse(localStorage.getItem(key));
      const [week, id] = key.slice(person.length).split(".");
      if (!id || Date.now() - draft.at > MONTH) localStorage.removeItem(key);
      else found.push({ week, id, ...draft });
    }
  } catch { /* unreadable: as if nothing was kept */ }
  return found;
}
export const kept = () => all().filter((draft) => draft.week === table.dataset.from);
// How many cells wait in other weeks, by the first day of the week.
export function elsewhere() {
  const weeks = new Map();
  for (const { week } of all()) if (week !== table.dataset.from) weeks.set(week, (weeks.get(week) ?? 0) + 1);
  return weeks;
}
// c-12-3-7-n-20261125: the row's key stands before the day.
export const rowOf = (id) => id.slice(2, id.lastIndexOf("-"));
export const dayOf = (id) => id.slice(id.lastIndexOf("-") + 1).replace(/(....)(..)(..)/, "$1-$2-$3");
