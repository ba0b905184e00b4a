"""A real Chromium in front of the catalogue; an error on its console, a blocked style too, fails the test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page

from tests.frontend import catalogue
from tests.frontend.site import catalogue_site

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The browser's and htmx's own lines about a refused or lost request, which the tests bring about.
EXPECTED = ("Failed to load resource:", "Response Status Error Code", "htmx:afterRequest", "htmx:sendError")


class Window(Protocol):
    def __call__(self, path: str, *, width: int = 1440, theme: str = "light") -> Page: ...


@pytest.fixture(scope="package")
def site() -> Iterator[str]:
    with catalogue_site() as address:
        yield address


@pytest.fixture
def window(site: str, chromium: Browser) -> Iterator[Window]:
    """`window("/list", width=375, theme="dark")` opens a page; afterwards its console must have been silent."""
    contexts, said = [], []
    catalogue.calls.clear()

    def open_page(path: str, *, width: int = 1440, theme: str = "light") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            has_touch=width < 768,
            color_scheme="dark" if theme == "dark" else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        mark = "&" if "?" in path else "?"
        page.goto(f"{site}{path}{mark}theme={theme}")
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [line for line in said if not line.startswith(EXPECTED)] == []


def axe(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now. It is put in by the debugger, past the policy."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    return page.evaluate(
        """rules => axe.run(document, {runOnly: rules}).then(found => found.violations.map(
            broken => `${broken.id}: ${broken.nodes.map(node => node.html.slice(0, 160)).join(" | ")}`))""",
        RULES,
    )
