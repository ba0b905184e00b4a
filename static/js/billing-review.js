// The true PDF in place of its preview, where the browser shows PDFs within a page: phones do not.
import { bind } from "./bind.js";
import "./billing-document.js";

bind("[data-pdf]", (frame) => {
  if (!navigator.pdfViewerEnabled || matchMedia("(max-width: 991.98px)").matches) return;
  frame.src = `${frame.dataset.pdf}#view=FitH&navpanes=0`;
  frame.hidden = false;
  frame.previousElementSibling.hidden = true;
});
