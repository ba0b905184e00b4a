// Buttons say what they do while they do it, nothing is sent twice, the first wrong field gets the focus, money reads well.
//   data-busy="Saving"    words while the form is under way (default: "Saving")
//   data-money            field is normalised on leaving: 1,234.5 → 1,234.50 (data-places="0" for yen)
//   data-show-password    button beside a password field
import { bind } from "./bind.js";

function busy(button) {
  if (!button || button.classList.contains("is-busy")) return;
  const words = document.createElement("span");
  words.className = "btn-words";
  words.append(...button.childNodes);
  const note = document.createElement("span");
  note.className = "btn-busy";
  const spin = document.createElement("span");
  spin.className = "spin";
  spin.setAttribute("aria-hidden", "true");
  note.append(spin, button.dataset.busy ?? "Saving");
  button.append(words, note);
  button.classList.add("is-busy");
  button.setAttribute("aria-disabled", "true");
}
function calm(button) {
  if (!button?.classList.contains("is-busy")) return;
  button.replaceChildren(...button.querySelector(".btn-words").childNodes);
  button.classList.remove("is-busy");
  button.removeAttribute("aria-disabled");
}
const busyIn = (root) => root.querySelectorAll?.(".btn.is-busy") ?? [];

// A form posted by the browser: the page goes away, so the button stays busy until it does.
document.addEventListener("submit", (event) => {
  const form = event.target;
  // getAttribute: a field called "method" hides the property
  if (form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (event.defaultPrevented && !form.hasAttribute("hx-post")) return;
  if (form.dataset.underWay) { event.preventDefault(); event.stopPropagation(); return; }
  if (form.hasAttribute("hx-post")) return;
  form.dataset.underWay = "1";
  const button = event.submitter?.classList.contains("btn") ? event.submitter : null;
  requestAnimationFrame(() => busy(button)); // after the browser has read the submitter's name and value
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-under-way]")) delete form.dataset.underWay;
  for (const button of busyIn(document)) calm(button);
});
// A form sent by htmx: busy after 300 ms, calm when the answer is there.
const timers = new WeakMap();
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  const button = requestConfig?.triggeringEvent?.submitter ?? (elt.matches?.(".btn") ? elt : null);
  if (elt.matches?.("form")) {
    if (elt.dataset.underWay) { event.preventDefault(); return; }
    elt.dataset.underWay = "1";
  }
  if (button) timers.set(elt, [setTimeout(() => busy(button), 300), button]);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt } = event.detail;
  delete elt.dataset?.underWay;
  const [timer, button] = timers.get(elt) ?? [];
  clearTimeout(timer);
  calm(button);
});

export function focusFirstWrong(root) {
  const wrong = root.querySelector("[aria-invalid='true']");
  (wrong?.tomselect ?? wrong)?.focus();
  // What belongs to no field stands at the head of a dialog, whose end somebody was at.
  if (!wrong) root.querySelector(".dialog-body > .notice-bad, .dialog-body .form > .notice-bad")?.scrollIntoView({ block: "center" });
}
bind("form", (form) => focusFirstWrong(form));

// Shows what the server will read (core.money.parse_amount): 1234.5 and 1,234.5 become 1,234.50. What could mean two things
// (1,5 or 1.234,50) stays as typed, and the server says why.
export function normalMoney(text, places = 2) {
  const match = /^([-\u2212]?)(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?$/.exec(text.trim());
  if (!match || !(match[2] || match[3]) || (match[3] ?? "").length > places) return null;
  const whole = (match[2].replace(/,/g, "").replace(/^0+(?=\d)/, "") || "0").replace(/\B(?=(\d{3})+$)/g, ",");
  return `${match[1] ? "-" : ""}${whole}${places ? `.${(match[3] ?? "").padEnd(places, "0")}` : ""}`;
}
bind("[data-money]", (field) => {
  field.addEventListener("change", () => {
    const shown = normalMoney(field.value, Number(field.dataset.places ?? 2));
    if (shown !== null) field.value = shown;
  });
});
bind("[data-show-password]", (button) => {
  const field = document.querySelector(button.dataset.showPassword);
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const isShown = field.type === "text";
    field.type = isShown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!isShown));
  });
});
// A choice that takes effect at once: <select data-submits> in a GET form of filters.
bind("[data-submits]", (field) => field.addEventListener("change", () => field.form.requestSubmit()));
