"""The people of a story in their browsers: each has a window of one width, and what it complains about is kept."""

import re
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsers import Watch, axe
from tests.e2e.product import BUILD, Product
from tests.waiting import wait_until

# Typeface there, no answer of htmx under way, nothing still moving.
SETTLED = """document.fonts.status === "loaded" && !document.querySelector(".htmx-request, .htmx-swapping")
    && document.getAnimations().every(each => each.playState !== "running" || each.effect.getTiming().iterations > 9)"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Actor:
    """Somebody in front of a page."""

    page: Page
    watch: Watch
    pictures: Path
    base: str = ""

    def go(self, path: str) -> None:
        """Opens an address of the firm; an answer of 400 or more fails."""
        answer = self.page.goto(path if path.startswith("http") else self.base + path)
        assert answer is not None
        assert answer.status < 400, f"{self.page.url} answered {answer.status}"

    def look(self, name: str) -> None:
        """The screen as it is now: quiet, nothing serious for axe, not wider than the window; a picture is kept."""
        self.page.wait_for_load_state("load")
        self.until(SETTLED)
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True, caret="initial")
        assert axe(self.page) == [], f"axe on {name}, {self.page.url}"
        assert self.page.evaluate(TOO_WIDE) <= 0, f"{name} is wider than the window, {self.page.url}"

    def menu(self, label: str) -> None:
        """Goes where the menu's item leads; on a phone the menu is behind *More*."""
        more = self.page.get_by_role("button", name="More", exact=True).and_(
            self.page.locator("[data-side-open]")
        )
        if more.is_visible():
            more.click()
        side = self.page.get_by_role("navigation", name="Sections")
        with self.page.expect_navigation():
            side.get_by_role("link", name=re.compile(f"^{label}")).click()

    def follow(self, name: str) -> None:
        """Follows the first link on the page that is called so."""
        with self.page.expect_navigation():
            self.page.locator("#main, main").get_by_role("link", name=name).first.click()

    def button(self, name: str, *, within: str = "body") -> None:
        """Presses the button with exactly that name."""
        self.page.locator(within).get_by_role("button", name=name, exact=True).click()

    def fill(self, within: str = "#main", **typed: str) -> None:
        """Types into the fields of a form, named as the form names them."""
        for name, text in typed.items():
            self.page.locator(f"{within} [name={name}]").fill(text)

    def pick(self, label: str, words: str) -> None:
        """Chooses by search in a picker."""
        named = re.compile(f"^{label}(\\s+optional)?$")
        box = self.page.get_by_role("combobox", name=named)
        box.locator("xpath=ancestor::*[contains(@class, 'ts-control')]").click()
        self.page.keyboard.type(words, delay=15)
        self.page.locator(".ts-dropdown:visible .option", has_text=words).first.click()

    def heading(self, words: str | re.Pattern[str]) -> None:
        """The page's title says so; waits for it."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def until(self, condition: str) -> None:
        """Waits for what a script finds. Not by the browser's own polling, which the policy blocks."""
        wait_until(lambda: self.page.evaluate(condition), what=condition)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def told(self, words: str | re.Pattern[str]) -> None:
        """A toast says so."""
        expect(self.page.locator("#toasts")).to_contain_text(words)

    def sign_in(self, email: str, password: str) -> None:
        self.go("/account/sign-in/")
        self.fill("form", login=email, password=password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(f"{self.base}/")


@dataclass
class Stage:
    """One story at one width."""

    product: Product
    browser: Browser
    width: int
    name: str
    slug: str = ""
    contexts: list[BrowserContext] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)

    def __post_init__(self) -> None:
        # People of an earlier story have the same addresses.
        urllib.request.urlopen(f"{self.product.sandbox.http_url}/mail/clear", data=b"").close()

    @property
    def pictures(self) -> Path:
        path = BUILD / f"{self.name}-{self.width}"
        path.mkdir(parents=True, exist_ok=True)
        return path

    def enter(self, *, port: int = 0) -> Actor:
        """Somebody new, with a browser that has never been anywhere."""
        context = self.browser.new_context(
            viewport={"width": self.width, "height": 900 if self.width > 600 else 740},
            has_touch=self.width < 600,
            timezone_id="America/New_York",
            locale="en-US",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        self.watches.append(Watch(context))
        base = self.product.firm(self.slug, port=port) if self.slug else self.product.root
        return Actor(context.new_page(), self.watches[-1], self.pictures, base)

    def mail_to(self, address: str, subject: str) -> str:
        """The page, in the sandbox's mailbox, of the newest mail to somebody whose subject begins so."""
        found = wait_until(
            lambda: [
                mail for mail in self.product.sandbox.mails(address) if mail["subject"].startswith(subject)
            ],
            what=f"a mail to {address}: {subject}",
        )
        return f"{self.product.sandbox.http_url}/mail/{found[0]['id']}"

    def follow_mail(self, actor: Actor, address: str, subject: str, link: str) -> None:
        """Opens the mail in the mailbox page and follows the link with that name; the actor is then where it leads."""
        actor.page.goto(self.mail_to(address, subject))
        letter = actor.page.frame_locator("iframe")
        with actor.page.context.expect_page() as opened:
            letter.get_by_role("link", name=link).first.click()
        actor.page.close()
        actor.page = opened.value
        actor.page.wait_for_load_state()

    def show_last(self) -> None:
        """What was on the screens when the story broke off."""
        for number, context in enumerate(self.contexts):
            for page in context.pages:
                page.screenshot(path=self.pictures / f"last-{number}.png")

    def close(self) -> list[str]:
        """Closes every window; what the browsers complained about."""
        for context in self.contexts:
            context.close()
        return [line for watch in self.watches for line in watch.said]
