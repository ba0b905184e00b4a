"""What drafts would say, before any is made: their lines as they would be laid out, or why there would be none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction

from billing.access import DRAFT_INVOICES
from billing.bills import Bill, find_bills, lay_out
from billing.draft_prices import Parts, Wanted, find_prices, why_nothing
from billing.holds import held_projects
from billing.layouts import USUAL, Layout, LayoutWish, wished_layouts
from billing.pricing.work import Priced, PricedLine
from clients.models import Client
from core.money import ZERO
from people.access import require
from people.models import User
from projects.models import Project


@dataclass
class PreviewGroup:
    """Lines under one heading."""

    name: str
    lines: list[PricedLine] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)


@dataclass(frozen=True)
class Preview:
    """What one draft would say, or why a project would have none. Net of tax."""

    title: str
    client: Client
    layout: Layout
    groups: list[PreviewGroup]
    reason: str = ""
    notices: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        return sum((group.amount for group in self.groups), ZERO)


def preview_drafts(
    *,
    projects: Sequence[Project],
    through: date,
    by: User | None,
    on: date,
    parts: Parts = Parts.ALL,
    layout: LayoutWish | None = None,
) -> list[Preview]:
    """Prices, shares and lays out as `draft_invoices` would, and writes nothing. A constant number of statements.

    Drafts stand in the order of their first projects' names, with projects that would have none in between. Raises
    NotAllowed.
    """
    require(by, DRAFT_INVOICES)
    wanted = list(
        Project.objects.filter(pk__in=[project.pk for project in projects])
        .select_related("client__payment_terms")
        .order_by("name")
    )
    holds = held_projects([project.pk for project in wanted])
    free = [project for project in wanted if project.pk not in holds]
    ids = [project.pk for project in free]
    looked_for = Wanted(through, on, parts)
    with transaction.atomic():
        prices = find_prices(ids, looked_for)
        bills = find_bills(free, prices, through)
    lay_out(bills, wished_layouts(ids, layout))
    billed = {project.pk for bill in bills for project in bill.projects}
    reasons = why_nothing([pk for pk in ids if pk not in billed], wanted=looked_for, priced=prices.by_project)
    reasons |= {pk: f"On hold: {hold.reason}" for pk, hold in holds.items()}
    found: list[Preview] = []
    for project in wanted:
        found += [_preview(bill, prices.by_project) for bill in bills if bill.projects[0].pk == project.pk]
        if project.pk not in billed:
            words = prices.by_project[project.pk].words if project.pk in prices.by_project else ()
            reason = reasons.get(project.pk, "")
            found.append(Preview(project.name, project.client, USUAL, [], reason, tuple(words)))
    return found


def _preview(bill: Bill, priced: Mapping[int, Priced]) -> Preview:
    words = (word for project in bill.projects for word in priced[project.pk].words)
    return Preview(bill.title, bill.client, bill.layout, _groups(bill), notices=tuple(words))


def _groups(bill: Bill) -> list[PreviewGroup]:
    """Lines under their headings; in a draft of several projects each heading names its project."""
    names = {project.pk: project.name for project in bill.projects} if bill.project is None else {}
    groups: list[PreviewGroup] = []
    for line in bill.lines:
        name = " · ".join(filter(None, [names.get(line.project_id, ""), line.group]))
        if not groups or groups[-1].name != name:
            groups.append(PreviewGroup(name))
        groups[-1].lines.append(line)
    return groups
