// Charts read their numbers from a JSON script block (data, not code: the policy allows it) and their colours from the tokens.
// Chart.js comes before this module as a plain script; a change of theme draws again.
await document.fonts.load('500 11px "Inter Variable"'); // a canvas does not redraw when a font arrives late

function token(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`; // a real property resolves light-dark() for the theme in force
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
const Chart = window.Chart;
Chart.defaults.font.family = '"Inter Variable", Inter, system-ui, sans-serif';
Chart.defaults.font.size = 11;
Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.plugins.legend.display = false;
Chart.defaults.plugins.tooltip.padding = 8;

function short(value, unit) {
  if (unit === "%") return `${value} %`;
  if (unit === "$") return value >= 1e6 ? `$${value / 1e6}M` : value >= 1e3 ? `$${value / 1e3}k` : `$${value}`;
  return `${value}${unit ? ` ${unit}` : ""}`;
}
function draw(box) {
  const spec = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", box.getAttribute("aria-label") ?? "");
  box.chart?.destroy();
  box.replaceChildren(canvas);
  const line = spec.kind === "line";
  box.chart = new Chart(canvas, {
    type: spec.kind,
    data: {
      labels: spec.labels,
      datasets: spec.sets.map((set) => ({
        label: set.label,
        data: set.data,
        type: set.kind,
        backgroundColor: Array.isArray(set.token) ? set.token.map(token) : token(set.token),
        borderColor: line || set.kind === "line" ? token(set.token) : token("surface"),
        borderWidth: line || set.kind === "line" ? 2 : spec.stacked ? { top: 1 } : 0,
        borderDash: set.dash ? [4, 4] : [],
        borderRadius: 3,
        pointRadius: 0,
        pointHoverRadius: 4,
        tension: 0.25,
        barPercentage: 0.78,
        categoryPercentage: 0.82,
        maxBarThickness: 28,
      })),
    },
    options: {
      indexAxis: spec.flat ? "y" : "x",
      scales: {
        x: { stacked: spec.stacked, grid: { display: Boolean(spec.flat), color: token("line"), drawTicks: false }, border: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 12, ...(spec.flat && { callback: (v) => short(v, spec.unit) }) } },
        y: { stacked: spec.stacked, beginAtZero: true, suggestedMax: spec.max, grid: { display: !spec.flat, color: token("line"), drawTicks: false }, border: { display: false }, ticks: { maxTicksLimit: 5, padding: 8, ...(!spec.flat && { callback: (v) => short(v, spec.unit) }) } },
      },
      interaction: { mode: "index", intersect: false },
    },
  });
}

function drawAll() {
  Chart.defaults.color = token("ink-3");
  Chart.defaults.plugins.tooltip.backgroundColor = token("ink");
  Chart.defaults.plugins.tooltip.titleColor = Chart.defaults.plugins.tooltip.bodyColor = token("surface");
  for (const box of document.querySelectorAll("[data-chart]")) draw(box);
}
drawAll();
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
