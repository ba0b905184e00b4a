// Each cell saves itself: one request in flight for each cell, several cells at once, the latest text wins, nothing typed is lost.
import { keepBarTrue, shownShape } from "./bar.js";
import { announce } from "../announce.js";
import { csrfToken } from "../csrf.js";
import * as drafts from "./drafts.js";
import { address, cellById, cells, clearMessage, inputOf, isEditing, mark, message, projectOf, shortDay, style, textOf, weekday, holder } from "./grid.js";
import { format, parse } from "./minutes.js";
import { apply, cellsBy, copyAttributes, partsOf, trigger } from "./parts.js";
import { reasonFor } from "./reasons.js";
import * as undoing from "./undo.js";

const WAITS = [2, 5, 15, 60]; // seconds until the next try
const AFTER_TYPING = 400, PATIENCE = 60000, SHOW_SAVING_AFTER = 300, SHOW_SAVED = 2000;
const WHY = {
  line: "The connection dropped; your entry is kept on this device.",
  server: "Something broke on our side; your entry is kept on this device and sent again.",
  out: "You are signed out. Your entry is kept on this device; sign in again in another tab, then retry.",
  refused: "The server did not take it. Your entry is kept on this device; load the page again to go on.",
};
const states = new Map();
const listeners = new Set();

// text: typed and not saved (undefined: nothing); saved: what the server shows; sent: what is on its way;
// began: what stood there before this edit; group: what it is undone with
function stateOf(cell) {
  if (!states.has(cell.id)) states.set(cell.id, { id: cell.id, saved: inputOf(cell)?.defaultValue ?? textOf(cell), text: undefined, sent: undefined, status: "", tries: 0, lost: [] });
  return states.get(cell.id);
}
export const onChange = (listener) => listeners.add(listener);
const changed = () => { for (const listener of listeners) listener(); };
const open = () => [...states.values()].filter((state) => state.text !== undefined);
export const stuck = () => open().filter((state) => ["failed", "wrong", "conflict"].includes(state.status)).length;
export const isBusy = () => open().some((state) => state.status === "" || state.status === "saving" || state.sent !== undefined);
export const savedText = (cell) => stateOf(cell).saved;
export const isUnsaved = (cell) => stateOf(cell).text !== undefined;

export function type(cell, text) {
  const state = stateOf(cell);
  if (state.began === undefined) state.began = state.saved;
  state.group = undoing.currentGroup();
  state.text = text;
  drafts.keep(cell.id, text, cell.dataset.version);
  if (state.status === "wrong" || state.status === "saved") settle(cell, state, "");
  clearTimeout(state.typing);
  if (parse(text) !== undefined && state.status !== "conflict") state.typing = setTimeout(() => commit(cell), AFTER_TYPING);
  changed();
}
export function commit(cell) {
  const state = stateOf(cell);
  clearTimeout(state.typing);
  if (state.text === undefined || ["conflict", "wrong"].includes(state.status)) return;
  const same = state.sent === undefined && state.status !== "failed" && parse(state.text) !== undefined && parse(state.text) === parse(state.saved);
  if (same) { done(cell, state); remember(cell); return; }
  send(cell, state);
}
export function restore(cell) {
  const state = stateOf(cell);
  clearTimeout(state.typing);
  clearTimeout(state.again);
  done(cell, state);
  if (inputOf(cell)) inputOf(cell).value = state.saved;
  remember(cell);
}
// An edit is over when the cell is left and saved: from then on it can be undone.
export function remember(cell) {
  const state = stateOf(cell);
  if (state.began === undefined || state.text !== undefined || isEditing(cell)) return;
  if (inputOf(cell)) inputOf(cell).value = state.saved; // 2 is shown as 2.00, also where it was 2.00 before
  const { began, group, undoUrl } = state;
  state.began = state.group = state.undoUrl = undefined;
  if (began !== state.saved && !state.isUndoing) undoing.changed(cell, began, state.saved, { url: state.saved ? "" : undoUrl, member: group });
  state.isUndoing = false;
}
undoing.retypeBy((cell, text) => {
  inputOf(cell).value = text;
  type(cell, text);
  stateOf(cell).isUndoing = true;
  commit(cell);
});
export function retry() {
  for (const state of open()) {
    const cell = cellById(state.id);
    if (cell && (state.status === "failed" || state.status === "")) { clearTimeout(state.again); send(cell, state); }
  }
}
// Resolves when no request is under way and nothing waits to be sent.
export function idle() {
  return new Promise((settled) => {
    const look = () => { if (!isBusy()) { listeners.delete(look); settled(); } };
    listeners.add(look);
    look();
  });
}

