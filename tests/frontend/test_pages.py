"""Every layout at two widths and in both themes: nothing blocked, nothing for axe, nothing wider than the screen."""

import pytest
from playwright.sync_api import expect

from tests.frontend.conftest import Window, axe

PAGES = [
    "/list",
    "/form",
    "/detail",
    "/empty",
    "/door",
    "/pay",
    "/400",
    "/403",
    "/403csrf",
    "/404",
    "/500",
    "/refused",
]


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_clean(window: Window, path: str, theme: str, width: int) -> None:
    page = window(path, width=width, theme=theme)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_as_the_system_follows_the_system(window: Window) -> None:
    page = window("/list", theme="auto")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_skip_link_leads_past_the_menu(window: Window) -> None:
    page = window("/list")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_lost_pages_keep_the_menu_of_whoever_is_signed_in(window: Window) -> None:
    page = window("/404")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing at this address")
    expect(page.get_by_role("link", name="Timesheet")).to_be_visible()
    page = window("/404?nobody=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing at this address")
    expect(page.get_by_role("link", name="Timesheet")).to_have_count(0)


def test_500_needs_neither_firm_nor_scripts(window: Window) -> None:
    page = window("/500")
    assert page.locator("script").count() == 0
    assert page.get_by_role("link", name="Go home").is_visible()
