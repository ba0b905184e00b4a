"""Which lines go on which invoice: one for each project and payer, or one for all projects of a client."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import translation
from django.utils.translation import gettext

from billing.draft_prices import Prices
from billing.grouping import Names
from billing.layouts import USUAL, Layout, capped_by_task, in_words_of, labor_codes
from billing.payers import Part
from billing.pricing.work import PricedLine
from clients.models import Client, PaymentTerms
from projects.models import Project

# As long as a title may be, and as many names as one reads.
TITLE_LENGTH = 160
NAMES = 3


@dataclass
class Bill:
    """An invoice to be: to whom, for which projects, its lines in their order."""

    client: Client
    projects: list[Project]
    terms: PaymentTerms | None
    po_number: str
    lines: list[PricedLine] = field(default_factory=list)
    layout: Layout = USUAL

    @property
    def project(self) -> Project | None:
        """The project, where it is one."""
        return self.projects[0] if len(self.projects) == 1 else None

    @property
    def title(self) -> str:
        """The project's name; of several, their names or their number, in the client's language."""
        names = " · ".join(project.name for project in self.projects)
        if len(self.projects) <= NAMES and len(names) <= TITLE_LENGTH:
            return names
        with translation.override(self.client.language):
            return gettext("%(count)s projects") % {"count": len(self.projects)}


def gather(
    parts: Iterable[tuple[Project, Sequence[Part]]],
    clients: Mapping[int, Client],
    terms: Mapping[int, PaymentTerms],
) -> list[Bill]:
    """The bills of priced projects, in the projects' order. `clients` are all that pay, `terms` those of payers.

    A client that is billed together gets one bill for all its projects under the same terms; else each project and each
    purchase order is its own.
    """
    found: dict[tuple[object, ...], Bill] = {}
    for project, shared in parts:
        for payer, line in shared:
            client = clients[payer.client_id]
            is_owner = payer.client_id == project.client_id
            number = payer.po_number or (project.po_number if is_owner else "")
            own = terms.get(payer.terms_id) if payer.terms_id else None
            place = "" if client.is_billed_together else (project.pk, number)
            key = (client.pk, own, place)
            bill = found.setdefault(key, Bill(client, [], own or client.payment_terms, number))
            if project not in bill.projects:
                bill.projects.append(project)
            if bill.po_number != number:
                # Each project has its own; none of them is that of the whole invoice.
                bill.po_number = ""
            bill.lines.append(line)
    return list(found.values())


def find_bills(projects: Sequence[Project], prices: Prices, through: date) -> list[Bill]:
    """Who gets which lines, formed as the methods do. Two statements where payers share a project."""
    clients = {project.client_id: project.client for project in projects}
    terms: dict[int, PaymentTerms] = {}
    payers = prices.sharing.splits.payer_ids
    if payers - clients.keys():
        clients |= Client.objects.select_related("payment_terms", "tax_code").in_bulk(payers)
    if payers:
        terms = PaymentTerms.objects.in_bulk()
    parts = (
        (project, prices.sharing.parts(project, prices.by_project[project.pk].lines, through=through))
        for project in projects
        if project.pk in prices.by_project
    )
    return gather(parts, clients, terms)


def lay_out(bills: Sequence[Bill], layouts: Mapping[int, Layout]) -> None:
    """Forms the lines of bills as was chosen for their projects; of several the first that has a choice. Lines of
    different projects, and of different shares, never become one. Two statements at most."""
    for bill in bills:
        chosen = (layouts[project.pk] for project in bill.projects if project.pk in layouts)
        bill.layout = next(chosen, USUAL)
    special = [bill for bill in bills if bill.layout.grouping != USUAL.grouping]
    codes = labor_codes(bill.layout.grouping for bill in special)
    by_task = capped_by_task({project.pk for bill in special for project in bill.projects})
    for bill in special:
        names = Names(bill.client.language, {project.pk: project.name for project in bill.projects}, codes)
        bill.lines = in_words_of(bill.client, bill.lines, bill.layout.grouping, names, by_task)


def together(project_ids: Iterable[int]) -> list[int]:
    """The projects, and with each of a client that gets one invoice for all of them, its other open ones. One
    statement."""
    wanted = set(project_ids)
    clients = Project.objects.filter(pk__in=wanted, client__is_billed_together=True).values("client")
    others = Project.objects.open().filter(client__in=clients).values_list("pk", flat=True)
    return sorted(wanted | set(others))
