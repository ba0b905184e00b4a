"""Fees and allowances of periods with several payers: each gets its share, once, and again after its own is void."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from billing.drafting import NothingToBill, draft_invoice, draft_invoices
from billing.editing import delete_draft
from billing.models import BilledPeriod, BilledTime, Invoice
from billing.recalculating import recalculate_draft
from billing.staleness import changes
from billing.voiding import void_invoice
from clients.models import Client
from core.errors import Refusal
from core.promises import promises
from tests.billing.test_payers import arrange, other
from tests.billing.test_periods import HOURS, MONEY, MONTHLY, agree, issue, lines_of, work
from tests.billing.test_two_at_once import EARLIER
from tests.billing.work import log
from tests.cast import Cast

D = Decimal
FEB, MAR, APR = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)


def draft_all(cast: Cast, through: date) -> Sequence[Invoice]:
    (outcome,) = draft_invoices(projects=[cast.project], through=through, by=cast.finance, on=through)
    return outcome.invoices


def amounts(invoices: Sequence[Invoice]) -> dict[str, list[str]]:
    return {
        invoice.client.name: [f"{line.amount:.2f}" for line in invoice.lines.all()] for invoice in invoices
    }


def minutes(invoice: Invoice) -> int:
    return sum(row.minutes for row in BilledTime.objects.filter(line__invoice=invoice))


def void(cast: Cast, invoice: Invoice) -> None:
    void_invoice(invoice=invoice, reason="Wrong PO", by=cast.finance, on=APR, at=EARLIER)


def nothing_more(cast: Cast, through: date) -> None:
    with pytest.raises(NothingToBill):
        draft_invoice(project=cast.project, through=through, by=cast.finance, on=through)


@pytest.fixture
def county(cast: Cast) -> Client:
    return other(cast)


def test_a_recurring_fee_is_shared_and_each_period_billed_once(cast: Cast, county: Client) -> None:
    name = cast.client.name
    agree(cast, "RECURRING", **(MONTHLY | {"fee_amount": D("100.01")}))
    arrange(cast, (cast.client, "50"), (county, "50"))
    log(cast.member, cast.design, 61, day=date(2026, 1, 15), rate=100)
    first, second = draft_all(cast, date(2026, 1, 31))
    assert amounts([first, second]) == {name: ["50.01"], "County": ["50.00"]}
    assert (minutes(first), minutes(second)) == (31, 30)
    assert [str(line.share_percent) for line in second.lines.all()] == ["50.0000"]
    nothing_more(cast, date(2026, 1, 31))

    # One payer's draft is deleted, the other's issued: only the first's share is left, and the next month is whole.
    delete_draft(invoice=first, by=cast.finance)
    issue(cast, second, date(2026, 1, 31))
    (again,) = draft_all(cast, date(2026, 1, 31))
    assert amounts([again]) == {name: ["50.01"]}
    assert minutes(again) == 31
    assert amounts(draft_all(cast, date(2026, 2, 28))) == {name: ["50.01"], "County": ["50.00"]}
    # The other way round: whose invoice is void gets its own again, beside the next month of both.
    void(cast, second)
    found = amounts(draft_all(cast, date(2026, 3, 31)))
    assert found == {name: ["50.01"], "County": ["50.00", "50.00"]}
    nothing_more(cast, date(2026, 3, 31))


def test_an_allowance_with_overage_is_shared(cast: Cast, county: Client) -> None:
    """52 h of 40 h: 12 × 180.00 = 2,160.00 beyond; of 6,000.00 and that, 60 and 40 percent."""
    name = cast.client.name
    agree(cast, "ALLOWANCE", **HOURS)
    arrange(cast, (cast.client, "60"), (county, "40"))
    work(cast, 52, date(2026, 1, 15))
    first, second = draft_all(cast, date(2026, 1, 31))
    assert amounts([first, second]) == {
        name: ["3600.00", "0.00", "1296.00"],
        "County": ["2400.00", "0.00", "864.00"],
    }
    assert (minutes(first), minutes(second)) == (52 * 36, 52 * 24)
    words = "Covered by Support, Jan 1 – 31, 2026: 40.00 of 40.00 h"
    assert [lines_of(each)[1][0] for each in (first, second)] == [words, words]
    nothing_more(cast, date(2026, 1, 31))
    issue(cast, first, date(2026, 1, 31))
    issue(cast, second, date(2026, 1, 31))

    # Late hours count in February; January comes again as it was for whose invoice is void.
    log(cast.member, cast.design, 60, day=date(2026, 1, 30), rate=190)
    void(cast, first)
    found = draft_all(cast, date(2026, 2, 28))
    assert amounts(found) == {
        name: ["3600.00", "3600.00", "0.00", "1296.00", "0.00"],
        "County": ["2400.00", "0.00"],
    }
    assert [minutes(each) for each in found] == [52 * 36 + 36, 24]
    assert lines_of(found[1])[1][0] == "Covered by Support, Feb 1 – 28, 2026: 1.00 of 40.00 h"
    # What February left is carried on whole: at most 10 h.
    work(cast, 51, date(2026, 3, 10))
    assert amounts(draft_all(cast, date(2026, 3, 31))) == {
        name: ["3600.00", "0.00", "108.00"],
        "County": ["2400.00", "0.00", "72.00"],
    }


def test_an_unused_period_says_so_to_each_payer(cast: Cast, county: Client) -> None:
    agree(cast, "ALLOWANCE", **HOURS)
    arrange(cast, (cast.client, "50"), (county, "50"))
    found = draft_all(cast, date(2026, 1, 31))
    assert [lines_of(each)[1] for each in found] == [
        ("Covered by Support, Jan 1 – 31, 2026: 0.00 of 40.00 h", 0)
    ] * 2
    nothing_more(cast, date(2026, 1, 31))


def test_an_allowance_of_money_is_shared(cast: Cast, county: Client) -> None:
    """33 h at 190.00 are 6,270.00: 1,270.00 beyond 5,000.00; thirds of it are 423.33, 423.33 and 423.34."""
    town = other(cast, "Town")
    agree(cast, "ALLOWANCE", **MONEY)
    arrange(cast, (cast.client, "33.3333"), (county, "33.3333"), (town, "33.3334"))
    work(cast, 33, date(2026, 1, 15))
    found = draft_all(cast, date(2026, 1, 31))
    whole = [sum(line.amount for line in each.lines.all()) for each in found]
    assert sum(whole) == D(6000) + D(1270)
    assert amounts(found)["Town"] == ["2000.00", "0.00", "423.34"]
    issue(cast, found[0], date(2026, 1, 31))
    issue(cast, found[1], date(2026, 1, 31))
    issue(cast, found[2], date(2026, 1, 31))
    void(cast, found[2])
    (again,) = draft_all(cast, date(2026, 1, 31))
    assert amounts([again]) == {"Town": ["2000.00", "0.00", "423.34"]}
    assert minutes(again) == minutes(found[2])


def test_shares_of_periods_hold_from_the_periods_first_day(cast: Cast, county: Client) -> None:
    agree(cast, "RECURRING", **(MONTHLY | {"fee_amount": D(100)}))
    arrange(cast, (county, "100"), starts_on=date(2026, 1, 15))
    found = amounts(draft_all(cast, date(2026, 2, 28)))
    assert found == {cast.client.name: ["100.00"], "County": ["100.00"]}


def test_a_shared_draft_is_recalculated_as_its_share(cast: Cast, county: Client) -> None:
    agree(cast, "ALLOWANCE", **HOURS)
    arrange(cast, (cast.client, "60"), (county, "40"))
    work(cast, 52, date(2026, 1, 15))
    before = draft_all(cast, date(2026, 1, 31))
    kept = amounts(before)
    for each in before:
        Invoice.objects.filter(pk=each.pk).update(is_stale=True)
        each.refresh_from_db()
        assert changes(each).difference == 0
        recalculate_draft(invoice=each, by=cast.finance)
    assert amounts(before) == kept


def test_no_period_is_shared_beyond_the_whole(cast: Cast, county: Client) -> None:
    agree(cast, "RECURRING", **(MONTHLY | {"fee_amount": D(100)}))
    arrange(cast, (cast.client, "50"), (county, "50"))
    draft_all(cast, date(2026, 1, 31))
    row = BilledPeriod.objects.order_by("pk")[0]
    for percent, words in (("50.0001", "billed this period meanwhile"), ("0", "above 0 and at most 100")):
        with pytest.raises(Refusal, match=words), promises(), transaction.atomic():
            BilledPeriod.objects.filter(pk=row.pk).update(share_percent=D(percent))
