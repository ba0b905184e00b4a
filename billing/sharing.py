"""What people and schedules bill besides the work of a shared project: a line on the draft of each payer."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from billing.access import DRAFT_INVOICES
from billing.editing import AmountIsWrong, LineShare, add_line, lock_draft
from billing.models import BillingRules, CatalogueItem, Invoice, InvoiceLine
from billing.pricing.split import Share, targets
from clients.entities import entity_of
from clients.models import Client, PaymentTerms
from core.errors import Refusal
from core.money import from_minor_units, minor_units, round_amount
from core.promises import promises
from people.access import require
from people.models import User
from projects.models import Project
from projects.splits import PayerTerms, read_splits

# Everything that has no shares of its own.
ALL_ELSE = 0


class IsNotShared(Refusal):
    sentence = "Nobody shares the bills of this project on the last day of this draft."


def payers_on(project: Project, day: date) -> Sequence[PayerTerms]:
    """Who pays on a day what is of no contract line; its client alone where nobody shares. Four statements at most."""
    return read_splits([project.pk]).on(project.pk, ALL_ELSE, day) or [PayerTerms(project.client_id)]


def shared_amounts(amount: Decimal, payers: Sequence[PayerTerms], currency: str) -> list[Decimal]:
    """Each payer's part, by largest remainder; below zero of what comes off."""
    sign = -1 if amount < 0 else 1
    shares = [Share(payer.client_id, payer.percent) for payer in payers]
    whole = minor_units(abs(round_amount(amount, currency)), currency)
    return [from_minor_units(sign * units, currency) for units in targets(whole, shares, {})]


def open_draft(
    project: Project, payer: PayerTerms, first_on: date | None, last_on: date | None, *, by: User | None
) -> Invoice:
    """A draft without lines for one payer. Whoever calls adds the line in the same transaction."""
    client = Client.objects.select_related("payment_terms").get(pk=payer.client_id)
    own = PaymentTerms.objects.filter(pk=payer.terms_id).first() if payer.terms_id else None
    number = project.po_number if client.pk == project.client_id else ""
    return Invoice.objects.create(
        entity=entity_of(client),
        client=client,
        project=project,
        currency=client.currency,
        title=project.name,
        period_first_on=first_on,
        period_last_on=last_on,
        terms=own or client.payment_terms or PaymentTerms.objects.filter(is_default=True).first(),
        po_number=payer.po_number or number,
        message=BillingRules.objects.get(pk=1).invoice_message,
        drafted_by=by,
    )


def add_to_drafts(
    *,
    project: Project,
    payers: Sequence[PayerTerms],
    drafts: Iterable[Invoice],
    period: tuple[date | None, date | None],
    description: str,
    amount: Decimal,
    by: User | None,
    item: CatalogueItem | None = None,
) -> list[Invoice]:
    """Each payer's part of a line on its draft among these, or on a new one; returns the drafts that have it.

    Whose part comes to nothing gets no line. Runs in the caller's transaction.
    """
    mine: dict[int, Invoice] = {}
    for draft in drafts:
        mine.setdefault(draft.client_id, draft)
    found = []
    currency = project.client.currency
    for payer, part in zip(payers, shared_amounts(amount, payers, currency), strict=True):
        if not part:
            continue
        draft = mine.get(payer.client_id) or open_draft(project, payer, *period, by=by)
        share = LineShare(project, payer.split_id, payer.percent) if payer.split_id else None
        add_line(invoice=draft, description=description, amount=part, by=by, item=item, share=share)
        found.append(draft)
    return found


def payers_of(invoice: Invoice) -> Sequence[PayerTerms]:
    """Who shares a line that is added to this draft; nobody where its project is its client's alone."""
    if invoice.project is None or invoice.state != Invoice.State.DRAFT:
        return ()
    split = read_splits([invoice.project.pk])
    payers = split.on(invoice.project.pk, ALL_ELSE, invoice.period_last_on or date.max)
    return payers if len(payers) > 1 else ()


def add_shared_line(
    *,
    invoice: Invoice,
    description: str,
    amount: Decimal,
    by: User | None,
    item: CatalogueItem | None = None,
    version: int | None = None,
) -> list[InvoiceLine]:
    """Adds a line without work to the drafts of all who share the project: the cents by largest remainder.

    Each payer's latest draft of the project gets its part, one without a draft a new one. Raises IsNotShared,
    AmountIsWrong, Empty, ChangedMeanwhile, NotAllowed.
    """
    require(by, DRAFT_INVOICES)
    if not round_amount(amount, invoice.currency):
        raise AmountIsWrong("Enter an amount other than zero.", field="amount")
    with promises(), transaction.atomic():
        payers = payers_of(invoice)
        if not payers or invoice.project is None:
            raise IsNotShared
        others = Invoice.objects.drafts().filter(
            project=invoice.project, client__in=[payer.client_id for payer in payers]
        )
        # All of them first, in the order of their ids, as whoever changes several does.
        locked = list(others.order_by("pk").select_for_update(of=("self",)))
        lock_draft(invoice.pk, version=version)
        found = add_to_drafts(
            project=invoice.project,
            payers=payers,
            drafts=[invoice, *reversed(locked)],
            period=(invoice.period_first_on, invoice.period_last_on),
            description=description,
            amount=amount,
            by=by,
            item=item,
        )
        return [draft.lines.order_by("-position", "-pk")[0] for draft in found]
