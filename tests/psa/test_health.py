"""Whether the process may get work: database, Redis, and the schema of its own release."""

from typing import Any

import pytest
from django.test import Client as Web

from psa import health
from tenants import migrating


def ask(path: str) -> tuple[int, str]:
    answer = Web(headers={"host": "10.0.0.3"}).get(path)
    return answer.status_code, answer.content.decode()


@pytest.fixture(autouse=True)
def nothing_is_believed() -> None:
    health._migrations.cache_clear()


def test_ready(db: None) -> None:
    assert ask("/healthz") == (200, "ok")
    assert ask("/readyz") == (200, "ready")


def test_redis_is_away(db: None, settings: Any) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    assert ask("/readyz") == (503, "redis does not answer")
    assert ask("/healthz") == (200, "ok")


def test_a_release_waits_for_its_migrations(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = migrating.wanted()
    monkeypatch.setattr(migrating, "wanted", lambda: [*needed, "billing.9999_of_the_next_release"])
    assert ask("/readyz") == (503, "migrations are not applied: manage.py set_up")
    monkeypatch.undo()
    assert ask("/readyz") == (200, "ready")


def test_that_all_is_applied_is_not_asked_each_time(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    ask("/readyz")
    with django_assert_num_queries(2):  # the search path, and whether the database answers
        assert ask("/readyz") == (200, "ready")
