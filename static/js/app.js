// The behaviour that every page has. Each module binds itself by data- attributes, on the page and on what htmx swaps in.
import "./csrf.js";
import "./answers.js";
import "./theme.js";
import "./toasts.js";
import "./dialog.js";
import "./menu.js";
import "./tabs.js";
import "./forms.js";
import "./validate.js";
import "./pickers.js";
import "./bulk.js";
import "./copy.js";
import "./disclose.js";
import "./shortcuts.js";
import "./announce.js";
import "./timer.js";
import "./passkeys.js";
