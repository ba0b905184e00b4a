// Choosing several rows: <form data-bulk> around a table and a .bulk bar.
//   tbody [data-bulk-row] tick boxes; data-amount="1234.50" (major units) or data-minutes="90" are summed
//   thead [data-bulk-all] tick box
//   .bulk[data-bulk-bar] is shown with a selection; inside it [data-bulk-count], [data-bulk-sum] (data-currency="USD" or data-unit="h")
//   data-one="1 project" data-many="{n} projects" on [data-bulk-count]; any [data-bulk-words="Preview {n} drafts" data-one="Preview 1 draft"]
import { bind } from "./bind.js";

function sumOf(rows, place) {
  const { currency } = place.dataset;
  const key = currency ? "amount" : "minutes";
  // whole cents or minutes, so that a hundred rows add up exactly
  const whole = rows.reduce((sum, row) => sum + Math.round(Number(row.dataset[key] ?? 0) * (currency ? 100 : 1)), 0);
  return currency
    ? new Intl.NumberFormat("en-US", { style: "currency", currency }).format(whole / 100)
    : `${(whole / 60).toFixed(2)} h`;
}
bind("[data-bulk]", (form) => {
  const rows = () => [...form.querySelectorAll("[data-bulk-row]:not(:disabled)")];
  const update = () => {
    const all = rows();
    const chosen = all.filter((row) => row.checked);
    for (const row of all) row.closest("tr, li")?.classList.toggle("is-picked", row.checked);
    const head = form.querySelector("[data-bulk-all]");
    if (head) { head.checked = all.length > 0 && chosen.length === all.length; head.indeterminate = chosen.length > 0 && chosen.length < all.length; }
    const bar = form.querySelector("[data-bulk-bar]");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    for (const place of bar.querySelectorAll("[data-bulk-count]")) {
      place.textContent = (chosen.length === 1 ? place.dataset.one : place.dataset.many ?? "{n} selected")?.replace("{n}", chosen.length) ?? `${chosen.length} selected`;
    }
    for (const place of bar.querySelectorAll("[data-bulk-sum]")) place.textContent = sumOf(chosen, place);
    for (const place of bar.querySelectorAll("[data-bulk-words]")) place.textContent = ((chosen.length === 1 && place.dataset.one) || place.dataset.bulkWords).replace("{n}", chosen.length);
  };
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-bulk-all]")) for (const row of rows()) row.checked = event.target.checked;
    if (event.target.matches("[data-bulk-all], [data-bulk-row]")) update();
  });
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-bulk-clear]")) return;
    for (const row of rows()) row.checked = false;
    update();
  });
  form.addEventListener("htmx:afterSettle", update);
  update();
});
