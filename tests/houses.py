"""A committed firm behind a real web server, for browsers of tests that need nothing else of the product."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import make_server

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from playwright.sync_api import Browser, Page

from core.hosts import firm_url
from people.models import User
from tests.browsers import Watch
from tests.cast import PASSWORD, Cast, add_cast
from tests.frontend.site import Quiet, Server


class Application(WSGIHandler):
    """Gives each thread's connections back, as a web server does at the end of its life."""

    def __call__(self, *args: Any) -> Any:
        try:
            return super().__call__(*args)
        finally:
            connections.close_all()


@contextmanager
def open_house(settings: Any) -> Iterator[Cast]:
    """The cast in the firm that is entered, and its server on a free port until the end."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    server = make_server(
        "127.0.0.1", 0, StaticFilesHandler(Application()), server_class=Server, handler_class=Quiet
    )
    settings.PUBLIC_PORT = str(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield add_cast(User.objects.get(email="olu@hm.example"))
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


@contextmanager
def open_window(chromium: Browser, width: int = 1440) -> Iterator[Page]:
    """A page of a browser that must not complain."""
    context = chromium.new_context(viewport={"width": width, "height": 900})
    watch = Watch(context)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()
    assert watch.said == []


def sign_in(page: Page, person: User) -> None:
    page.goto(firm_url("/account/sign-in/"))
    page.get_by_label("E-mail").fill(person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
