// What went wrong with a request is said on the page, in words; nothing typed is lost.
import { icon, ALERT } from "./bind.js";

const WORDS = {
  403: "You may not do that. Nothing was changed. If you signed out in another tab, load the page again.",
  404: "That is no longer here. Load the page again to see what is.",
  429: "Too many tries at once. Wait a minute, then try again.",
};

export function complain(text) {
  const place = document.querySelector("dialog[open] [data-notices]") ?? document.getElementById("page-notices");
  if (!place) return;
  const line = document.createElement("div");
  line.className = "notice notice-bad";
  const words = document.createElement("p");
  words.textContent = text;
  line.append(icon(ALERT, "alert-circle"), words);
  place.replaceChildren(line);
  line.scrollIntoView({ block: "nearest" });
}

// A refusal that the server aimed somewhere (HX-Retarget) is shown there whatever its code; a stray page is not.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:responseError", (event) => {
  if (event.defaultPrevented) return;
  const code = event.detail.xhr.status;
  complain(WORDS[code] ?? `Something broke on our side and nothing was changed. It is recorded; try again in a moment. (${code})`);
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (!event.defaultPrevented) complain("The connection dropped; nothing was saved. Try again when you are back online.");
  });
}
// A notice about the last request goes away with the next one that succeeds.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig?.verb !== "get") document.getElementById("page-notices")?.querySelector(":scope > .notice-bad:only-child")?.remove();
});
