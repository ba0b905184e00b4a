// Reads and prints durations in the browser as core/minutes.py does on the server, which decides.
const HOURS = /^([0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)h?$/;
const CLOCK = /^([0-9]*):([0-5][0-9])h?$/;
const UNITS = /^(?:([0-9]+)h)?(?:([0-9]+)m?)?$/;
const DAY = 24 * 60;

function ofDecimal(text) {
  const [whole, part = ""] = text.replace(",", ".").split(".");
  const scale = 10n ** BigInt(part.length);
  const exact = (BigInt(whole || 0) * scale + BigInt(part || 0)) * 60n;
  const minutes = (exact * 2n + scale) / (scale * 2n); // half-up
  return exact > 0n && minutes === 0n ? undefined : Number(minutes);
}
function read(typed) {
  if (HOURS.test(typed)) return ofDecimal(HOURS.exec(typed)[1]);
  const clock = CLOCK.exec(typed);
  if (clock) return Number(clock[1] || 0) * 60 + Number(clock[2]);
  const units = UNITS.exec(typed);
  return units ? Number(units[1] ?? 0) * 60 + Number(units[2] ?? 0) : undefined;
}

// Minutes; null clears the cell; undefined is no duration (yet).
export function parse(text) {
  const typed = text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();
  if (!typed) return null;
  if (typed.length > 20) return undefined;
  const minutes = read(typed);
  if (minutes === undefined || minutes > DAY) return undefined;
  return minutes || null;
}

export function format(minutes, style) {
  if (style === "clock") return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  const hundredths = Math.floor((minutes * 200 + 60) / 120); // half-up
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}`;
}
