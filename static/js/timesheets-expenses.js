// Expenses: which fields a code needs, receipts that are sent as soon as they are chosen or dropped, the large picture, J and K.
import { bind } from "./bind.js";

// A photograph is sent at once; the button says so, and the same one is not sent twice.
bind("[data-snap]", (form) => {
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", () => {
    if (!input.files.length || form.dataset.sent) return;
    form.dataset.sent = "1";
    form.querySelector("[data-snap-words]").textContent = "Uploading…";
    form.submit();
  });
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("[data-snap][data-sent]")) location.reload();
});

bind("[data-drop]", (form) => {
  const input = form.querySelector("input[type=file]");
  const words = form.querySelector("[data-drop-words]");
  const send = () => { if (input.files.length) { words.textContent = "Uploading…"; form.requestSubmit(); } };
  input.addEventListener("change", send);
  for (const name of ["dragenter", "dragover"]) form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("is-over"); });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    send();
  });
});

// A code with units asks for a quantity instead of an amount; another currency for its rate; what is usual is ticked.
bind("[data-expense]", (form) => {
  const { amount, code, currency, quantity, kind } = form.elements;
  const place = (field) => field.closest(".field");
  const quantityLabel = place(quantity).querySelector("label");
  const quantityWords = quantityLabel.firstChild;
  const touched = new Set();
  const update = () => {
    const unit = code.selectedOptions[0]?.dataset.unit ?? "";
    place(amount).hidden = unit !== "";
    place(currency).hidden = unit !== "";
    const perDiem = code.selectedOptions[0]?.dataset.perDiem === "1";
    form.querySelector("[data-per-diem]").hidden = !perDiem;
    quantityWords.textContent = unit ? `Quantity (${unit})` : perDiem ? "Days" : "Quantity";
    form.querySelector("[data-foreign]").hidden = unit !== "" || currency.value === form.dataset.currency;
  };
  const suggest = () => {
    const chosen = code.selectedOptions[0]?.dataset ?? {};
    const tick = (name, wanted) => { if (!touched.has(name)) form.elements[name].checked = wanted; };
    tick("is_reimbursable", kind.value === "EMPLOYEE" && chosen.reimbursable !== "0");
    if (form.elements.project.value) tick("is_billable", chosen.billable !== "0");
  };
  for (const name of ["is_reimbursable", "is_billable"]) form.elements[name].addEventListener("change", () => touched.add(name));
  code.addEventListener("change", () => { update(); suggest(); });
  kind.addEventListener("change", suggest);
  form.elements.project.addEventListener("change", suggest);
  currency.addEventListener("change", update);
  update();
  for (const part of form.querySelectorAll("[data-open-if-wrong]")) if (part.querySelector("[aria-invalid='true']")) part.open = true;
});

// The large picture, on the page; with Ctrl or a middle click in a tab of its own, as links do.
const view = document.getElementById("receipt-view");
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-receipt]");
  if (!link || !view || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const image = view.querySelector("[data-receipt-image]");
  image.src = link.href;
  image.alt = `Receipt ${link.dataset.receipt}`;
  image.hidden = false;
  view.querySelector("[data-receipt-name]").textContent = link.dataset.receipt;
  view.querySelector("[data-receipt-download]").href = link.href.replace("?shown", "?download");
  view.showModal();
});

// J and K: the next and the previous of what is listed.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const items = [...document.querySelectorAll("[data-item]")];
  const here = items.findIndex((item) => item.getAttribute("aria-current") === "true");
  items[here < 0 ? 0 : here + Number(button.dataset.step)]?.click();
});
