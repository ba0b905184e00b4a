// Why days that are over or locked are written to: given once for a day, then sent along with what is saved there.
const reasons = new Map();
let latest = "";

export function giveReason(on, text) {
  reasons.set(on, text);
  latest = text;
}
export function reasonFor(on) {
  const text = reasons.get(on);
  return text ? { "X-Reason": encodeURIComponent(text) } : {};
}
// What the page asks for besides (moving, clearing, undoing) goes with the reason that was given last.
document.addEventListener("htmx:configRequest", (event) => {
  if (latest && event.detail.verb === "post") event.detail.headers["X-Reason"] = encodeURIComponent(latest);
});
document.addEventListener("change", (event) => {
  if (event.target.matches('#dialog [name="reason"]')) latest = event.target.value.trim();
});
