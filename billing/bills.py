"""Which lines go on which invoice: one for each project and payer, or one for all projects of a client."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext

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


def together(project_ids: Iterable[int]) -> list[int]:
    """The projects, and with each of a client that gets one invoice for all of them, its other open ones. One
    statement."""
    wanted = set(project_ids)
    clients = Project.objects.filter(pk__in=wanted, client__is_billed_together=True).values("client")
    others = Project.objects.open().filter(client__in=clients).values_list("pk", flat=True)
    return sorted(wanted | set(others))
