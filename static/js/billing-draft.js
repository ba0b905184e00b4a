// The editor of a draft and the page of an invoice: the explanation of an amount beside it, the two panes on a phone,
// and what became of the last change.
import { bind } from "./bind.js";
import { say } from "./validate.js";
import "./billing-document.js";

const trace = document.getElementById("trace");
let opener = null;

function mark(line) {
  for (const row of document.querySelectorAll(".document .is-traced")) row.classList.remove("is-traced");
  const row = line && document.querySelector(`.document [data-line="${line}"]`);
  row?.classList.add("is-traced");
}
function place() {
  if (!opener || matchMedia("(max-width: 991.98px)").matches) return;
  const at = opener.getBoundingClientRect();
  const below = at.bottom + 6;
  trace.style.left = `${Math.max(16, Math.min(at.right - trace.offsetWidth, innerWidth - trace.offsetWidth - 16))}px`;
  trace.style.top = `${below + trace.offsetHeight > innerHeight - 16 ? Math.max(16, at.top - trace.offsetHeight - 6) : below}px`;
}
document.addEventListener("click", (event) => { opener = event.target.closest("[data-why]") ?? opener; }, true);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== trace) return;
  trace.showPopover();
  place();
  opener?.setAttribute("aria-expanded", "true");
  mark(opener?.dataset.why);
  trace.querySelector("[data-focus-me]")?.focus({ preventScroll: true });
});
trace?.addEventListener("toggle", (event) => {
  if (event.newState !== "closed") return;
  opener?.setAttribute("aria-expanded", "false");
  mark(null);
  if (trace.contains(document.activeElement) || document.activeElement === document.body) opener?.focus();
});

// A phone shows one pane at a time.
bind("[data-pane]", (button) => button.addEventListener("click", () => {
  document.querySelector("[data-editor]").dataset.shows = button.dataset.pane;
  for (const each of document.querySelectorAll("[data-pane]")) {
    const isOn = each === button;
    each.classList.toggle("active", isOn);
    each.setAttribute("aria-pressed", String(isOn));
  }
}));

// Each change saves itself; the head of the page says so.
const saved = document.getElementById("draft-saved");
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
bind("[data-saves]", (place) => {
  place.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb === "post") saved.textContent = "Saving";
  });
  place.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig.verb !== "post") return;
    saved.textContent = event.detail.xhr.status < 300 ? `Saved ${clock.format(new Date())}` : "Not saved yet";
    markWrong();
    place.querySelector("[data-focus-me]")?.focus();
  });
});
// The field that was refused, as the words below its line name it.
function markWrong() {
  for (const place of document.querySelectorAll("[data-saves]:not(form)")) {
    const words = place.querySelector(".field-error[data-wrong]");
    for (const field of place.querySelectorAll("input:is([name=description], [name=minutes], [name=rate], [name=amount])")) {
      const isWrong = field.name === words?.dataset.wrong;
      field.classList.toggle("is-invalid", isWrong);
      for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", words?.id]]) {
        if (isWrong) field.setAttribute(name, value); else field.removeAttribute(name);
      }
    }
  }
}

// Entries unfold under their line, and fold again without asking the server.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-entries]");
  if (!button) return;
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  if (!isOpen) return;
  document.getElementById(button.getAttribute("aria-controls")).replaceChildren();
  event.stopPropagation();
  event.preventDefault();
}, true);

// What a change made of the other fields; the one that is being typed in stays as it is.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target?.id !== "draft-fields") return;
  const now = document.getElementById("draft-fields");
  for (const [id, values] of Object.entries(JSON.parse(now.dataset.fields))) {
    for (const [name, value] of Object.entries(values)) {
      const field = document.querySelector(`#${id} [name="${name}"]`);
      if (field && field !== document.activeElement) field.value = value;
    }
  }
  for (const [name, words] of Object.entries(JSON.parse(now.dataset.said ?? "{}"))) {
    const field = document.querySelector(`[data-words] [name="${name}"]`);
    if (field) say(field, words);
  }
});
