"""Which work may be billed, and by which contract line: approved, billable, rated, and not on another invoice."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.holds import is_held
from billing.models import BilledTime
from billing.pricing.terms import Terms
from billing.pricing.work import Work
from projects.models import ContractLine
from timesheets.models import TimeEntry


def with_remaining(entries: QuerySet[TimeEntry], *, besides: int | None = None) -> QuerySet[Any]:
    """Adds `billed_minutes` and `remaining_minutes`. What stands on the invoice `besides` does not count as billed."""
    live = BilledTime.objects.filter(entry=OuterRef("pk"), is_live=True)
    if besides is not None:
        live = live.exclude(line__invoice=besides)
    minutes = (
        live.order_by().values("entry").annotate(sum=Sum(F("minutes") - F("released_minutes"))).values("sum")
    )
    return entries.annotate(
        billed_minutes=Coalesce(Subquery(minutes, output_field=IntegerField()), Value(0))
    ).annotate(remaining_minutes=F("billable_minutes") - F("billed_minutes"))


def unbilled(entries: QuerySet[TimeEntry]) -> QuerySet[Any]:
    """Those with billable minutes that stand on no invoice and no draft."""
    return with_remaining(entries.filter(is_billable=True, billable_minutes__gt=0)).filter(
        remaining_minutes__gt=0
    )


def rated() -> Q:
    """Entries with a rate in their client's currency. No rate is not a rate of zero."""
    return Q(rate_amount__isnull=False, rate_currency=F("project__client__currency"))


def contract_line() -> Case:
    """The id of the contract line that bills an entry: its task's, or for work before that one took over, the one that
    it took over from."""
    origin = Coalesce(OuterRef("task__contract_line__origin"), OuterRef("task__contract_line"))
    before = (
        ContractLine.objects.filter(Q(pk=origin) | Q(origin=origin))
        .filter(Q(starts_on=None) | Q(starts_on__lte=OuterRef("worked_on")))
        .order_by(F("starts_on").desc(nulls_last=True))
        .values("pk")[:1]
    )
    return Case(
        When(
            task__contract_line__starts_on__gt=F("worked_on"),
            then=Coalesce(Subquery(before), F("task__contract_line")),
        ),
        default=F("task__contract_line"),
        output_field=IntegerField(),
    )


def lock(entries: QuerySet[Any]) -> list[int]:
    """Locks the entries in the order of their ids, so that nobody changes or bills them meanwhile; returns the ids.

    Call it before any invoice is locked: that is the order in which changes of work go.
    """
    locked = entries.order_by("pk").select_for_update(of=("self",), no_key=True)
    return list(locked.values_list("pk", flat=True))


@dataclass(frozen=True)
class Found:
    """The billable part of locked entries: what has a rate, and what has none in its client's currency.

    The unrated has its rate and its source taken off.
    """

    work: list[Work]
    unrated: list[Work]

    def under(self, contract: Mapping[int, Terms]) -> "Found":
        """As these contract lines see it: where a fee makes the amount, work needs no rate."""
        free = [piece for piece in self.unrated if not contract[piece.contract_line_id].is_driven_by_hours]
        if not free:
            return self
        kept = [piece for piece in self.unrated if contract[piece.contract_line_id].is_driven_by_hours]
        return Found(sorted([*self.work, *free], key=lambda piece: (piece.worked_on, piece.entry_id)), kept)

    @property
    def unrated_minutes(self) -> dict[int, int]:
        """By project."""
        sums: dict[int, int] = {}
        for piece in self.unrated:
            sums[piece.project_id] = sums.get(piece.project_id, 0) + piece.minutes
        return sums


# The fields of Work, in their order.
WORK = (
    "pk", "project_id", contract_line(), "task_id", "task__name", "task__position", "staff_id", "staff__name",
    "staff__job_title_id", Coalesce("staff__job_title__name", Value("")), "worked_on", "remaining_minutes",
    "rate_amount", "rate_source", "rate_minutes", "labor_code_id",
)  # fmt: skip


def read(entry_ids: Iterable[int], *, besides: int | None = None) -> Found:
    """The billable, approved rest of the entries as pieces of work. One statement, whatever their number."""
    return _found(_rows(entry_ids, besides).order_by("worked_on", "pk"))


def read_by_project(entry_ids: Iterable[int]) -> Iterator[tuple[int, Found]]:
    """As `read`, project after project, so that never more than one project's work is in memory. One statement."""
    rows = _rows(entry_ids, None).order_by("project", "worked_on", "pk").iterator(chunk_size=2000)
    for project_id, own in groupby(rows, key=itemgetter(WORK.index("project_id"))):
        yield project_id, _found(own)


def _rows(entry_ids: Iterable[int], besides: int | None) -> QuerySet[Any, tuple[Any, ...]]:
    return (
        with_remaining(TimeEntry.objects.filter(pk__any=entry_ids).approved(), besides=besides)
        .filter(is_billable=True)
        .annotate(is_rated=Q(rated()))
        .values_list(*WORK, "is_rated")
    )


def _found(rows: Iterable[tuple[Any, ...]]) -> Found:
    work: list[Work] = []
    unrated: list[Work] = []
    for *values, is_rated in rows:
        piece = Work(*values)
        # Asked here and not there: the database would count what is billed of each entry a second time.
        if piece.minutes <= 0:
            continue
        if is_rated:
            work.append(piece)
        else:
            unrated.append(piece._replace(rate_amount=None, rate_source=""))
    return Found(work, unrated)


def find(
    project_ids: Iterable[int], *, through: date, entry_ids: Iterable[int] | None = None
) -> QuerySet[Any]:
    """Approved, unbilled entries of the projects up to and including the day `through` that nobody holds."""
    entries = TimeEntry.objects.filter(
        ~Q(is_held()), project__in=list(project_ids), worked_on__lte=through
    ).approved()
    if entry_ids is not None:
        entries = entries.filter(pk__any=entry_ids)
    return unbilled(entries)
