// data-key="n" presses the button or follows the link; data-key="ctrl+enter", "shift+a", "?" too.
// Plain keys rest while someone types or a dialog is open; inside an open dialog only its own keys work.
function nameOf(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  const key = event.key.toLowerCase();
  if (event.shiftKey && (key.length > 1 || /[a-z]/.test(key))) parts.push("shift");
  parts.push(key === " " ? "space" : key);
  return parts.join("+");
}
const isTyping = (element) => element?.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable='true'], [role='grid']");
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  const name = nameOf(event);
  const isPlain = !name.startsWith("ctrl+") && !name.startsWith("alt+");
  if (isPlain && isTyping(event.target)) return;
  const scope = document.querySelector("dialog[open]") ?? document;
  const target = [...scope.querySelectorAll("[data-key]")].find((element) => element.dataset.key.toLowerCase() === name && !element.disabled && element.checkVisibility());
  if (!target) return;
  event.preventDefault();
  if (target.matches("input:not([type=checkbox], [type=submit], [type=button]), textarea, select")) target.focus();
  else target.click();
});
