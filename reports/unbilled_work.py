"""What work that stands on no invoice comes to, by project."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import Cast, Round

from billing.billable import rated, unbilled
from core.money import ZERO, places
from timesheets.models import TimeEntry


@dataclass(frozen=True)
class Unbilled:
    """Billable work of one project on no invoice and no draft, in its client's currency."""

    ready_amount: Decimal = ZERO
    ready_minutes: int = 0
    waiting_amount: Decimal = ZERO
    waiting_minutes: int = 0
    unrated_minutes: int = 0


def unbilled_by_project(entries: QuerySet[TimeEntry], currency: str) -> dict[int, Unbilled]:
    """Approved (`ready`) and not yet approved (`waiting`) work by project. One statement.

    Each entry is rounded half-up once, as invoices do. Work without a rate is counted in `unrated_minutes` only.
    """
    minutes = Cast(F("remaining_minutes"), DecimalField(max_digits=12, decimal_places=4))
    amount = Round(F("rate_amount") * minutes / F("rate_minutes"), precision=places(currency))
    is_ready = Q(state=TimeEntry.State.APPROVED)
    rows = (
        unbilled(entries)
        .order_by()
        .values("project")
        .annotate(
            ready_amount=Sum(amount, filter=is_ready & rated(), default=ZERO),
            ready_minutes=Sum("remaining_minutes", filter=is_ready & rated(), default=0),
            waiting_amount=Sum(amount, filter=~is_ready & rated(), default=ZERO),
            waiting_minutes=Sum("remaining_minutes", filter=~is_ready & rated(), default=0),
            unrated_minutes=Sum("remaining_minutes", filter=~rated(), default=0),
        )
    )
    return {row.pop("project"): Unbilled(**row) for row in rows}


def total_of(parts: Iterable[Unbilled]) -> Unbilled:
    """All of them together."""
    listed = list(parts)
    return Unbilled(
        ready_amount=sum((part.ready_amount for part in listed), ZERO),
        ready_minutes=sum(part.ready_minutes for part in listed),
        waiting_amount=sum((part.waiting_amount for part in listed), ZERO),
        waiting_minutes=sum(part.waiting_minutes for part in listed),
        unrated_minutes=sum(part.unrated_minutes for part in listed),
    )
