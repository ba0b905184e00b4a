// The choice shows at once; the server stores it. Without scripts the form simply posts.
import { bind } from "./bind.js";
import { csrfToken } from "./csrf.js";

const page = document.documentElement;
function show(choice) {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  page.dataset.themeFollows = choice === "auto" ? "system" : "";
  page.dataset.bsTheme = choice === "auto" ? (dark ? "dark" : "light") : choice;
}
bind("[data-theme-form]", (form) => {
  form.addEventListener("submit", async (event) => {
    const chosen = event.submitter;
    if (!chosen) return;
    event.preventDefault();
    show(chosen.value);
    for (const button of form.querySelectorAll("button")) {
      const tick = button.querySelector(".ti-check");
      if (tick && button !== chosen) chosen.append(tick);
      button.setAttribute("aria-pressed", String(button === chosen));
    }
    await fetch(form.getAttribute("action"), { method: "POST", headers: { "X-CSRFToken": csrfToken() }, body: new URLSearchParams({ theme: chosen.value }), redirect: "manual" });
  });
});
