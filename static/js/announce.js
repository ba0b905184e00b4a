// One polite line for screen readers. From the server: HX-Trigger {"psa:announce": {"text": "…"}}.
const line = document.getElementById("announce");
export function announce(text) {
  if (!line) return;
  line.textContent = "";
  requestAnimationFrame(() => { line.textContent = text; });
}
document.addEventListener("psa:announce", (event) => announce(event.detail.text));
