// Toasts: one line, Undo with the seconds left, gone after 10 s, paused on hover and focus. Never for errors.
// From the server: Django messages (extra_tags = undo address) or HX-Trigger {"psa:toast": {"text": "…", "undo": "/…"}}.
import { bind, icon, CHECK, CROSS } from "./bind.js";

const SECONDS = 10;
const SAID = "psa:said"; // what is still to be said when the page is there anew
const takeBacks = new WeakMap();
const box = document.getElementById("toasts");

// `undo` is an address, or a function that does the inverse on the page.
export function toast(text, undo = "") {
  if (!box) return null;
  const line = document.createElement("div");
  line.className = "toast-line";
  line.dataset.toast = "";
  const words = document.createElement("p");
  words.textContent = text;
  line.append(icon(CHECK, "check"), words);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.undoUrl = typeof undo === "string" ? undo : "";
    if (typeof undo === "function") takeBacks.set(button, undo);
    const left = document.createElement("span");
    left.className = "toast-left";
    left.dataset.toastLeft = "";
    left.setAttribute("aria-hidden", "true");
    button.append("Undo ", left);
    line.append(button);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", "Dismiss");
  close.append(icon(CROSS, "x"));
  line.append(close);
  box.append(line);
  live(line);
  return line;
}

function live(line) {
  if (line.dataset.toastLive) return;
  line.dataset.toastLive = "1";
  const left = line.querySelector("[data-toast-left]");
  let seconds = SECONDS;
  let paused = false;
  const tell = () => { if (left) left.textContent = `${seconds} s`; };
  const clock = setInterval(() => {
    if (paused) return;
    seconds -= 1;
    tell();
    if (seconds <= 0) gone();
  }, 1000);
  const gone = () => { clearInterval(clock); line.remove(); };
  tell();
  line.addEventListener("mouseenter", () => { paused = true; });
  line.addEventListener("mouseleave", () => { paused = line.contains(document.activeElement); });
  line.addEventListener("focusin", () => { paused = true; });
  line.addEventListener("focusout", (event) => { paused = line.contains(event.relatedTarget); });
  line.querySelector("[data-toast-close]")?.addEventListener("click", gone);
  const undo = line.querySelector("[data-undo-url]");
  undo?.addEventListener("click", async () => {
    undo.disabled = true;
    clearInterval(clock);
    await (takeBacks.get(undo) ?? takeBack)(undo.dataset.undoUrl);
    gone();
  });
}

// The inverse operation. An answer that steers htmx (HX-Trigger, HX-Refresh, HX-Location, out-of-band parts) has said
// what changes on the page; a plain answer or redirect means: show the page anew. What the page redirected to says in a
// toast is said again after that.
async function takeBack(url) {
  let steered = false;
  let said = null;
  const listen = (event) => {
    const xhr = event.detail.xhr;
    if (event.detail.pathInfo?.requestPath !== url) return;
    const headers = xhr.getAllResponseHeaders().toLowerCase();
    const led = new URL(xhr.responseURL).pathname !== new URL(url, location.href).pathname;
    steered = xhr.status >= 400 || (!led && (/^hx-/m.test(headers) || xhr.responseText.includes("hx-swap-oob")));
    said = led ? (/^\{/.test(xhr.getResponseHeader("HX-Trigger")) ? JSON.parse(xhr.getResponseHeader("HX-Trigger"))["psa:toast"] : null) : null;
  };
  document.addEventListener("htmx:afterRequest", listen);
  await window.htmx.ajax("POST", url, { target: "#page-notices", swap: "none" });
  document.removeEventListener("htmx:afterRequest", listen);
  if (steered) return;
  if (said) sessionStorage.setItem(SAID, JSON.stringify(said));
  location.reload();
}

bind("[data-toast]", live);
const said = JSON.parse(sessionStorage.getItem(SAID) ?? "null");
sessionStorage.removeItem(SAID);
if (said) toast(said.text);
document.addEventListener("psa:toast", (event) => toast(event.detail.text, event.detail.undo ?? ""));
