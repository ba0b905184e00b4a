"""Time off in a real browser: asked for by keyboard alone, approved with one press, undone; nothing for axe."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from wsgiref.simple_server import make_server

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client as Web
from playwright.sync_api import Browser, Page, expect

from core import clock
from people.models import User
from staffing.models import LeaveRequest
from tests.browsers import Watch, axe
from tests.cast import Cast, add_cast
from tests.frontend.site import Quiet, Server
from tests.staffing.leave import ask

pytestmark = pytest.mark.usefixtures("django_db_setup")  # before the browser, whose loop runs in this thread
BUSY = 20_000  # milliseconds; the machine may be
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What htmx has brought is at rest.
SETTLED = "!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"
Open = Callable[..., Page]


class Application(WSGIHandler):
    """Gives each thread's connections back, as a web server does at the end of its life."""

    def __call__(self, *args: Any) -> Any:
        try:
            return super().__call__(*args)
        finally:
            connections.close_all()


@pytest.fixture
def people(own_firm: Any, settings: Any) -> Cast:
    """The cast of a committed firm."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    return add_cast(User.objects.get(email="olu@hm.example"))


@pytest.fixture
def window(people: Cast, own_firm: Any, chromium: Browser) -> Iterator[Open]:
    """`window(user, path)` is a page of the firm in a browser, signed in as the user."""
    server = make_server(
        "127.0.0.1", 0, StaticFilesHandler(Application()), server_class=Server, handler_class=Quiet
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    host = f"{own_firm.slug}.localhost"
    watches: list[Watch] = []

    def opened(user: User, path: str, *, width: int = 1440, theme: Any = "light") -> Page:
        browser = Web(headers={"host": host})
        browser.force_login(user, backend="people.allauth_adapter.SignIn")
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies(
            [{"name": name, "value": browser.cookies[name].value, "domain": host, "path": "/"}]
        )
        watches.append(Watch(context))
        page = context.new_page()
        page.goto(f"http://{host}:{server.server_port}{path}")
        return page

    yield opened
    for context in chromium.contexts:
        context.close()
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)
    assert [line for watch in watches for line in watch.said] == []


def test_asked_for_by_keyboard_and_approved_with_one_press(people: Cast, window: Open) -> None:
    today = clock.today()
    first = today - timedelta(days=today.weekday()) + timedelta(weeks=3)
    page = window(people.member, "/time-off/")
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Kind")).to_be_focused(timeout=BUSY)
    page.wait_for_function(SETTLED)
    page.keyboard.press("Tab")
    expect(dialog.get_by_label("First day", exact=True)).to_be_focused(timeout=BUSY)
    page.keyboard.type(f"{first:%m%d%Y}", delay=20)
    expect(dialog.locator("#leave-preview")).to_contain_text("1 day", timeout=BUSY)
    expect(dialog.locator("#leave-preview")).to_contain_text("Dana Ruiz", timeout=BUSY)
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_text("waits for approval")).to_be_visible(timeout=BUSY)
    request = LeaveRequest.objects.get()
    assert (request.starts_on, request.ends_on) == (first, first)

    queue = window(people.manager, "/time-off/requests/")
    queue.get_by_role("button", name="Approve, Priya Raman").press("Enter")
    expect(queue.get_by_text("No request waits")).to_be_visible(timeout=BUSY)
    queue.get_by_role("button", name="Undo").click()
    expect(queue.get_by_role("heading", name="Priya Raman")).to_be_visible(timeout=BUSY)


def test_pages_of_leave_fit_and_axe_finds_nothing(people: Cast, window: Open) -> None:
    today = clock.today()
    first = today - timedelta(days=today.weekday()) + timedelta(weeks=3)
    User.objects.filter(pk=people.member.pk).update(name="Maximiliane von Hohenstein-Altenburg")
    ask(people.member, first, first + timedelta(days=2), ends_at_noon=True, note="שלום " * 20)
    pages = (
        "/time-off/",
        "/time-off/team/",
        "/time-off/requests/",
        "/time-off/balances/",
        "/time-off/types/",
    )
    for width, theme in ((1440, "light"), (375, "dark")):
        for path in (*pages, "/time-off/types/new/", "/time-off/balances/1/"):
            page = window(people.owner, path, width=width, theme=theme)
            assert axe(page) == [], f"{path} at {width}, {theme}"
            assert page.evaluate(TOO_WIDE) <= 0, f"{path} at {width}"
            page.context.close()
