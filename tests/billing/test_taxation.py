"""Taxes of invoices from the client's record to the books, and the discount for paying early."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.balance import balance_of
from billing.editing import Terms, edit_invoice
from billing.issuing import TaxHasChanged
from billing.models import Invoice, InvoiceTax, WriteOff
from billing.receiving import record_payment
from clients.agreeing import TermsWish, add_terms
from clients.models import TaxRate
from ledger.balances import trial_balance
from ledger.mapping import add_account
from ledger.models import JournalLine
from ledger.tax_accounts import map_tax
from tests.billing.test_issuing import issue
from tests.billing.work import drafted
from tests.cast import TODAY, Cast
from tests.taxes import tax_code

AT = datetime(2026, 11, 25, 15, tzinfo=UTC)


def taxes(invoice: Invoice) -> list[Decimal]:
    return [row.amount for row in InvoiceTax.objects.filter(invoice=invoice).order_by("pk")]


def posted(purpose: str = "", code: str = "") -> Decimal:
    rows = (
        JournalLine.objects.filter(account__code=code)
        if code
        else JournalLine.objects.filter(account__purpose=purpose)
    )
    return sum((row.credit_amount - row.debit_amount for row in rows), Decimal(0))


def test_three_taxes_on_two_accounts_and_paying_early(cast: Cast) -> None:
    """docs/money.md: 1,088.75, of which 1,066.97 within ten days settle all."""
    code = tax_code("New York", "4", "4.5", "0.375")
    city = add_account(code="2110", name="City tax payable", kind="LIABILITY", by=cast.finance)
    map_tax(component=code.components.get(position=2), account=city, by=cast.finance)
    cast.client.tax_code = code
    cast.client.payment_terms = add_terms(
        wanted=TermsWish("2/10 net 30", 30, discount_percent=Decimal(2), discount_days=10), by=cast.finance
    )
    cast.client.save()
    invoice = issue(cast, drafted(cast, 600, rate=100))
    assert (taxes(invoice), invoice.total_amount) == (
        [Decimal(40), Decimal(45), Decimal("3.75")],
        Decimal("1088.75"),
    )
    assert (posted("TAX"), posted(code="2110"), posted("REVENUE")) == (
        Decimal("43.75"),
        Decimal(45),
        Decimal(1000),
    )
    assert invoice.document.content["early_discount"]["amount"] == "21.78"
    paid = {"method": "CHECK", "by": cast.finance, "on": TODAY, "at": AT, "received_on": TODAY}
    record_payment(invoice=invoice, amount=Decimal("1066.97"), **paid)
    assert balance_of(invoice).is_paid
    taken = WriteOff.objects.get()
    assert (taken.kind, taken.amount) == (WriteOff.Kind.DISCOUNT, Decimal("21.78"))
    assert (posted("TAX"), posted(code="2110"), posted("DISCOUNTS")) == (
        Decimal("42.87"),
        Decimal("44.10"),
        Decimal("-20.00"),
    )
    assert posted("RECEIVABLES") == 0


def test_prices_that_contain_the_tax_earn_what_is_left(cast: Cast) -> None:
    cast.client.tax_code = tax_code("VAT", "19", is_inclusive=True, note="Prices contain VAT.")
    cast.client.save()
    invoice = issue(cast, drafted(cast, 60, rate=100))
    assert (invoice.total_amount, invoice.tax_amount, invoice.included_tax_amount) == (
        Decimal(100),
        Decimal("15.97"),
        Decimal("15.97"),
    )
    assert (posted("REVENUE"), posted("TAX")) == (Decimal("84.03"), Decimal("15.97"))
    content = invoice.document.content
    assert (content["taxes"][0]["is_included"], content["tax_notes"]) == (True, ["Prices contain VAT."])
    assert trial_balance(TODAY)


@pytest.mark.parametrize(("until", "total"), [(None, "100.00"), (date(2026, 11, 24), "107.00")])
def test_an_exempt_client_until_the_certificate_runs_out(cast: Cast, until: date | None, total: str) -> None:
    cast.client.tax_code = tax_code("Tax", "7")
    cast.client.is_tax_exempt, cast.client.exemption_number = True, "TX-9"
    cast.client.exemption_expires_on = until
    cast.client.save()
    draft = drafted(cast, 60, rate=100)
    assert draft.total_amount == Decimal(total)
    assert issue(cast, draft).document.content.get("exemption") == ("TX-9" if until is None else None)


def test_a_rate_that_rises_before_the_invoice_is_issued(cast: Cast) -> None:
    cast.client.tax_code = tax_code("Tax", "7")
    cast.client.save()
    draft = drafted(cast, 60, rate=100)
    TaxRate.objects.create(
        component=cast.client.tax_code.components.get(), rate_percent=Decimal(8), first_on=date(2026, 12, 1)
    )
    later = date(2026, 12, 2)
    with pytest.raises(TaxHasChanged, match="02 Dec 2026"):
        issue(cast, draft, on=later)
    edit_invoice(invoice=draft, wanted=Terms(tax_on=later), by=cast.finance)
    assert issue(cast, Invoice.objects.get(pk=draft.pk), on=later).total_amount == Decimal(108)
