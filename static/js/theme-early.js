// Loaded before the first paint, so that "as the system" never flashes: resolves it to light or dark for Tabler's selectors.
(() => {
  const page = document.documentElement;
  if (page.dataset.bsTheme !== "auto") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { page.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  page.dataset.themeFollows = "system";
  follow();
  dark.addEventListener("change", () => { if (page.dataset.themeFollows === "system") follow(); });
})();
