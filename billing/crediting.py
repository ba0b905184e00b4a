"""Drafting credit memos: against the lines of an issued invoice, or free. A draft reserves what it credits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from billing.access import DRAFT_INVOICES
from billing.credit_expenses import write_credited
from billing.credit_lines import CreditIsWrong, LineWish, Planned, lines_left, plan
from billing.credit_taxes import code_of_free_lines, totals_of
from billing.models import CreditedTime, CreditLine, CreditMemo, CreditTax, Invoice
from clients.entities import entity_of
from clients.models import Client
from core import audit
from core.errors import Conflict, Refusal
from core.money import round_amount
from core.promises import promises
from people.access import require
from people.models import User
from projects.models import Project


class ReasonIsMissing(Refusal):
    """A credit memo needs a reason."""

    sentence = "Say why this is credited."


class NothingToCredit(Refusal):
    """No line was named."""

    sentence = "Credit at least one line."


class OnlyIssuedIsCredited(Refusal):
    """A draft is changed instead, a void invoice asks for nothing."""

    sentence = "Only an issued invoice can be credited."


class CreditIsIssued(Conflict):
    """An issued credit memo is a document."""

    sentence = "This credit memo is issued and never changes. Void it instead."


class CreditChanged(Conflict):
    """Somebody else saved the draft first."""

    sentence = "Somebody else changed this credit memo meanwhile. Load it again; nothing was saved."


@dataclass(frozen=True)
class FreeLine:
    """A line that credits no line of an invoice; the amount is in the client's favor."""

    description: str
    amount: Decimal
    is_taxable: bool = True
    project: Project | None = None


def draft_credit(
    *,
    invoice: Invoice,
    lines: Sequence[LineWish],
    reason: str,
    by: User | None,
    message: str = "",
    free: Sequence[FreeLine] = (),
) -> CreditMemo:
    """A draft against an issued invoice. `free` lines are taxed at its rates too.

    Raises NotAllowed, OnlyIssuedIsCredited, NothingToCredit, CreditIsWrong, ReasonIsMissing.
    """
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        invoice = lock_invoice(invoice)
        credit = CreditMemo(
            entity_id=invoice.entity_id,
            client=invoice.client,
            invoice=invoice,
            currency=invoice.currency,
            title=invoice.title,
            message=message.strip(),
            reason=_reason(reason),
            drafted_by=by,
        )
        credit.save()
        with audit.acting("credit.draft", by=by, subject=credit, why=credit.reason, invoice=invoice.pk):
            _write(credit, lines, free)
    return credit


def draft_free_credit(
    *,
    client: Client,
    title: str,
    lines: Sequence[FreeLine],
    reason: str,
    by: User | None,
    message: str = "",
) -> CreditMemo:
    """A draft for a client without an invoice, taxed by the client's tax code of today.

    Raises NotAllowed, NothingToCredit, CreditIsWrong, ReasonIsMissing.
    """
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        credit = CreditMemo(
            entity=entity_of(client),
            client=client,
            currency=client.currency,
            title=(title.strip() or "Credit")[:160],
            message=message.strip(),
            reason=_reason(reason),
            drafted_by=by,
        )
        credit.save()
        with audit.acting("credit.draft", by=by, subject=credit, why=credit.reason):
            _write(credit, (), lines)
    return credit


def edit_credit(
    *,
    credit: CreditMemo,
    by: User | None,
    version: int | None = None,
    lines: Sequence[LineWish] = (),
    free: Sequence[FreeLine] | None = None,
    reason: str | None = None,
    message: str | None = None,
) -> CreditMemo:
    """Writes the lines of a draft anew; its free ones stay where `free` is None.

    Raises NotAllowed, CreditIsIssued, CreditChanged, as draft_credit.
    """
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        if credit.invoice is not None:
            lock_invoice(credit.invoice)
        draft = lock_credit(credit, version=version)
        with audit.acting("credit.edit", by=by, subject=draft):
            draft.reason = draft.reason if reason is None else _reason(reason)
            draft.message = draft.message if message is None else message.strip()
            kept = _free_lines(draft) if free is None else free
            draft.lines.all().delete()
            draft.taxes.all().delete()
            _write(draft, lines, kept)
    return draft


def delete_credit(*, credit: CreditMemo, by: User | None) -> None:
    """Deletes a draft: what it reserved may be credited again. Raises NotAllowed, CreditIsIssued."""
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        draft = lock_credit(credit)
        with audit.acting("credit.delete", by=by, subject=draft):
            draft.delete()


