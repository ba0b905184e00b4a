"""Several payers of one project: who pays which share, from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from clients.models import Client, Contact, PaymentTerms
from core import audit
from core.errors import Refusal
from core.money import ZERO
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.models import BillingSplit, ContractLine, Payer, Project

HUNDRED = Decimal(100)


class SharesDoNotAddUp(Refusal):
    sentence = "The shares of a scope add up to 100 %. These come to {percent} %."


class PayerTwice(Refusal):
    sentence = "{client} stands there twice. Each payer has one share."


class AnotherCurrency(Refusal):
    sentence = "{client} is billed in {currency}. All payers of a project share its currency, {wanted}."


class ShareIsWrong(Refusal):
    """The line or the contact is another project's or client's, or the share is none."""


@dataclass(frozen=True)
class PayerWish:
    """A payer's share: of one contract line, or of all that have no shares of their own.

    Percent has up to four decimal places. Without terms those of the client hold, without a contact its billing
    contacts get the invoices.
    """

    client: Client
    percent: Decimal
    contract_line: ContractLine | None = None
    terms: PaymentTerms | None = None
    po_number: str = ""
    contact: Contact | None = None


def arrange_payers(
    *, project: Project, starts_on: date | None, payers: Sequence[PayerWish], by: User | None
) -> BillingSplit:
    """Who pays for the project from `starts_on` on (None: from the beginning), in place of what was arranged for that
    very day. Nobody named: the project's client alone.

    Refused once an invoice was issued by these shares; arrange others from a later day then. Drafts of the project are
    stale afterwards. Raises SharesDoNotAddUp, PayerTwice, AnotherCurrency, ShareIsWrong, NotAllowed.
    """
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update(of=("self",)).select_related("client").get(pk=project.pk)
        require_manage(by, project)
        _check(project, payers)
        with audit.acting(
            "project.arrange_payers", by=by, subject=project, starts_on=starts_on, payers=len(payers)
        ):
            split, _ = BillingSplit.objects.get_or_create(project=project, starts_on=starts_on)
            split.payers.all().delete()
            Payer.objects.bulk_create(
                Payer(
                    split=split,
                    client=wish.client,
                    contract_line=wish.contract_line,
                    percent=wish.percent,
                    terms=wish.terms,
                    po_number=wish.po_number.strip()[:40],
                    contact=wish.contact,
                    position=position,
                )
                for position, wish in enumerate(payers, start=1)
            )
    return split


def remove_payers(*, split: BillingSplit, by: User | None) -> None:
    """Takes a split back: what was arranged before it holds on. Refused once it was billed by. Raises NotAllowed."""
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update(of=("self",)).get(pk=split.project_id)
        require_manage(by, project)
        with audit.acting("project.remove_payers", by=by, subject=project, starts_on=split.starts_on):
            split.payers.all().delete()
            BillingSplit.objects.filter(pk=split.pk).delete()


def _check(project: Project, payers: Sequence[PayerWish]) -> None:
    sums: dict[int | None, Decimal] = {}
    seen: set[tuple[int | None, int]] = set()
    for wish in payers:
        scope = wish.contract_line.pk if wish.contract_line else None
        if (scope, wish.client.pk) in seen:
            raise PayerTwice(client=wish.client.name, field="payers")
        seen.add((scope, wish.client.pk))
        if wish.client.currency != project.client.currency:
            raise AnotherCurrency(
                client=wish.client.name,
                currency=wish.client.currency,
                wanted=project.client.currency,
                field="payers",
            )
        if not 0 < wish.percent <= HUNDRED:
            raise ShareIsWrong("A share is above 0 and at most 100 %.", field="payers")
        if wish.contract_line is not None and wish.contract_line.project_id != project.pk:
            raise ShareIsWrong("This contract line is another project's.", field="payers")
        if wish.contact is not None and wish.contact.client_id != wish.client.pk:
            raise ShareIsWrong(f"{wish.contact.name} does not belong to {wish.client.name}.", field="payers")
        sums[scope] = sums.get(scope, ZERO) + wish.percent
    for percent in sums.values():
        if percent != HUNDRED:
            raise SharesDoNotAddUp(percent=f"{percent.normalize():f}", field="payers")
