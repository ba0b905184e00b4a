"""Real Chromium for tests: how it is started, what it must not say, and what axe-core makes of a page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tools import browser as chromium

ROOT = Path(__file__).resolve().parent.parent
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
# No sandbox of its own (root has none), and nothing that calls out: a machine may have no network at all.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# What the policy blocks is told to the console too, but only when the browser finds it worth a line.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", broken => console.error(
    `Policy broken: ${broken.effectiveDirective} ${broken.blockedURI} ${broken.sourceFile}:${broken.lineNumber}`));
"""
# The browser's and htmx's own lines about a refusal, which is an answer like others.
REFUSALS = tuple(
    f"{words} {status}"
    for words in (
        "Failed to load resource: the server responded with a status of",
        "Response Status Error Code",
    )
    for status in (409, 422)
)
RUN_AXE = """
impacts => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
    .filter(broken => impacts.includes(broken.impact))
    .map(broken => `${broken.id}: ${broken.nodes.map(node => node.html.slice(0, 160)).join(" | ")}`))
"""


def launch(playwright: Playwright) -> Browser:
    """The machine's Chromium, without a window."""
    return playwright.chromium.launch(executable_path=chromium.path(), args=list(FLAGS))


def axe(page: Page, impacts: tuple[str, ...] = ("serious", "critical")) -> list[str]:
    """What axe-core finds on the page as it is now. The debugger puts it in, past the policy."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    session.detach()
    found: list[str] = page.evaluate(RUN_AXE, list(impacts))
    return found


class Watch:
    """Writes down every error on the console, every uncaught one, and every break of the content security policy."""

    def __init__(self, context: BrowserContext) -> None:
        self.said: list[str] = []
        self._expected = list(REFUSALS)
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._note(str(error.error), error.page))

    def expect(self, *beginnings: str) -> None:
        """Lines that begin so are the test's own doing, such as the browser's about a line that was cut."""
        self._expected += beginnings

    def _on_console(self, line: Any) -> None:
        if line.type == "error":
            self._note(line.text, line.page)

    def _note(self, text: str, page: Page | None) -> None:
        if not text.startswith(tuple(self._expected)):
            self.said.append(f"{page.url if page else ''}: {text}")
