// The payment page works without this; it fills in test numbers, groups digits and marks the button as busy.
const form = document.querySelector("[data-pay]");

function put(name, value) {
  const input = form.elements.namedItem(name);
  if (input) input.value = value;
}

for (const button of document.querySelectorAll("[data-fill]")) {
  button.addEventListener("click", () => {
    const { fill, number, routing } = button.dataset;
    if (!form.elements.email.value) put("email", "payer@example.com");
    if (fill === "card") {
      put("number", number);
      put("expiry", "12 / 34");
      put("cvc", "123");
      put("card_name", "Pat Payer");
    } else {
      put("routing", routing);
      put("account_number", number);
      put("us_bank_account_name", "Pat Payer");
    }
    form.querySelector("[type=submit]").focus();
  });
  button.disabled = false; // a press before this would be lost
}

function group(input, size, most, glue) {
  input?.addEventListener("input", () => {
    if (input.selectionStart !== input.value.length) return;
    const digits = input.value.replace(/\D/g, "").slice(0, most);
    const parts = digits.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
    input.value = parts.join(glue);
  });
}

group(form.elements.namedItem("number"), 4, 19, " ");
group(form.elements.namedItem("expiry"), 2, 4, " / ");

form.addEventListener("submit", (event) => {
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  const words = form.querySelector("[data-busy]");
  words.textContent = words.dataset.busy;
  words.closest("button").setAttribute("aria-busy", "true");
});
// A page that comes back from the history can be sent again; the server decides whether it may.
addEventListener("pageshow", (event) => event.persisted && location.reload());

document.querySelector("[data-focus]")?.focus();
// After a refusal this page is the answer to a POST; coming back to it should ask anew instead of sending it again.
history.replaceState(null, "", form.getAttribute("action"));
