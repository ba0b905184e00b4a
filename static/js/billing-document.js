// The color of a document's template, which a strict policy keeps out of its markup.
import { bind } from "./bind.js";

bind("[data-doc-color]", (paper) => paper.style.setProperty("--doc-accent", paper.dataset.docColor));
