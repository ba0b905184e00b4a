// The pay page: the button repeats the amount that will be paid; the lines are open where there is room.
const wide = window.matchMedia("(min-width: 768px)");
for (const details of document.querySelectorAll("[data-open-wide]")) details.open = wide.matches;

const button = document.querySelector("[data-pay]");
const amount = document.querySelector("#id_amount");
if (button && amount) {
  const words = button.querySelector("[data-pay-words]");
  const whole = words.textContent;
  const money = new Intl.NumberFormat(button.dataset.language, { style: "currency", currency: button.dataset.currency });
  amount.addEventListener("input", () => {
    const value = Number(amount.value.replace(/[,\s]/g, ""));
    words.textContent = value > 0 ? `${button.dataset.pay} ${money.format(value)}` : whole;
  });
}
