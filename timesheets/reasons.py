"""Reasons that a person gives for writing to a day that is closed, or over: kept in the audit of the write.

Whoever may enter in closed periods says why, once for a day. A view or a route gives the reason for what it calls;
the rules of the day ask for it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from core import audit
from people.access import has_right
from people.models import User
from timesheets.access import ENTER_IN_CLOSED

LONGEST = 300


@dataclass(frozen=True)
class Reasons:
    """Why a person writes to days that ask for a reason: by day, or one for all."""

    by: User
    text: str = ""
    by_day: Mapping[date, str] = field(default_factory=dict)

    def of(self, on: date) -> str:
        """The reason for the day, empty when none was given."""
        return (self.by_day.get(on) or self.text).strip()[:LONGEST]


_given: ContextVar[Reasons | None] = ContextVar("timesheets.reasons", default=None)


@contextmanager
def giving(*, by: User, text: str = "", by_day: Mapping[date, str] | None = None) -> Iterator[None]:
    """What is written inside is written for these reasons of the person."""
    token = _given.set(Reasons(by, text, by_day or {}))
    audit_token = audit.given_reason.set("")
    try:
        yield
    finally:
        audit.given_reason.reset(audit_token)
        _given.reset(token)


def reason_for(on: date) -> str:
    """The reason that was given for a day; empty for none."""
    given = _given.get()
    return given.of(on) if given else ""


def holds_right() -> bool:
    """Whether whoever writes now may enter in closed periods, once they say why."""
    given = _given.get()
    return given is not None and has_right(given.by, ENTER_IN_CLOSED)


def may_enter_closed(on: date) -> bool:
    """Whether whoever writes now holds the right for closed periods and has said why."""
    return bool(reason_for(on)) and holds_right()


def enter_closed() -> None:
    """Lets this transaction past the trigger that refuses locked days. One statement; right and reason come first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('psa.enters_closed', 'on', true)")


def keep(on: date) -> None:
    """The reason for the day goes into the audit of what is written next."""
    reason, kept = reason_for(on), audit.given_reason.get()
    if reason and reason not in kept.split("; "):
        audit.given_reason.set("; ".join(filter(None, [kept, reason])))
