// What was typed and is not saved yet is kept on this device, for this person and cell, and survives a reload.
import { table } from "./grid.js";

const MONTH = 30 * 24 * 3600 * 1000;
const prefix = `psa.week.${table?.dataset.person}.`;

export function keep(id, text, version) {
  try {
    localStorage.setItem(prefix + id, JSON.stringify({ text, version, at: Date.now() }));
  } catch { /* no storage (private window, full): the page itself still holds the text */ }
}
export function drop(id) {
  try { localStorage.removeItem(prefix + id); } catch { /* nothing was kept */ }
}
export function kept() {
  const found = [];
  try {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(prefix))) {
      const draft = JSON.parse(localStorage.getItem(key));
      if (Date.now() - draft.at > MONTH) localStorage.removeItem(key);
      else found.push({ id: key.slice(prefix.length), ...draft });
    }
  } catch { /* unreadable: as if nothing was kept */ }
  return found;
}
