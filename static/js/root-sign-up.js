// Sign-up: the address follows the firm's name until it is typed by hand; free addresses are one press away.
const form = document.querySelector("[data-sign-up]");
const name = form.elements.name;
const slug = form.elements.slug;
const zone = form.elements.time_zone;

// The same as psa.founding.slug_of.
function slugOf(text) {
  const plain = text.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase().replace(/'/g, "");
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^[-0-9]+|[-0-9]+$/g, "").slice(0, 30).replace(/^-+|-+$/g, "");
}
const ask = () => slug.dispatchEvent(new Event("change", { bubbles: true }));

let follows = slug.value === "" || slug.value === slugOf(name.value);
name.addEventListener("input", () => { if (follows) slug.value = slugOf(name.value); });
name.addEventListener("change", () => { if (follows && slug.value) ask(); });
slug.addEventListener("input", () => { follows = slug.value === ""; });
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-slug]");
  if (!chosen) return;
  follows = false;
  slug.value = chosen.dataset.slug;
  ask();
  slug.focus();
});
// The edge of the field follows what the line below it says.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "slug-note") return;
  const isWrong = event.detail.target.querySelector(".field-error") !== null;
  slug.classList.toggle("is-invalid", isWrong);
  if (isWrong) slug.setAttribute("aria-invalid", "true");
  else slug.removeAttribute("aria-invalid");
});
if (!zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
