"""Issuing: the draft gets its number and becomes a document that never changes."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from approvals.submitting import supersede
from billing.access import ISSUE_INVOICES
from billing.drawing import draw_on_issue
from billing.events import invoice_issued
from billing.freezing import freeze
from billing.models import Invoice, InvoiceJournal, InvoiceLine, InvoiceTax
from billing.promises import DraftIsStale
from billing.reviews import KIND as REVIEW
from billing.reviews import ReviewIsMissing, keep_review, why_not_issue
from billing.taxation import would_differ
from core import audit
from core.errors import Conflict, Refusal
from core.money import ZERO
from core.promises import promises
from ledger.models import Account, JournalEntry
from ledger.posting import Line, check_open, post_entry
from ledger.tax_accounts import tax_lines
from people.access import require
from people.models import User
from projects.models import Project

Purpose = Account.Purpose


class AlreadyIssued(Conflict):
    """Somebody issued the draft first."""

    sentence = "This invoice is issued already, as {number}."


class ChangedMeanwhile(Conflict):
    """The draft is not the one that the person looked at."""

    sentence = "Somebody changed this draft while you looked at it. Check it again; nothing was issued."


class NotReadyToIssue(Refusal):
    """Something is missing; the message says what."""


class TaxHasChanged(Conflict):
    """Rates, codes or the client's exemption are not those that the draft was added up with."""

    sentence = (
        "The taxes of an invoice of {day} are not those on this draft. "
        "Choose the day whose tax rates count on the draft, look at the total, then issue it."
    )


def issue_invoice(
    *, invoice: Invoice, by: User | None, on: date, at: datetime, version: int | None = None
) -> Invoice:
    """Numbers the draft, freezes what it says, posts it to the books, draws on the client's retainers where they are
    told to. The PDF is made after the commit.

    `on` is the invoice's date; `version` the draft that the person looked at. Raises NotAllowed, AlreadyIssued,
    ChangedMeanwhile, DraftIsStale, TaxHasChanged, NotReadyToIssue, ReviewIsMissing, BooksAreClosed.
    All or nothing: a number is never used up by an invoice that was not issued.
    """
    require(by, ISSUE_INVOICES)
    with promises(), transaction.atomic():
        draft = _lock(invoice.pk, version)
        lines = list(
            InvoiceLine.objects.filter(invoice=draft).select_related(
                "project", "expense_code__income_account", "item__income_account"
            )
        )
        _check(draft, lines, on)
        due_on = draft.terms.due_on(on) if draft.terms else on
        with audit.acting("invoice.issue", by=by, subject=draft, total=draft.total_amount):
            keep_review(draft)
            freeze(draft, lines, on=on, due_on=due_on, at=at)
            supersede(kind=REVIEW, ids=[draft.pk])
            InvoiceJournal.objects.create(invoice=draft, entry=_post(draft, lines, by), reason="issued")
            draw_on_issue(invoice=draft, on=on, at=at, by=by)
            invoice_issued.send(sender=Invoice, invoice=draft, by=by, at=at)
    return draft


def _lock(invoice_id: int, version: int | None) -> Invoice:
    draft = (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("client", "entity", "terms", "late_fee_for")
        .get(pk=invoice_id)
    )
    if draft.state != Invoice.State.DRAFT:
        raise AlreadyIssued(number=draft.number)
    if version is not None and version != draft.version:
        raise ChangedMeanwhile
    return draft


def _check(draft: Invoice, lines: list[InvoiceLine], on: date) -> None:
    if draft.is_stale:
        raise DraftIsStale
    if missing := what_is_missing(draft, len(lines)):
        raise NotReadyToIssue(missing)
    if missing := why_not_issue(draft):
        raise ReviewIsMissing(missing)
    if would_differ(draft, lines, on):
        raise TaxHasChanged(day=f"{on:%d %b %Y}")
    check_open(on, field="on")


def what_is_missing(draft: Invoice, line_count: int) -> str:
    """What keeps a draft from being issued, in words; empty when nothing does."""
    if not line_count:
        return "This draft has no lines. Add one, or delete the draft."
    if draft.total_amount <= 0:
        return "The total is not above zero. An invoice asks for money; correct the lines first."
    if not draft.client.billing_address.strip():
        return f"{draft.client.name} has no billing address. Add it to the client, then issue the invoice."
    return ""


def _post(invoice: Invoice, lines: list[InvoiceLine], by: User | None) -> JournalEntry:
    """Receivables against revenue by project and account before discounts, the discounts, each tax on its account.

    What a late fee brings has an account of its own.
    """
    is_late_fee = hasattr(invoice, "late_fee_for")
    revenue: dict[tuple[str, Account | None, Project | None], Decimal] = {}
    discounts: dict[Project | None, Decimal] = {}
    for line in lines:
        income = (Purpose.LATE_FEES, None) if is_late_fee else income_of(line)
        place = (*income, line.project)
        revenue[place] = revenue.get(place, ZERO) + line.net_amount + line.discount_amount
        discounts[line.project] = discounts.get(line.project, ZERO) + line.discount_amount
    taxes = InvoiceTax.objects.filter(invoice=invoice).values_list("component_id", "amount")
    return post_entry(
        entity=invoice.entity,
        posted_on=invoice.issued_on or date.min,
        memo=f"Invoice {invoice.number}, {invoice.client.name}",
        currency=invoice.currency,
        source_kind="billing.invoice",
        lines=[
            Line(Purpose.RECEIVABLES, debit=invoice.total_amount, client=invoice.client),
            *(
                Line(purpose, credit=amount, client=invoice.client, project=project, account=account)
                for (purpose, account, project), amount in revenue.items()
            ),
            *(
                Line(Purpose.DISCOUNTS, debit=amount, client=invoice.client, project=project)
                for project, amount in discounts.items()
            ),
            *tax_lines(taxes, client=invoice.client),
        ],
        by=by,
    )


def income_of(line: InvoiceLine) -> tuple[str, Account | None]:
    """Where a line's income goes: fees to revenue, items of the catalogue to an account of theirs where they have one,
    expenses to the account of their code or the usual one of theirs."""
    if line.item is not None and line.item.income_account is not None:
        return Purpose.REVENUE, line.item.income_account
    if line.expense_code is None:
        return Purpose.REVENUE, None
    return Purpose.EXPENSES, line.expense_code.income_account
