"""The taxes of a credit memo: the invoice's as far as they were not given back, else those of its day."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import F, Sum

from billing.credit_totals import Carried, CreditTotals, Part, add_up_credit
from billing.models import CreditLine, CreditMemo, CreditTax, InvoiceLine, InvoiceTax
from billing.taxation import TaxBook, tax_book
from billing.totals import Taxable, add_up
from core.money import ZERO


def totals_of(credit: CreditMemo, lines: Sequence[CreditLine]) -> CreditTotals:
    """What the lines come to. Four statements against an invoice, two for a free credit."""
    parts = [Part(line.amount, line.discount_amount, line.tax_code_id) for line in lines]
    carried = _of_day(credit, parts) if credit.invoice is None else _of_invoice(credit)
    return add_up_credit(parts, carried, credit.currency)


def code_of_free_lines(credit: CreditMemo) -> int | None:
    """The code that taxes lines that credit no line of an invoice: the invoice's first, or its client's of the day."""
    if credit.invoice is None:
        return _book(credit).code_of(credit.client)
    taxes = InvoiceTax.objects.filter(invoice=credit.invoice).order_by("pk")
    return taxes.values_list("tax_code_id", flat=True).first()


def _book(credit: CreditMemo) -> TaxBook:
    return tax_book(credit.drafted_at.date())


def _of_day(credit: CreditMemo, parts: Sequence[Part]) -> list[Carried]:
    """The taxes as an invoice of these lines would carry them; all of them goes back."""
    book = _book(credit)
    taxables = [Taxable(part.price, book.levy(part.tax_code_id)) for part in parts]
    totals = add_up(taxables, credit.currency, rounds_lines=book.rounds_lines)
    prices: dict[int | None, Decimal] = {}
    for part in parts:
        prices[part.tax_code_id] = prices.get(part.tax_code_id, ZERO) + part.price
    return [
        Carried(
            tax_code_id=tax.levy.code_id,
            component_id=tax.charge.component_id,
            name=tax.charge.name,
            rate_percent=tax.charge.rate_percent,
            is_included=tax.levy.is_inclusive,
            price_amount=prices[tax.levy.code_id],
            base_amount=tax.base_amount,
            amount=tax.amount,
        )
        for tax in totals.taxes
    ]


def _of_invoice(credit: CreditMemo) -> list[Carried]:
    """The invoice's taxes with what other credit memos that are not void give back of them; drafts reserve."""
    price = F("amount") - F("discount_amount")
    of_lines = InvoiceLine.objects.filter(invoice=credit.invoice).order_by().values_list("tax_code")
    prices = dict(of_lines.annotate(price=Sum(price)))
    others = CreditMemo.objects.filter(invoice=credit.invoice).exclude(pk=credit.pk)
    others = others.exclude(state=CreditMemo.State.VOID)
    of_credits = CreditLine.objects.filter(credit__in=others).order_by().values_list("tax_code")
    prices_back = dict(of_credits.annotate(price=Sum(price)))
    sums = CreditTax.objects.filter(credit__in=others).order_by().values_list("component")
    back = {pk: (base, amount) for pk, base, amount in sums.annotate(
        base=Sum("base_amount"), sum=Sum("amount")
    )}  # fmt: skip
    return [
        Carried(
            tax_code_id=tax.tax_code_id,
            component_id=tax.component_id,
            name=tax.name,
            rate_percent=tax.rate_percent,
            is_included=tax.is_included,
            price_amount=prices.get(tax.tax_code_id, ZERO),
            base_amount=tax.base_amount,
            amount=tax.amount,
            price_back=prices_back.get(tax.tax_code_id, ZERO),
            base_back=back.get(tax.component_id, (ZERO, ZERO))[0],
            back=back.get(tax.component_id, (ZERO, ZERO))[1],
        )
        for tax in InvoiceTax.objects.filter(invoice=credit.invoice).order_by("pk")
    ]
