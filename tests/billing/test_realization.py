"""Realization counts write-downs, discounts and what comes off by a line; nothing but work is measured."""

from decimal import Decimal

from billing.discounting import DiscountWish, set_discount
from billing.draft_page import draft_page
from billing.drafting import draft_invoice
from billing.editing import add_line, edit_line
from billing.issuing import issue_invoice
from billing.models import Invoice
from billing.realization import of_rows
from reports.money import money_home
from tests.billing.work import THROUGH, log
from tests.cast import NOW, TODAY, Cast


def percent(invoice: Invoice) -> str:
    fresh = Invoice.objects.select_related("client", "entity", "terms").get(pk=invoice.pk)
    return str(draft_page(fresh, today=TODAY).realization)


def test_discounts_count_on_the_draft_and_on_home(cast: Cast) -> None:
    log(cast.member, cast.design, 600, rate=100)
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    line = draft.lines.get()
    edit_line(line=line, amount=Decimal(900), reason="Rework", by=cast.finance)
    assert percent(draft) == "90.0"
    off = DiscountWish("Volume", percent=Decimal(10))
    set_discount(invoice=draft, line=line, wanted=off, by=cast.finance)
    assert percent(draft) == "81.0"
    # What is no work is not measured, but for what it takes off.
    add_line(invoice=draft, description="Permit", amount=Decimal(500), by=cast.finance)
    assert percent(draft) == "81.0"
    add_line(invoice=draft, description="Goodwill", amount=Decimal(-10), by=cast.finance)
    assert percent(draft) == "80.0"
    # A hundredth off the whole: 1,300.00 are left, 810.00 of them work.
    set_discount(invoice=draft, line=None, wanted=DiscountWish("Cash", percent=Decimal(1)), by=cast.finance)
    assert percent(draft) == "79.2"
    realized = of_rows(draft.lines.all())
    assert (realized.worth, realized.asked, realized.given_away) == (
        1000,
        Decimal("791.90"),
        Decimal("208.10"),
    )
    issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    home = money_home(cast.finance, "USD", TODAY)
    assert (str(home.realization), home.written_down) == ("79", Decimal("208.10"))
