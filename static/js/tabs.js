// Of tabs that do not fit side by side, the current one is in sight. Only their row moves: scrolling the tab itself
// into view would make the browser go on from there with the Tab key, past "Skip to content".
import { bind } from "./bind.js";

bind(".tabs [aria-current]", (tab) => {
    const row = tab.closest(".tabs");
    const [from, to] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += from.left + from.width / 2 - (to.left + to.width / 2);
});
