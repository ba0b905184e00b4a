// A running timer counts on: [data-timer data-timer-seconds="2700"] with [data-timer-clock]. The server measures; this
// only shows, from the seconds that had passed when the page was drawn, and never backwards.
import { bind } from "./bind.js";

const written = (seconds) => `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}`;

bind("[data-timer]", (timer) => {
  const drawn = Date.now();
  const before = Number(timer.dataset.timerSeconds);
  const clock = timer.querySelector("[data-timer-clock]");
  let shown = before;
  const tell = () => {
    if (!timer.isConnected) { clearInterval(ticking); return; }
    shown = Math.max(shown, before + Math.floor((Date.now() - drawn) / 1000));
    const text = written(Math.max(0, shown));
    if (clock.textContent !== text) clock.textContent = text;
  };
  const ticking = setInterval(tell, 1000);
  document.addEventListener("visibilitychange", tell);
});