function settle(cell, state, status) {
  state.status = status;
  clearTimeout(state.fade);
  mark(cell, status);
  if (status === "" || status === "saved") clearMessage(cell);
  if (status === "saved") state.fade = setTimeout(() => { if (state.status === "saved") settle(cell, state, ""); }, SHOW_SAVED);
  changed();
}
function done(cell, state, status = "") {
  state.text = undefined;
  state.tries = 0;
  drafts.drop(cell.id);
  settle(cell, state, status);
}
async function send(cell, state) {
  if (state.sent !== undefined) return; // goes again when the answer is there
  state.sent = state.text;
  state.status = "saving";
  const slow = setTimeout(() => { if (state.sent !== undefined) mark(cell, "saving"); }, SHOW_SAVING_AFTER);
  clearMessage(cell);
  changed();
  const outcome = await ask(cell, state);
  clearTimeout(slow);
  const sent = state.sent;
  // What was typed meanwhile is known by differing from what was sent, until the answer is in its place.
  if (outcome.status === 200) for (const { element } of outcome.parts) apply(element);
  state.sent = undefined;
  if (outcome.why) fail(cell, state, sent, outcome.why);
  else if (outcome.status === 200) { saved(cell, state, sent, outcome); keepBarTrue(cell); }
  else refused(cell, state, sent, outcome);
}
async function ask(cell, state, isSecond = false) {
  const body = new URLSearchParams({ row: cell.dataset.row, text: state.sent, version: cell.dataset.version, shape: shownShape() });
  const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true", ...reasonFor(cell.dataset.on) };
  try {
    const response = await fetch(address(cell, "cell/"), { method: "POST", body, headers, redirect: "manual", keepalive: true, signal: AbortSignal.timeout(PATIENCE) });
    if (response.type === "opaqueredirect" || response.status === 401) return { why: "out" };
    if (response.status === 403 && !isSecond && await freshToken()) return ask(cell, state, true);
    if (response.status >= 500 || response.status === 429) return { why: "server" };
    if (![200, 409, 422].includes(response.status)) return { why: response.status === 403 ? "out" : "refused" };
    return { status: response.status, parts: partsOf(await response.text()), events: response.headers.get("HX-Trigger") };
  } catch {
    return { why: "line" };
  }
}
// Signing in again in another tab changes the token that this page was given.
async function freshToken() {
  const response = await fetch(location.href, { redirect: "manual" });
  const token = response.ok ? /name="csrf-token" content="([^"]+)"/.exec(await response.text())?.[1] : null;
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (!token || token === meta.content) return false;
  meta.content = token;
  return true;
}
function fail(cell, state, sent, why) {
  state.lost.push(parse(sent)); // perhaps it arrived and only the answer was lost
  const wait = WAITS[Math.min(state.tries, WAITS.length - 1)];
  state.tries += 1;
  state.again = setTimeout(() => send(cell, state), wait * 1000);
  settle(cell, state, "failed");
  const row = document.getElementById("msg-failed").content.firstElementChild.cloneNode(true);
  const minutes = parse(state.text);
  row.querySelector("[data-what]").textContent = minutes ? `${shortDay(cell)}, ${format(minutes, style)} h not saved yet.` : `${shortDay(cell)} not cleared yet.`;
  row.querySelector("[data-why]").textContent = WHY[why];
  message(cell, row);
}
function saved(cell, state, sent, { events }) {
  state.lost = [];
  state.tries = 0;
  state.undoUrl = undoOf(events);
  trigger(events, { isQuiet: Boolean(state.group) || state.isUndoing });
  if (state.text !== undefined && state.text !== sent) { commit(cell); return; }
  done(cell, state, "saved");
  remember(cell);
  if (inputOf(cell) && !isEditing(cell)) inputOf(cell).value = state.saved;
  const id = cell.dataset.on.replaceAll("-", "");
  const [sum, need] = ["sum", "need"].map((name) => document.getElementById(`${name}-${id}`)?.textContent.trim());
  const what = state.saved ? `${state.saved} hours saved` : "cleared";
  announce(`${projectOf(cell)}, ${weekday(cell)}, ${what}, day ${sum}${need === "–" ? "" : ` of ${need}`}`);
}
function undoOf(events) {
  return events?.startsWith("{") ? JSON.parse(events)["psa:toast"]?.undo ?? "" : "";
}
function refused(cell, state, sent, { status, parts }) {
  const row = parts.find((part) => part.element?.matches(".row-msg"))?.element;
  state.theirs = parts.find((part) => part.isTheirs)?.element ?? null;
  if (!row) { fail(cell, state, sent, "refused"); return; }
  // What is there came from this very cell: an earlier try had arrived. Then the latest text goes on top of it.
  const theirs = Number(row.dataset.theirsMinutes) || null;
  if (status === 409 && "own" in row.dataset && state.lost.includes(theirs) && row.querySelector("[data-keep-mine]")) { keepMine(cell); return; }
  settle(cell, state, status === 409 ? "conflict" : "wrong");
  message(cell, row);
  announce(row.textContent.replace(/\s+/g, " ").trim());
}
export function keepMine(cell) {
  const state = stateOf(cell);
  cell.dataset.version = state.theirs?.dataset.version ?? cell.dataset.version;
  state.lost = [];
  settle(cell, state, "");
  send(cell, state);
}
export function takeTheirs(cell) {
  const state = stateOf(cell);
  state.began = undefined;
  done(cell, state);
  if (state.theirs) adopt(cell, state.theirs);
}
// Sends what was typed again, after what was missing is there.
export function again(cell) {
  const state = stateOf(cell);
  settle(cell, state, "");
  send(cell, state);
}
export const typedText = (cell) => stateOf(cell).text ?? "";
export function forget(cell) {
  const state = stateOf(cell);
  state.began = undefined;
  done(cell, state);
}

