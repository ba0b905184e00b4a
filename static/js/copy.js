// data-copy="text" copies it, data-copy="#id" copies a field's value; the button says so for two seconds.
import { announce } from "./announce.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = button.dataset.copy.startsWith("#") ? document.querySelector(button.dataset.copy) : null;
  const text = source ? source.value ?? source.textContent : button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    source?.select?.(); // no permission or no https: the text is selected, Ctrl C does the rest
    return;
  }
  const words = button.querySelector("[data-copy-words]") ?? button;
  if (words.dataset.before) return;
  words.dataset.before = words.textContent;
  words.textContent = "Copied";
  announce("Copied");
  setTimeout(() => { words.textContent = words.dataset.before; delete words.dataset.before; }, 2000);
});
