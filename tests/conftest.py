"""Firms for tests: one that is entered and rolled back, a stranger's, and clones for two connections."""

import gc
import itertools
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Web
from django.test.utils import teardown_databases
from django.utils import timezone
from hypothesis import HealthCheck
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from psa.celery import app as celery_app
from psa.founding import found_firm
from tenants.cloning import drop_firm, prepare_installation
from tenants.models import Firm
from tests import browsers, ready, static_scan
from tests.cast import NOW, PASSWORD, Cast, add_cast
from tests.own_firms import OwnFirm

pytest_plugins = ["tests.vendors"]

_numbers = itertools.count(1)
# The files that take longest, each many seconds, longest first.
LONGEST = (
    "api/test_schema.py",
    "frontend/test_pages.py",
    "tools/test_bench.py",
    "tenancy/test_isolation.py",
    "tenancy/test_backups.py",
    "tenancy/test_api_isolation.py",
    "tenancy/test_migrating.py",
    "tenancy/test_cloning.py",
    "billing/test_corrections_at_random.py",
    "staffing/test_leave_in_browser.py",
    "billing/test_credits_in_browser.py",
    "billing/test_properties.py",
    "psa/test_demo.py",
    "api/test_story.py",
)


def found(name: str, slug: str, email: str) -> Firm:
    """A firm as sign-up makes it."""
    firm, _ = found_firm(
        name=name,
        slug=slug,
        owner_name="Olu Hartwell",
        owner_email=email,
        password=PASSWORD,
        time_zone="America/New_York",
        at=NOW,
    )
    return firm


def pytest_configure(config: pytest.Config) -> None:
    # Each worker has a Redis number of its own, as it has a database, so that caches do not meet; and so has who runs
    # without workers, perhaps beside them. The processes that tests start have their test's.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw13").removeprefix("gw")
    redis_url = urlunsplit(urlsplit(settings.REDIS_URL)._replace(path=f"/{worker}"))
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL = os.environ["REDIS_URL"] = redis_url
    # Argon2 is slow on purpose; whether it is configured is tested on its own.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # How long it takes to make an example says how busy the machine is, and nothing about the code.
    hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis.settings.load_profile("house")
    static_scan.keep()
    celery_app.conf.task_always_eager = True
    celery_app.conf.task_eager_propagates = True


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What takes longest comes first: with several workers, none begins with it when the others have nothing left.
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(
        key=lambda item: (
            "e2e" not in item.path.parts,
            order.get("/".join(item.path.parts[-2:]), len(LONGEST)),
        )
    )
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            raise pytest.UsageError(
                f"{item.nodeid}: transaction=True empties whatever schema is current; use own_firm"
            )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Modules and tests stay to the end: the collector of garbage need not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


class ByFile(LoadScopeScheduling):
    """The tests of a file stay together; so do all stories in the browser, which share one running product."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "e2e" if "/e2e/" in path else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """A test database with the installation, its blueprint and two founded firms; made once for each worker.

    Instead of pytest-django's own, which makes none where every test has a firm of its own.
    """
    keeps = django_db_keepdb and not django_db_createdb
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get(ready.NAME)
    with django_db_blocker.unblock():
        made = make(keeps)
        prepare_installation()
        for name, slug, email in (
            ("Hartwell & Moss", "hm", "olu@hm.example"),
            ("Stranger Works", "other", "sam@other.example"),
        ):
            if not Firm.objects.filter(slug=slug).exists():
                found(name, slug, email)
        connection.set_schema_to_public()
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            drop(made)


def make(keeps: bool) -> Any:
    """The test database, as Django makes it, but without its migrations: `prepare_installation` knows where each
    belongs, and Django would take all of them through the public schema, for half a minute."""
    usual, creation = connection.settings_dict["NAME"], connection.creation
    name = creation._create_test_db(verbosity=0, autoclobber=True, keepdb=keeps)
    connection.close()
    connection.close_pool()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    return [(connection, usual, True)]


def drop(made: Any) -> None:
    """Removes the test database, though threads of tests have put connections to it back into the pool.

    Only ours are ended: a worker of autovacuum is the server's, which an ordinary role may not end
    and which DROP DATABASE sends away by itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )
    teardown_databases(made, verbosity=0)


@pytest.fixture(scope="module", autouse=True)
def fresh_connection() -> None:
    """Each file begins with a connection of its own: one that has seen many statements makes firms ever more slowly."""
    connection.close()
    connection.close_pool()


@pytest.fixture
def firm(db: None) -> Iterator[Firm]:
    """Firm *hm*, entered; what the test does is rolled back."""
    connection.set_schema_to_public()
    firm = Firm.objects.get(slug="hm")
    connection.set_tenant(firm)
    yield firm
    connection.set_schema_to_public()


@pytest.fixture
def owner(firm: Firm) -> Any:
    from people.models import User

    return User.objects.get(email="olu@hm.example")


@pytest.fixture
def cast(owner: Any) -> Cast:
    """Everybody of firm *hm*, with a client, a project and rates."""
    return add_cast(owner)


def _found_own() -> Firm:
    return found("Own firm", f"own-{os.getpid()}-{next(_numbers)}", "olu@hm.example")


@pytest.fixture
def new_firm(django_db_setup: None, django_db_blocker: Any) -> Iterator[Firm]:
    """A committed firm that nobody had before, for tests that drop it; dropped afterwards. It is entered."""
    with django_db_blocker.unblock():
        firm = _found_own()
        connection.set_tenant(firm)
        try:
            yield firm
        finally:
            connection.set_schema_to_public()
            drop_firm(firm)


@pytest.fixture(scope="session")
def own_firms(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[OwnFirm]]:
    """The firm that tests have one after the other; empty before the first, and after one that spoiled it."""
    kept: list[OwnFirm] = []
    yield kept
    with django_db_blocker.unblock():
        for own in kept:
            own.forget()
            drop_firm(own.firm)


@pytest.fixture
def own_firm(own_firms: list[OwnFirm], django_db_blocker: Any) -> Iterator[Firm]:
    """A committed firm for tests with two connections, as it was founded. It is entered."""
    with django_db_blocker.unblock():
        if not own_firms:
            own_firms.append(OwnFirm(_found_own()))
        own = own_firms[0]
        try:
            yield own.take()
        finally:
            if not own.clean():
                own_firms.clear()
                own.forget()
                drop_firm(own.firm)


@pytest.fixture
def own_cache(settings: Any) -> None:
    """Keys of this test alone: what earlier tests counted against a limit is not there."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid.uuid4().hex}}


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays NOW, where what a page says or a timer counts depends on the day or the hour of the test."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def web(firm: Firm) -> Callable[..., Web]:
    """`web(user)` is a browser on firm hm's host, signed in as the user; `web()` is nobody's."""

    def browser(user: Any = None, host: str = "hm.localhost") -> Web:
        browser = Web(headers={"host": host})
        if user is not None:
            browser.force_login(user, backend="people.allauth_adapter.SignIn")
        return browser

    return browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a worker; each opens contexts of its own."""
    # Playwright keeps an event loop in this thread, which Django takes for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