// Takes over the server's cell. One that is being edited or not saved yet is never swapped: only its version is updated.
export function adopt(cell, fresh) {
  const state = stateOf(cell);
  state.saved = textOf(fresh);
  if (!fresh.classList.contains("is-returned")) for (const row of document.querySelectorAll(`[id^="r-${cell.id.slice(2)}"]`)) row.remove();
  const isTyped = (isEditing(cell) && document.activeElement === inputOf(cell)) || (state.text !== undefined && state.text !== state.sent && state.sent !== undefined) || (state.text !== undefined && state.sent === undefined && state.status !== "saving");
  if (isTyped) { cell.dataset.version = fresh.dataset.version; return; }
  const [input, freshInput] = [inputOf(cell), inputOf(fresh)];
  const hadFocus = cell.contains(document.activeElement), isCurrent = cell.getAttribute("aria-selected");
  const passing = ["is-picked", "is-running"].filter((name) => cell.classList.contains(name));
  copyAttributes(fresh, cell, ["aria-selected", "data-current"]);
  cell.classList.add(...passing);
  if (input && freshInput) {
    for (const old of cell.querySelectorAll(":scope > .cell-mark:not([data-running])")) old.remove();
    cell.prepend(...fresh.querySelectorAll(":scope > .cell-mark"));
    input.value = input.defaultValue = freshInput.value;
    for (const name of ["aria-describedby", "aria-label"]) { if (freshInput.hasAttribute(name)) input.setAttribute(name, freshInput.getAttribute(name)); else input.removeAttribute(name); }
    if (hadFocus && document.activeElement === input) input.select();
  } else {
    cell.replaceChildren(...fresh.childNodes);
    if (isCurrent) holder(cell).tabIndex = 0;
    if (hadFocus) holder(cell).focus();
  }
}
cellsBy(adopt);

// Texts that were kept on this device come back into their cells and are sent. Returns those whose row is not here.
export function bringBack() {
  const homeless = [];
  for (const draft of drafts.kept()) {
    const cell = cellById(draft.id);
    if (!cell) { homeless.push(draft); continue; }
    const state = stateOf(cell);
    if (state.text !== undefined) continue;
    if (parse(draft.text) !== undefined && parse(draft.text) === parse(state.saved)) { drafts.drop(draft.id); continue; }
    state.began = state.saved;
    state.text = draft.text;
    cell.dataset.version = draft.version;
    if (inputOf(cell)) inputOf(cell).value = draft.text;
    send(cell, state);
  }
  return homeless;
}
export function commitAll() {
  for (const cell of cells()) if (states.has(cell.id) && states.get(cell.id).text !== undefined) commit(cell);
}
addEventListener("online", retry);
addEventListener("pagehide", commitAll);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") commitAll(); });
