// Of tabs that do not fit side by side, the current one is in sight.
import { bind } from "./bind.js";

bind(".tabs [aria-current]", (tab) => tab.scrollIntoView({ block: "nearest", inline: "center" }));
