"""Firms for tests: one that is entered and rolled back, a stranger's, and clones for two connections."""

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Web

from psa.celery import app as celery_app
from psa.founding import found_firm
from tenants.cloning import create_firm, drop_firm, prepare_installation
from tenants.models import Firm
from tests.cast import NOW, PASSWORD, Cast, add_cast

_numbers = itertools.count(1)


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
    # Argon2 is slow on purpose; whether it is configured is tested on its own.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    celery_app.conf.task_always_eager = True
    celery_app.conf.task_eager_propagates = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            raise pytest.UsageError(
                f"{item.nodeid}: transaction=True empties whatever schema is current; use own_firm"
            )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, worker_id: str = "") -> None:
    """Each worker has its own Redis database number too, so that caches do not meet."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The installation with its blueprint, and two founded firms; made once for each worker."""
    with django_db_blocker.unblock():
        prepare_installation()
        for name, slug, email in (
            ("Hartwell & Moss", "hm", "olu@hm.example"),
            ("Stranger Works", "other", "sam@other.example"),
        ):
            if not Firm.objects.filter(slug=slug).exists():
                found(name, slug, email)
        connection.set_schema_to_public()
    yield


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


@pytest.fixture
def own_firm(django_db_setup: None, django_db_blocker: Any) -> Iterator[Firm]:
    """A committed firm of its own for tests with two connections; dropped afterwards. It is entered."""
    with django_db_blocker.unblock():
        firm = found("Own firm", f"own-{os.getpid()}-{next(_numbers)}", "olu@hm.example")
        connection.set_tenant(firm)
        try:
            yield firm
        finally:
            connection.set_schema_to_public()
            drop_firm(firm)


@pytest.fixture
def web(firm: Firm) -> Callable[..., Web]:
    """`web(user)` is a browser on firm hm's host, signed in as the user; `web()` is nobody's."""

    def browser(user: Any = None, host: str = "hm.localhost") -> Web:
        browser = Web(headers={"host": host})
        if user is not None:
            browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return browser


__all__ = ["create_firm"]