def lock_invoice(invoice: Invoice) -> Invoice:
    """The issued invoice, locked: credits of it wait for each other. Raises OnlyIssuedIsCredited."""
    locked = Invoice.objects.select_for_update(of=("self",)).select_related("client").get(pk=invoice.pk)
    if locked.state != Invoice.State.ISSUED or locked.kind != Invoice.Kind.INVOICE:
        raise OnlyIssuedIsCredited
    return locked


def lock_credit(credit: CreditMemo, *, version: int | None = None) -> CreditMemo:
    """The draft, locked. Raises CreditIsIssued, CreditChanged."""
    related = ("client", "entity", "invoice")
    draft = CreditMemo.objects.select_for_update(of=("self",)).select_related(*related).get(pk=credit.pk)
    if draft.state != CreditMemo.State.DRAFT:
        raise CreditIsIssued
    if version is not None and version != draft.version:
        raise CreditChanged
    return draft


def _reason(reason: str) -> str:
    words = reason.strip()[:300]
    if not words:
        raise ReasonIsMissing(field="reason")
    return words


def _write(credit: CreditMemo, lines: Sequence[LineWish], free: Sequence[FreeLine]) -> None:
    """Writes lines, minutes that go back, taxes and totals of a draft."""
    planned = _planned(credit, lines)
    rows = [
        CreditLine(
            credit=credit,
            line=each.line,
            project=each.line.project,
            description=each.line.description,
            minutes=each.minutes,
            amount=each.amount,
            discount_amount=each.discount_amount,
            is_taxable=each.line.is_taxable,
            tax_code_id=each.line.tax_code_id,
            returns_work=each.returns_work,
            position=position,
        )
        for position, each in enumerate(planned, start=1)
    ]
    code = code_of_free_lines(credit) if free else None
    rows += [_free(credit, each, code, position) for position, each in enumerate(free, start=len(rows) + 1)]
    if not rows:
        raise NothingToCredit(field="lines")
    CreditLine.objects.bulk_create(rows)
    CreditedTime.objects.bulk_create(
        CreditedTime(credit_line=row, billed_id=billed_id, minutes=minutes)
        for row, each in zip(rows, planned, strict=False)
        for billed_id, minutes in each.released.items()
    )
    write_credited((row, each.expenses) for row, each in zip(rows, planned, strict=False))
    write_totals(credit, rows)


def _planned(credit: CreditMemo, wishes: Iterable[LineWish]) -> list[Planned]:
    if credit.invoice is None:
        return []
    left = {each.line.pk: each for each in lines_left(credit.invoice, besides=credit)}
    planned = []
    for wish in wishes:
        if wish.line_id not in left:
            raise CreditIsWrong("This line is not on the invoice, or is named twice.", field="lines")
        planned.append(plan(wish, left.pop(wish.line_id), credit.currency))
    return planned


def _free_lines(credit: CreditMemo) -> list[FreeLine]:
    """The lines of a draft that credit no line of an invoice."""
    rows = credit.lines.filter(line=None).select_related("project").order_by("position")
    return [FreeLine(row.description, row.amount, row.is_taxable, row.project) for row in rows]


def _free(credit: CreditMemo, line: FreeLine, code_id: int | None, position: int) -> CreditLine:
    amount = round_amount(line.amount, credit.currency)
    if not line.description.strip() or amount <= 0:
        raise CreditIsWrong("Say what is credited, and an amount above zero.", field="lines")
    return CreditLine(
        credit=credit,
        project=line.project,
        description=line.description.strip()[:300],
        amount=amount,
        is_taxable=line.is_taxable,
        tax_code_id=code_id if line.is_taxable else None,
        position=position,
    )


def write_totals(credit: CreditMemo, lines: Sequence[CreditLine]) -> None:
    """Adds a draft up with its discounts and taxes, and raises its version.

    Raises CreditIsWrong when nothing is left to credit.
    """
    totals = totals_of(credit, lines)
    if totals.total_amount <= 0:
        raise CreditIsWrong("The credit is not above zero.", field="lines")
    for line, included in zip(lines, totals.included, strict=True):
        line.included_tax_amount = included
    CreditLine.objects.bulk_update(
        [line for line in lines if line.included_tax_amount], ["included_tax_amount"]
    )
    CreditTax.objects.bulk_create(
        CreditTax(
            credit=credit,
            tax_code_id=back.tax.tax_code_id,
            component_id=back.tax.component_id,
            is_included=back.tax.is_included,
            name=back.tax.name,
            rate_percent=back.tax.rate_percent,
            base_amount=back.base_amount,
            amount=back.amount,
        )
        for back in totals.taxes
    )
    credit.subtotal_amount = totals.subtotal_amount
    credit.discount_amount = totals.discount_amount
    credit.tax_amount = totals.tax_amount
    credit.included_tax_amount = totals.included_tax_amount
    credit.total_amount = totals.total_amount
    credit.version += 1
    credit.save()
