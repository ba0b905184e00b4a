"""Discounts and tax codes of lines, from the draft over the document to the books and back."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.choosing_taxes import TaxIsWrong, choose_tax, follow_client
from billing.credit_lines import LineWish
from billing.crediting import draft_credit
from billing.discounting import DiscountIsWrong, DiscountWish, remove_discount, set_discount
from billing.editing import ChangedMeanwhile, edit_line
from billing.issuing_credits import issue_credit
from billing.layouts import Layout
from billing.models import CreditMemo, Discount, Invoice, InvoiceLine
from billing.promises import IssuedNeverChanges
from billing.recalculating import recalculate_draft
from billing.regrouping import LinesHaveTheirOwn, lay_out_draft
from billing.reissuing import reissue_invoice
from core.errors import NotAllowed
from ledger.balances import trial_balance
from tests.billing.test_issuing import issue
from tests.billing.test_taxation import posted
from tests.billing.work import drafted, log
from tests.cast import TODAY, Cast
from tests.taxes import tax_code

AT = datetime(2026, 11, 25, 15, tzinfo=UTC)


@pytest.fixture
def draft(cast: Cast) -> Invoice:
    """10 h and 5 h at 100.00 on two lines, taxed 8 %."""
    cast.client.tax_code = tax_code("Sales tax", "8")
    cast.client.save()
    log(cast.member, cast.review, 300, rate=100)
    return drafted(cast, 600, rate=100)


def lines(invoice: Invoice) -> list[InvoiceLine]:
    return list(InvoiceLine.objects.filter(invoice=invoice).order_by("-amount"))


def off(invoice: Invoice, cast: Cast, line: InvoiceLine | None = None, **wish: Any) -> Discount:
    wanted = DiscountWish("Founding client", **{name: Decimal(value) for name, value in wish.items()})
    return set_discount(invoice=invoice, line=line, wanted=wanted, by=cast.finance)


def sums(invoice: Invoice) -> tuple[Decimal, ...]:
    found = Invoice.objects.get(pk=invoice.pk)
    return found.subtotal_amount, found.discount_amount, found.tax_amount, found.total_amount


def test_a_line_and_the_invoice_are_discounted_up_to_the_books(cast: Cast, draft: Invoice) -> None:
    """docs/money.md: 25 % off a line of 1,000.00, then 10 % off what is left."""
    off(draft, cast, lines(draft)[0], percent="25")
    whole = off(draft, cast, percent="10")
    assert whole.taken_amount == 125
    assert sums(draft) == (1500, 375, 90, 1215)
    assert [line.discount_amount for line in lines(draft)] == [325, 50]
    # A percentage follows its line; a second one replaces it.
    edit_line(line=lines(draft)[0], amount=Decimal(800), reason="Agreed", by=cast.finance)
    assert sums(draft) == (1300, 310, Decimal("79.20"), Decimal("1069.20"))
    edit_line(line=lines(draft)[0], amount=Decimal(1000), by=cast.finance)
    off(draft, cast, amount="125")
    assert sums(draft) == (1500, 375, 90, 1215)

    invoice = issue(cast, Invoice.objects.get(pk=draft.pk))
    assert (posted("REVENUE"), posted("DISCOUNTS"), posted("TAX")) == (1500, -375, 90)
    assert posted("RECEIVABLES") == -1215
    content = invoice.document.content
    assert [(row["percent"], row["amount"]) for row in content["discounts"]] == [("25", "250"), (None, "125")]
    with pytest.raises(IssuedNeverChanges):
        off(invoice, cast, percent="5")

    half = [LineWish(lines(invoice)[0].pk, amount=Decimal(500))]
    memo = draft_credit(invoice=invoice, lines=half, reason="Half of it", by=cast.finance)
    issue_credit(credit=memo, by=cast.finance, on=TODAY, at=AT)
    back = CreditMemo.objects.get()
    assert (back.discount_amount, back.tax_amount, back.total_amount) == (
        Decimal("162.50"), 27, Decimal("364.50")
    )  # fmt: skip
    assert trial_balance(TODAY)


def test_issued_anew_with_its_discounts_and_taxes(cast: Cast, draft: Invoice) -> None:
    line = lines(draft)[1]
    off(draft, cast, line, amount="50")
    off(draft, cast, percent="10")
    choose_tax(line=line, code=tax_code("VAT", "19"), by=cast.finance)
    assert sums(draft) == (1500, 195, Decimal("148.95"), Decimal("1453.95"))
    invoice = issue(cast, Invoice.objects.get(pk=draft.pk))
    again = reissue_invoice(invoice=invoice, reason="Address", by=cast.finance, on=TODAY, at=AT).draft
    assert sums(again) == (1500, 195, Decimal("148.95"), Decimal("1453.95"))
    assert [line.tax_code.name for line in lines(again) if line.tax_code] == ["Sales tax", "VAT"]
    assert again.discounts.count() == 2
    # Recalculating keeps both; another grouping would lose what belongs to a line.
    recalculate_draft(invoice=again, by=cast.finance)
    assert sums(again) == (1500, 195, Decimal("148.95"), Decimal("1453.95"))
    with pytest.raises(LinesHaveTheirOwn):
        lay_out_draft(invoice=again, layout=Layout("NONE", "STAFF"), by=cast.finance)
    for discount in again.discounts.all():
        remove_discount(discount=discount, by=cast.finance)
    assert sums(again) == (1500, 0, 175, 1675)


def test_the_tax_of_a_line_is_chosen_by_hand(cast: Cast, draft: Invoice) -> None:
    line = lines(draft)[0]
    assert choose_tax(line=line, code=None, by=cast.finance).tax_code_id is None
    assert sums(draft)[2:] == (40, 1540)
    old = tax_code("Old", "5")
    old.is_active = False
    old.save()
    with pytest.raises(TaxIsWrong, match="Old is not used any more"):
        choose_tax(line=line, code=old, by=cast.finance)
    with pytest.raises(ChangedMeanwhile):
        choose_tax(line=line, code=None, by=cast.finance, version=1)
    with pytest.raises(NotAllowed):
        follow_client(line=line, by=cast.member)
    follow_client(line=line, by=cast.finance)
    assert sums(draft)[2:] == (120, 1620)
    # What is not taxable by its kind is taxed where somebody says so.
    InvoiceLine.objects.filter(invoice=draft).update(is_taxable=False)
    choose_tax(line=line, code=cast.client.tax_code, by=cast.finance)
    assert sums(draft)[2:] == (80, 1580)


@pytest.mark.parametrize(
    "wish", [{"percent": "0"}, {"percent": "100.001"}, {"percent": "1.2345"}, {"amount": "0"}, {"amount": "1500.01"}]
)  # fmt: skip
def test_what_cannot_be_taken_off(cast: Cast, draft: Invoice, wish: dict[str, str]) -> None:
    with pytest.raises(DiscountIsWrong):
        off(draft, cast, **wish)


def test_a_discount_says_why_and_needs_a_price(cast: Cast, draft: Invoice) -> None:
    with pytest.raises(DiscountIsWrong, match="one of them"):
        DiscountWish("Loyal", Decimal(1), Decimal(1))
    with pytest.raises(DiscountIsWrong, match="Say why"):
        DiscountWish(" ", Decimal(1))
    with pytest.raises(NotAllowed):
        set_discount(invoice=draft, wanted=DiscountWish("Loyal", Decimal(1)), by=cast.member)
    edit_line(line=lines(draft)[0], amount=Decimal(0), reason="Free", by=cast.finance)
    with pytest.raises(DiscountIsWrong, match="more than zero"):
        off(draft, cast, InvoiceLine.objects.get(invoice=draft, amount=0), percent="5")
    # An amount takes no more than there is left.
    off(draft, cast, amount="500")
    edit_line(line=lines(draft)[0], amount=Decimal(300), reason="Agreed", by=cast.finance)
    assert sums(draft) == (300, 300, 0, 0)
