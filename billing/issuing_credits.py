"""Issuing credit memos: a number of their own series, a frozen document, the books, and hours back where chosen."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Case, F, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from billing import billable
from billing.access import ISSUE_INVOICES
from billing.applying import apply_locked
from billing.balance import balance_of
from billing.credit_balance import first_day_of_credit, first_day_of_invoice
from billing.credit_documents import build_credit_content
from billing.credit_expenses import lock_expenses, release_expenses
from billing.crediting import lock_credit, lock_invoice
from billing.designs import electronic_for
from billing.documents import digest
from billing.einvoices import check, is_electronic
from billing.exchange import rate_of_credit
from billing.models import (
    BilledTime,
    CreditApplication,
    CreditDocument,
    CreditedTime,
    CreditLine,
    CreditMemo,
    CreditTax,
    Invoice,
    NumberSeries,
    Refund,
)
from billing.numbering import take_number
from billing.releasing import release_parts
from core import audit
from core.errors import Conflict, Refusal
from core.money import ZERO
from core.promises import promises
from ledger.models import Account, JournalEntry
from ledger.posting import Line, check_open, post_entry
from ledger.reversing import reverse_entry
from ledger.tax_accounts import tax_lines
from people.access import require
from people.models import User
from projects.models import Project
from timesheets.models import TimeEntry

Purpose = Account.Purpose


class TooEarly(Refusal):
    """A credit memo is not older than its invoice."""

    sentence = "The credit memo cannot be dated before its invoice, {day}."


class NotIssued(Conflict):
    """Only issued credit memos are voided."""

    sentence = "Only an issued credit memo can be voided. Delete a draft instead."


class CreditIsUsed(Refusal):
    """It pays an invoice or was refunded."""

    sentence = (
        "This credit memo is applied or refunded. Take it off the invoices and take refunds back first."
    )


class PeriodIsClosed(Refusal):
    """Its month is closed."""

    sentence = (
        "Credit memo {number} lies in a closed period of the books, so it cannot be voided. "
        "Bill the amount again with a new invoice."
    )


class ReasonIsMissing(Refusal):
    """Voiding needs a reason."""

    sentence = "Say why the credit memo is void."


def issue_credit(
    *,
    credit: CreditMemo,
    by: User | None,
    on: date,
    at: datetime,
    version: int | None = None,
    applies: bool = True,
) -> CreditMemo:
    """Numbers the draft, freezes what it says, posts it, gives back the chosen hours, on their original days.

    With `applies` it pays its own invoice as far as that is due; the rest is the client's credit. All or nothing.
    Raises NotAllowed, CreditIsIssued, CreditChanged, OnlyIssuedIsCredited, TooEarly, BooksAreClosed.
    """
    require(by, ISSUE_INVOICES)
    with promises(), transaction.atomic():
        _lock_work(credit)
        invoice = lock_invoice(credit.invoice) if credit.invoice else None
        draft = lock_credit(credit, version=version)
        if invoice and invoice.issued_on and on < invoice.issued_on:
            raise TooEarly(day=f"{invoice.issued_on:%d %b %Y}", field="on")
        check_open(on, field="on")
        with audit.acting("credit.issue", by=by, subject=draft, total=draft.total_amount):
            lines = list(draft.lines.select_related("line", "project"))
            content = build_credit_content(draft, lines, on=on) | electronic_for(draft.client_id)
            if is_electronic(content):
                check(content)
            draft.number = content["number"] = take_number(
                entity=draft.entity, on=on, series=NumberSeries.Series.CREDIT
            )
            CreditMemo.TRANSITIONS.move(draft, CreditMemo.State.ISSUED)
            draft.issued_on = on
            draft.exchange_rate = rate_of_credit(draft)
            draft.version += 1
            draft.entry = _post(draft, lines, by)
            draft.save()
            CreditDocument.objects.create(credit=draft, content=content, content_sha256=digest(content))
            _release(draft)
            if invoice and applies and balance_of(invoice).payable > 0:
                apply_locked(credit=draft, invoice=invoice, amount=None, by=by, on=on, at=at)
    return draft


def void_credit(*, credit: CreditMemo, reason: str, by: User | None, on: date, at: datetime) -> CreditMemo:
    """Voids an unused credit memo: the opposite entry, and the hours it gave back are billed again.

    Refused when those hours are on another invoice meanwhile. Raises NotAllowed, ReasonIsMissing, NotIssued,
    CreditIsUsed, PeriodIsClosed, AlreadyBilled, BooksAreClosed.
    """
    require(by, ISSUE_INVOICES)
    words = reason.strip()[:300]
    if not words:
        raise ReasonIsMissing(field="reason")
    with promises(), transaction.atomic():
        _lock_work(credit)
        if credit.invoice_id:
            Invoice.objects.select_for_update(of=("self",)).get(pk=credit.invoice_id)
        found = CreditMemo.objects.select_for_update(of=("self",)).select_related("client").get(pk=credit.pk)
        day = _check_void(found, on)
        with audit.acting("credit.void", by=by, subject=found, why=words):
            CreditMemo.TRANSITIONS.move(found, CreditMemo.State.VOID)
            found.voided_on, found.void_reason = day, words
            found.version += 1
            assert found.entry is not None
            memo = f"Void of credit memo {found.number}, {found.client.name}"
            found.void_entry = reverse_entry(entry=found.entry, on=day, by=by, memo=memo)
            found.save()
            _release(found)
    return found


def _check_void(credit: CreditMemo, on: date) -> date:
    """The day on which it may be void. Raises NotIssued, CreditIsUsed, PeriodIsClosed, BooksAreClosed."""
    if credit.state != CreditMemo.State.ISSUED:
        raise NotIssued
    if is_used(credit):
        raise CreditIsUsed
    assert credit.issued_on is not None
    try:
        check_open(credit.issued_on)
    except Refusal as refusal:
        raise PeriodIsClosed(number=credit.number) from refusal
    day = first_day_of_credit(credit, on)
    if credit.invoice:
        day = first_day_of_invoice(credit.invoice, day)
    check_open(day)
    return day


def is_used(credit: CreditMemo) -> bool:
    """Whether it pays an invoice or was refunded. Two statements."""
    kinds = (CreditApplication.objects.all(), Refund.objects.all())
    return any(rows.filter(credit=credit, undone_on=None).exists() for rows in kinds)


def _lock_work(credit: CreditMemo) -> None:
    """The entries first, then invoices: the order in which changes of work go."""
    billed = CreditedTime.objects.filter(credit_line__credit=credit).values("billed__entry")
    billable.lock(TimeEntry.objects.filter(pk__in=billed))
    lock_expenses(credit)


def _release(credit: CreditMemo) -> None:
    """Billed minutes less what issued credit memos give back; all given back, they bill nothing. So do milestones."""
    touched = CreditedTime.objects.filter(credit_line__credit=credit).values("billed")
    given = (
        CreditedTime.objects.filter(billed=OuterRef("pk"), credit_line__credit__state=CreditMemo.State.ISSUED)
        .order_by()
        .values("billed")
        .annotate(sum=Sum("minutes"))
        .values("sum")
    )
    rows = BilledTime.objects.filter(pk__in=touched)
    rows.annotate(given=Coalesce(Subquery(given), Value(0))).update(
        released_minutes=F("given"), is_live=Case(When(minutes__gt=F("given"), then=True), default=False)
    )
    release_expenses(credit)
    release_parts(credit)


def _post(credit: CreditMemo, lines: list[CreditLine], by: User | None) -> JournalEntry:
    """Credits by project and tax against what the client has to its credit; applying it lowers receivables."""
    by_project: dict[Project | None, Decimal] = {}
    for line in lines:
        by_project[line.project] = by_project.get(line.project, ZERO) + line.net_amount
    taxes = CreditTax.objects.filter(credit=credit).values_list("component_id", "amount")
    return post_entry(
        entity=credit.entity,
        posted_on=credit.issued_on or date.min,
        memo=f"Credit memo {credit.number}, {credit.client.name}",
        currency=credit.currency,
        source_kind="billing.credit",
        lines=[
            *(
                Line(Purpose.CREDITED, debit=amount, client=credit.client, project=project)
                for project, amount in by_project.items()
            ),
            *tax_lines(taxes, client=credit.client, is_back=True),
            Line(Purpose.CREDITS, credit=credit.total_amount, client=credit.client),
        ],
        by=by,
    )
