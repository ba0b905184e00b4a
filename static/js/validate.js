// Fields of {% field %} are checked when someone leaves them after a change, never while typing; the words stand where the
// server's would. What only the server can know it says on submit. Forms carry `novalidate`, so the browser shows no bubbles.
import { icon, ALERT } from "./bind.js";

function words(field) {
  const { validity } = field;
  if (validity.valueMissing) return "This field is required.";
  if (validity.typeMismatch && field.type === "email") return "This is not an e-mail address.";
  if (validity.typeMismatch) return "This is not an address of a page.";
  if (validity.badInput) return field.type === "date" ? "This is not a date." : "This is not a number.";
  if (validity.rangeUnderflow) return `This must be ${field.min} or more.`;
  if (validity.rangeOverflow) return `This must be ${field.max} or less.`;
  if (validity.tooShort) return `At least ${field.minLength} characters.`;
  if (validity.tooLong) return `At most ${field.maxLength} characters.`;
  return validity.valid ? "" : field.validationMessage;
}
// Says below the field what is wrong with it, or with no words that it is right.
export function say(field, text) {
  const box = field.closest(".field");
  const hint = box.querySelector(".form-hint");
  let line = box.querySelector(".field-error");
  field.classList.toggle("is-invalid", text !== "");
  if (!text) {
    line?.remove();
    field.removeAttribute("aria-invalid");
    if (hint) { hint.hidden = false; field.setAttribute("aria-describedby", hint.id); } else field.removeAttribute("aria-describedby");
    return;
  }
  if (!line) {
    line = document.createElement("p");
    line.className = "field-error";
    line.id = `${field.id}_error`;
    line.append(icon(ALERT, "alert-circle"), document.createElement("span"));
    box.append(line);
  }
  line.querySelector("span").textContent = text;
  if (hint) hint.hidden = true;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", line.id);
}
const isChecked = (field) => field.matches?.(".field :is(input:not([type=checkbox], [type=radio], [type=hidden], [type=file]), textarea)") && field.id && field.form?.noValidate;
document.addEventListener("input", (event) => { if (isChecked(event.target)) event.target.dataset.touched = "1"; });
// A press elsewhere takes the focus away before it becomes a click. Words that come or go would move the button from under
// the pointer and the click would be lost, so they wait until the press is over.
let isPressed = false;
const waiting = [];
document.addEventListener("pointerdown", () => { isPressed = true; }, true);
for (const over of ["pointerup", "pointercancel"]) {
  document.addEventListener(over, () => {
    isPressed = false;
    setTimeout(() => { for (const check of waiting.splice(0)) check(); });
  }, true);
}
document.addEventListener("focusout", (event) => {
  const field = event.target;
  if (!isChecked(field) || !field.dataset.touched) return;
  delete field.dataset.touched;
  const check = () => { if (field.isConnected) say(field, words(field)); };
  if (isPressed) waiting.push(check);
  else check();
});
