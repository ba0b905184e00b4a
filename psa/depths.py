"""How much waits in all firms together: deliveries, long work, tasks."""

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from psycopg import sql

from core.models import Job, OutboxRow
from psa.metrics import series
from tenants.models import Firm

# Asked more often than that, the answer is the one of before.
KEPT_SECONDS = 15
FIRMS_AT_ONCE = 200
OPEN = sql.SQL(
    "SELECT 'outbox', state, count(*),"
    " coalesce(extract(epoch FROM now() - min(not_before) FILTER (WHERE state = 'QUEUED')), 0)"
    " FROM {outbox} WHERE state IN ('QUEUED', 'SENDING', 'UNKNOWN', 'ATTENTION') GROUP BY state"
    " UNION ALL SELECT 'jobs', state, count(*), 0 FROM {jobs} WHERE state IN ('QUEUED', 'RUNNING') GROUP BY state"
)


def depths() -> dict[str, float]:
    """The series of what waits; at most fifteen seconds old, because it reads each firm."""
    connection.set_schema_to_public()
    kept: dict[str, float] | None = cache.get("psa:depths")
    if kept is None:
        kept = _read()
        cache.set("psa:depths", kept, KEPT_SECONDS)
    return kept | {"psa_queue_tasks": _queue()}


def _read() -> dict[str, float]:
    schemas = list(Firm.objects.working().values_list("schema_name", flat=True))
    found = {
        series("psa_outbox_rows", {"state": state}): 0.0
        for state in ("QUEUED", "SENDING", "UNKNOWN", "ATTENTION")
    }
    found |= {series("psa_jobs", {"state": state}): 0.0 for state in ("QUEUED", "RUNNING")}
    oldest = 0.0
    for start in range(0, len(schemas), FIRMS_AT_ONCE):
        for kind, state, number, waited in _rows(schemas[start : start + FIRMS_AT_ONCE]):
            name = "psa_outbox_rows" if kind == "outbox" else "psa_jobs"
            found[series(name, {"state": state})] += number
            oldest = max(oldest, float(waited))
    return found | {"psa_outbox_oldest_seconds": oldest, "psa_firms": float(len(schemas))}


def _rows(schemas: list[str]) -> list[tuple[str, str, int, float]]:
    each = [
        OPEN.format(
            outbox=sql.Identifier(schema, OutboxRow._meta.db_table),
            jobs=sql.Identifier(schema, Job._meta.db_table),
        )
        for schema in schemas
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(each))
        return cursor.fetchall()


def _queue() -> float:
    queue = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2)
    try:
        length: int = queue.llen("celery")
    finally:
        queue.close()
    return float(length)
