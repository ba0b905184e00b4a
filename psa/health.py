"""Probes and metrics: is the process alive, can it do its work, what did it do."""

import hmac
import time
from functools import cache as once

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django_tenants.utils import get_public_schema_name
from redis.exceptions import RedisError

from psa import metrics
from psa.depths import depths
from tenants.cloning import BLUEPRINT
from tenants.migrating import unmigrated

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
# How long the answer that all migrations are applied is believed; that they are not is asked anew each time.
BELIEVED_SECONDS = 30.0


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process lives."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when PostgreSQL and Redis answer and the schema is this release's, else 503 with the name of what is not."""
    connection.set_schema_to_public()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        is_migrated = _migrations().are_applied()
    except DatabaseError:
        return HttpResponse("database does not answer", status=503, content_type="text/plain")
    try:
        cache.get("readyz")
    except (RedisError, OSError):
        return HttpResponse("redis does not answer", status=503, content_type="text/plain")
    if not is_migrated:
        return HttpResponse(
            "migrations are not applied: manage.py set_up", status=503, content_type="text/plain"
        )
    return HttpResponse("ready", content_type="text/plain")


class Migrations:
    """Whether the public schema and the blueprint are those of this release. A firm that is behind stops no other."""

    def __init__(self) -> None:
        self.applied_at = 0.0

    def are_applied(self) -> bool:
        if not self.applied_at or time.monotonic() - self.applied_at > BELIEVED_SECONDS:
            is_applied = not unmigrated([get_public_schema_name(), BLUEPRINT])
            self.applied_at = time.monotonic() if is_applied else 0.0
        return bool(self.applied_at)


@once
def _migrations() -> Migrations:
    return Migrations()


def measures(request: HttpRequest) -> HttpResponse:
    """Prometheus' page, for who has METRICS_TOKEN; for everybody else there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    wanted = settings.METRICS_TOKEN.encode()
    if not wanted or not hmac.compare_digest(given, wanted):
        return HttpResponse("not found", status=404, content_type="text/plain")
    try:
        text = metrics.as_text(metrics.gathered() | depths())
    except (DatabaseError, RedisError, OSError):
        return HttpResponse("database or redis do not answer", status=503, content_type="text/plain")
    return HttpResponse(text, content_type=PROMETHEUS)
