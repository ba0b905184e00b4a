"""What contract lines with a fee or a cap come to now, as drafting would price them, for the list of work to bill."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q

from billing import billable
from billing.billable import Found
from billing.contract_terms import Contracts, read_contracts
from billing.holds import is_held
from billing.payers import read_sharing
from billing.pricing.methods import price
from billing.pricing.terms import Terms
from billing.pricing.work import Priced, Work
from core.money import ZERO
from projects.models import BillingSplit, ContractLine, Project
from projects.rounding import with_rounding
from timesheets.models import TimeEntry

# Methods under which hours at their rates make the amounts, and an hour without a rate cannot be billed.
DRIVEN_BY_HOURS = [ContractLine.Method.TIME_AND_MATERIALS]


# Upper ends of the age buckets in days; older than the last is the fourth bucket.
AGES = (30, 60, 90)


@dataclass(frozen=True)
class Agreed:
    """Of one project: what is due under fees and within caps; what is left and why; the names of its methods."""

    minutes: int = 0
    amount: Decimal = ZERO
    fee_amount: Decimal = ZERO
    oldest_on: date | None = None
    notes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    # By the ages of the hours, youngest first; fees have none before they are billed and count with the youngest.
    ages: tuple[Decimal, Decimal, Decimal, Decimal] = (ZERO, ZERO, ZERO, ZERO)


NOTHING = Agreed()


@dataclass(frozen=True)
class Apart:
    """The projects whose work is priced entry by entry, and those of them whose minutes are rounded, or
    that several pay: all of their work."""

    projects: list[int]
    rounded: list[int]


def priced_apart() -> Apart:
    """Those with a fee, a cap, several payers, a line that took over from another, or a rule of rounding. One
    statement."""
    plain = Q(method__in=DRIVEN_BY_HOURS, cap_scope="", daily_cap_minutes=None, starts_on=None)
    special = ContractLine.objects.exclude(plain)
    shares = BillingSplit.objects.filter(project=OuterRef("pk"))
    found = with_rounding(Project.objects.annotate(is_shared=Exists(shares))).filter(
        Q(pk__in=special.values("project")) | Q(is_rounded=True) | Q(is_shared=True)
    )
    rows = list(found.values_list("pk", "is_rounded", "is_shared"))
    return Apart([pk for pk, _, _ in rows], [pk for pk, *apart in rows if any(apart)])


def agreed_work(through: date, today: date, apart: Apart) -> dict[int, Agreed]:
    """By project, those alone that are priced apart. A constant number of statements."""
    projects = apart.projects
    if not projects:
        return {}
    contracts = read_contracts(projects)
    ids = special_entries(projects, contracts, through, apart.rounded)
    sharing = read_sharing(projects, ids)
    contracts = sharing.besides(contracts)
    payers = Project.objects.select_related("client").in_bulk(sharing.splits.by_project)

    def agreed(project_id: int, work: list[Work]) -> Agreed:
        contract = contracts.by_project[project_id]
        priced = price(contract, contracts.so_far, work, on=today, through=through)
        if project_id in payers:
            parts = sharing.parts(payers[project_id], priced.lines, through=through)
            priced.lines = [part.line for part in parts]
        return _agreed(contract, priced, today)

    # A firm's work is large: each project's goes as soon as it is priced.
    with_work = {
        project_id: agreed(project_id, sharing.whole(found.under(contracts.by_id), contracts).work)
        for project_id, found in (billable.read_by_project(ids) if ids else ())
    }
    return {pk: with_work[pk] if pk in with_work else agreed(pk, []) for pk in contracts.by_project}


def _agreed(contract: list[Terms], priced: Priced, today: date) -> Agreed:
    hours = [line for line in priced.lines if line.fee_amount is None]
    ages = [ZERO, ZERO, ZERO, ZERO]
    for line in hours:
        for piece in line.pieces:
            ages[_age((today - piece.work.worked_on).days)] += piece.amount
    first, second, third, fourth = ages
    rest = priced.amount - sum(ages, ZERO)
    return Agreed(
        minutes=sum(line.minutes for line in hours),
        amount=priced.amount,
        fee_amount=priced.amount - sum((line.amount for line in hours), ZERO),
        oldest_on=min((piece.work.worked_on for line in hours for piece in line.pieces), default=None),
        notes=tuple(priced.words),
        methods=tuple(dict.fromkeys(ContractLine.Method(terms.method).label for terms in contract)),
        ages=(first + rest, second, third, fourth),
    )


def _age(days: int) -> int:
    return sum(days > most for most in AGES)


def special_entries(
    projects: list[int], contracts: Contracts, through: date, rounded: Collection[int] = ()
) -> list[int]:
    """Unbilled entries of lines with a fee or a cap, of those from which another took over, and of `rounded`
    projects."""
    lines = [terms.id for terms in contracts.by_id.values() if not terms.is_plain]
    under = Q(task__contract_line__in=lines) | Q(task__contract_line__starts_on__gt=F("worked_on"))
    under |= Q(project__in=rounded)
    entries = billable.unbilled(
        TimeEntry.objects.filter(
            under, ~Q(is_held()), project__in=projects, worked_on__lte=through
        ).approved()
    )
    return list(entries.order_by().values_list("pk", flat=True))


def special_work(projects: list[int], contracts: Contracts, through: date) -> Found:
    """The work of those entries, for a few projects: all of it is in memory. Two statements."""
    entries = special_entries(projects, contracts, through)
    return billable.read(entries).under(contracts.by_id) if entries else Found([], [])
