// Approvals by keyboard: J and K go through the sheets, arrows through the lines, Space selects, E edits what is billed.
// A, R and Shift A press their buttons (data-key). A changed billable value is sent when the field is left.
const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, dialog");
const items = () => [...document.querySelectorAll("[data-item] .queue-link")].filter((link) => link.checkVisibility());
const rows = () => [...document.querySelectorAll("#sheet [data-line]")];

function moveSheet(step) {
  const all = items();
  const now = all.findIndex((link) => link.getAttribute("aria-current") === "true");
  const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  next?.click();
  next?.scrollIntoView({ block: "nearest" });
}

function moveLine(step) {
  const all = rows();
  const now = all.indexOf(document.activeElement.closest("[data-line]"));
  all[Math.min(Math.max(now + step, 0), all.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !document.querySelector("[data-queue]")) return;
  if (document.querySelector("dialog[open]")) return;
  const field = event.target.closest("[data-cut]");
  if (field && event.key === "Enter") {
    event.preventDefault();
    field.blur();
    return;
  }
  if (field && event.key === "Escape") {
    field.value = field.defaultValue;
    field.closest("[data-line]").focus();
    return;
  }
  if (isTyping(event.target)) return;
  const line = document.activeElement.closest("[data-line]");
  const actions = {
    j: () => moveSheet(1),
    k: () => moveSheet(-1),
    ArrowDown: () => moveLine(1),
    ArrowUp: () => moveLine(-1),
    " ": () => line?.querySelector("[name=line]").click(),
    e: () => (line ?? rows()[0])?.querySelector("[data-cut]")?.select(),
    z: () => document.querySelector("[data-toast] [data-undo-url]")?.click(),
  };
  const act = actions[event.key];
  if (!act || (event.key === " " && !line)) return;
  event.preventDefault();
  act();
});

function cut(field, reason = "") {
  const { cut: url, version, sheet } = field.dataset;
  window.htmx.ajax("POST", url, { target: "#sheet", source: field, values: { billable: field.value, version, sheet, reason } });
}
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-cut]");
  if (field) cut(field);
  if (event.target.closest("#lines-form")) countChosen();
});
document.addEventListener("click", (event) => {
  const save = event.target.closest("[data-cut-save]");
  if (!save) return;
  const reason = document.querySelector(`[data-cut-reason="${save.dataset.cutSave}"]`);
  cut(document.querySelector(`[name="${save.dataset.cutSave}"]`), reason.value);
});
document.addEventListener("keydown", (event) => {
  const reason = event.target.closest("[data-cut-reason]");
  if (!reason || event.key !== "Enter") return;
  event.preventDefault();
  cut(document.querySelector(`[name="${reason.dataset.cutReason}"]`), reason.value);
});

function countChosen() {
  const chosen = document.querySelectorAll("#lines-form [name=line]:checked").length;
  const place = document.querySelector("[data-chosen]");
  if (!place) return;
  const all = Number(place.dataset.all);
  place.textContent = chosen ? `${chosen} of ${all} lines selected` : `All ${all} waiting ${all === 1 ? "line" : "lines"}`;
  const words = document.querySelector("[data-approve-words]");
  words.textContent = chosen ? words.dataset.some : words.dataset.sheet;
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "sheet") return;
  const link = event.detail.requestConfig?.elt?.closest?.("[data-item]");
  if (link) {
    for (const item of document.querySelectorAll("[data-item]")) {
      const isOn = item === link;
      item.classList.toggle("is-on", isOn);
      item.querySelector("a").toggleAttribute("aria-current", false);
      if (isOn) item.querySelector("a").setAttribute("aria-current", "true");
    }
    document.querySelector("[data-queue]").classList.add("show-detail");
  }
  document.querySelector("[data-cut-reason]")?.focus();
  countChosen();
});
countChosen();
