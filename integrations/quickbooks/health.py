"""How the connection with QuickBooks is: access, changes heard, allowance of calls, mapping."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from integrations.models import CallBucket, Connection, Mapping
from integrations.quickbooks.centre_figures import ago
from integrations.quickbooks.client import PER_MINUTE
from integrations.quickbooks.mapping import LABOR_CODE, PURPOSE, Purpose
from integrations.quickbooks.tokens import PROVIDER
from projects.models import LaborCode


@dataclass(frozen=True)
class Check:
    label: str
    icon: str
    note: str
    words: str = "Good"
    is_good: bool = True


def checks(connection: Connection, at: datetime) -> list[Check]:
    """What the card *Connection* lists. Three statements."""
    return [
        _access(connection, at),
        _changes(connection, at),
        _allowance(connection, at),
        _mapping(connection),
    ]


def _access(connection: Connection, at: datetime) -> Check:
    if connection.health != Connection.Health.READY:
        return Check("Access", "key", connection.message or "connect again", "Lost", False)
    until = connection.refresh_expires_at
    days = (until - at).days if until else None
    note = "renews by itself" if days is None else f"renews by itself, for {days} days without use"
    return Check("Access", "key", note)


def _changes(connection: Connection, at: datetime) -> Check:
    heard = connection.heard_at
    note = f"last heard {ago(heard, at).lower()}" if heard else "nothing heard yet"
    return Check("Changes from QuickBooks", "webhook", note)


def _allowance(connection: Connection, at: datetime) -> Check:
    bucket = CallBucket.objects.filter(provider=PROVIDER, account_id=connection.account_id).first()
    used = bucket.calls_in_minute if bucket and (at - bucket.minute_started_at).total_seconds() < 60 else 0
    if bucket and bucket.paused_until and bucket.paused_until > at:
        return Check("Request allowance", "gauge", "QuickBooks asked us to wait a minute", "Waiting", False)
    return Check("Request allowance", "gauge", f"{used} of {PER_MINUTE} this minute")


def _mapping(connection: Connection) -> Check:
    mine = Mapping.objects.filter(provider=PROVIDER, account_id=connection.account_id)
    if mine.filter(local_kind=PURPOSE, local_id=Purpose.DEFAULT_ITEM).exists():
        return Check("Mapping", "list-details", "a default item stands in for the rest")
    mapped = mine.filter(local_kind=LABOR_CODE, local_id=OuterRef("pk"))
    active = LaborCode.objects.filter(is_active=True)
    count, gaps = active.count(), active.exclude(Exists(mapped)).count()
    note = f"{gaps} of {count} labor codes without item"
    words = "1 gap" if gaps == 1 else f"{gaps} gaps"
    return (
        Check("Mapping", "list-details", note, words, False)
        if gaps
        else Check("Mapping", "list-details", note)
    )
