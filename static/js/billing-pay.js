// The pay page, in the client's language: the button repeats the amount that will be paid, the amount is tidied on leaving,
// the lines are open where there is room.
const wide = window.matchMedia("(min-width: 768px)");
for (const details of document.querySelectorAll("[data-open-wide]")) details.open = wide.matches;

// Reads what the server will read (core.money.parse_amount with the client's locale); null for what it would refuse.
export function readAmount(text, language, places) {
  const parts = new Intl.NumberFormat(language, { useGrouping: true }).formatToParts(12345.6);
  const mark = (type) => parts.find((part) => part.type === type).value;
  const escaped = (sign) => (/\s/.test(sign) ? "[ \\u00a0\\u202f]" : `\\${sign}`);
  const shape = new RegExp(`^(\\d+|\\d{1,3}(?:${escaped(mark("group"))}\\d{3})+)?(?:${escaped(mark("decimal"))}(\\d+))?$`);
  const match = shape.exec(text.trim());
  if (!match || !(match[1] || match[2]) || (match[2] ?? "").length > places) return null;
  return Number(`${(match[1] ?? "0").replace(/\D/g, "")}.${match[2] ?? "0"}`);
}

const button = document.querySelector("[data-pay]");
const amount = document.querySelector("[data-pay-amount]");
if (button && amount) {
  const { language, currency, pay } = button.dataset;
  const words = button.querySelector("[data-pay-words]");
  const whole = words.textContent;
  const places = Number(amount.dataset.places ?? 2);
  const digits = { minimumFractionDigits: places, maximumFractionDigits: places };
  const money = new Intl.NumberFormat(language, { style: "currency", currency, ...digits });
  const plain = new Intl.NumberFormat(language, digits);
  const read = () => readAmount(amount.value, language, places);
  const say = () => { words.textContent = read() > 0 ? pay.replace("{amount}", money.format(read())) : whole; };
  amount.addEventListener("input", say);
  amount.addEventListener("change", () => { if (read() !== null) amount.value = plain.format(read()); say(); });
  if (amount.defaultValue && amount.getAttribute("aria-invalid") !== "true") say();
}
