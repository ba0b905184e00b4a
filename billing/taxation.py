"""Which taxes an invoice's lines carry, and what it adds up to with them and its discounts, written on its rows.

A line is taxed by the code that somebody chose for it; else by its client's for services or expenses; not at all
where it is not taxable or the client is exempt on that day. Rates are those of the day.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from billing.models import BillingRules, Discount, Invoice, InvoiceLine, InvoiceTax
from billing.totals import Charge, Levy, Off, Taxable, Totals, add_up
from clients.models import Client, TaxRate
from core.money import ZERO


@dataclass(frozen=True)
class TaxBook:
    """The firm's tax codes with their rates of one day, and how taxes are rounded."""

    on: date
    levies: Mapping[int, Levy]
    rules: BillingRules

    @property
    def rounds_lines(self) -> bool:
        return self.rules.tax_rounding == BillingRules.TaxRounding.LINE

    def levy(self, code_id: int | None) -> Levy | None:
        """The charges of a code; a code without any taxes nothing and may say why in its note."""
        if code_id is None:
            return None
        return self.levies.get(code_id) or Levy(code_id, ())

    def code_of(self, client: Client, *, is_expense: bool = False) -> int | None:
        """The code of a client's services, or expenses, as its record says."""
        if client.is_exempt(self.on):
            return None
        if is_expense and client.expense_tax_code_id:
            return client.expense_tax_code_id
        return client.tax_code_id

    def code_for(self, client: Client, line: InvoiceLine) -> int | None:
        """The code that taxes the line: what somebody chose for it comes before all else."""
        if line.is_tax_chosen:
            return line.tax_code_id
        return self.code_of(client, is_expense=line.is_expense) if line.is_taxable else None


def tax_book(on: date, rules: BillingRules | None = None) -> TaxBook:
    """The codes with their rates of the day. One statement, another for the rules where they are not given."""
    rates = (
        TaxRate.objects.filter(Q(first_on=None) | Q(first_on__lte=on), component__is_active=True)
        .select_related("component__code")
        .order_by("component__code", "component__position", "component", "first_on")
    )
    # Days sort before none in PostgreSQL, so what applies from the beginning is only taken where nothing else does.
    latest: dict[int, TaxRate] = {}
    for rate in rates:
        if rate.first_on is not None or rate.component_id not in latest:
            latest[rate.component_id] = rate
    charges: dict[int, list[Charge]] = {}
    within: dict[int, bool] = {}
    for rate in latest.values():
        part = rate.component
        charges.setdefault(part.code_id, []).append(
            Charge(part.pk, part.name, rate.rate_percent, part.is_compound)
        )
        within[part.code_id] = part.code.is_inclusive
    levies = {code: Levy(code, tuple(found), within[code]) for code, found in charges.items()}
    return TaxBook(on, levies, rules or BillingRules.objects.get(pk=1))


def tax_day(draft: Invoice, on: date | None = None) -> date:
    """The day whose rates count: the one that was chosen, else the invoice's, of a draft the day it was made."""
    return draft.tax_on or on or draft.drafted_at.date()


def add_up_lines(
    invoice: Invoice, lines: Sequence[InvoiceLine], book: TaxBook, discounts: Iterable[Discount] = ()
) -> list[InvoiceTax]:
    """Writes on the given rows, and saves none of them: each line's tax code, discount and contained tax, what each
    discount takes, and the invoice's sums. Returns its taxes. The invoice's client must be loaded."""
    by_line = {discount.line_id: discount for discount in discounts}
    taxables = []
    for line in lines:
        line.tax_code_id = book.code_for(invoice.client, line)
        own = by_line.get(line.pk) if line.pk else None
        taxables.append(Taxable(line.amount, book.levy(line.tax_code_id), _off(own)))
    whole = by_line.get(None)
    totals = add_up(taxables, invoice.currency, off=_off(whole), rounds_lines=book.rounds_lines)
    common = ZERO
    for line, share in zip(lines, totals.shares, strict=True):
        line.discount_amount, line.included_tax_amount = share.discount_amount, share.included_tax_amount
        common += share.discount_amount - share.own_discount_amount
        if line.pk and line.pk in by_line:
            by_line[line.pk].taken_amount = share.own_discount_amount
    if whole is not None:
        whole.taken_amount = common
    _sums(invoice, totals)
    return [
        InvoiceTax(
            invoice=invoice,
            tax_code_id=tax.levy.code_id,
            component_id=tax.charge.component_id,
            is_included=tax.levy.is_inclusive,
            name=tax.charge.name,
            rate_percent=tax.charge.rate_percent,
            base_amount=tax.base_amount,
            amount=tax.amount,
        )
        for tax in totals.taxes
    ]


def _off(discount: Discount | None) -> Off | None:
    return Off(discount.percent, discount.amount) if discount is not None else None


def _sums(invoice: Invoice, totals: Totals) -> None:
    invoice.subtotal_amount = totals.subtotal_amount
    invoice.discount_amount = totals.discount_amount
    invoice.tax_amount = totals.tax_amount
    invoice.included_tax_amount = totals.included_tax_amount
    invoice.total_amount = totals.total_amount


SHARES = ("tax_code", "discount_amount", "included_tax_amount")


def shares_of(line: InvoiceLine) -> tuple[object, ...]:
    """What adding up writes on a line, to see whether it changed."""
    return line.tax_code_id, line.discount_amount, line.included_tax_amount


def tax_facts(row: InvoiceTax) -> tuple[object, ...]:
    """What makes two taxes the same."""
    return (
        row.tax_code_id,
        row.component_id,
        row.is_included,
        row.name,
        row.rate_percent,
        row.base_amount,
        row.amount,
    )


def would_differ(draft: Invoice, lines: Sequence[InvoiceLine], on: date) -> bool:
    """Whether the taxes of the draft would be others if it were an invoice of that day: rates, codes or the client's
    exemption changed. Neither the draft nor its lines are touched. Four statements."""
    fresh = [copy(line) for line in lines]
    book = tax_book(tax_day(draft, on))
    wanted = add_up_lines(copy(draft), fresh, book, Discount.objects.filter(invoice=draft))
    now = InvoiceTax.objects.filter(invoice=draft).order_by("pk")
    return [tax_facts(row) for row in wanted] != [tax_facts(row) for row in now] or any(
        shares_of(old) != shares_of(new) for old, new in zip(lines, fresh, strict=True)
    )
