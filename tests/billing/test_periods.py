"""Contract lines with periods: the fee of each, what is used of an allowance, what the database refuses."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from billing.credit_lines import LineWish
from billing.crediting import draft_credit
from billing.drafting import NothingToBill, draft_invoice
from billing.editing import remove_line
from billing.issuing import issue_invoice
from billing.issuing_credits import issue_credit
from billing.models import BilledPeriod, BilledTime, Invoice
from billing.promises import PeriodsAreBilled
from billing.recalculating import recalculate_draft
from billing.reissuing import reissue_invoice
from billing.staleness import changes
from billing.unbilled import ready_to_bill
from billing.voiding import void_invoice
from core.errors import Refusal
from core.promises import promises
from projects.contracting import TermsAreMissing, change_line, switch_method
from projects.models import ContractLine
from tests.billing.test_two_at_once import EARLIER
from tests.billing.work import log
from tests.cast import Cast

D = Decimal
MONTHLY: dict[str, Any] = {"fee_amount": D(6000), "first_period_on": date(2026, 1, 1)}
HOURS: dict[str, Any] = MONTHLY | {
    "allowance_minutes": 40 * 60,
    "overage_rate_amount": D(180),
    "rollover": "CAPPED",
    "rollover_minutes": 10 * 60,
    "rollover_periods": 1,
}
MONEY: dict[str, Any] = MONTHLY | {"allowance_amount": D(5000)}


def agree(cast: Cast, method: str, **terms: Any) -> ContractLine:
    line = ContractLine.objects.get(project=cast.project, closed_on=None)
    return change_line(line=line, name="Support", method=method, by=cast.manager, **terms)


def draft(cast: Cast, through: date, on: date | None = None) -> Invoice:
    return draft_invoice(project=cast.project, through=through, by=cast.finance, on=on or through)


def work(cast: Cast, hours: int, day: date, rate: Any = 190) -> None:
    """So many hours, at most twenty a day."""
    for number in range(0, hours, 20):
        log(cast.member, cast.design, 60 * min(hours - number, 20), day=day, rate=rate)
        day += timedelta(days=1)


def lines_of(invoice: Invoice) -> list[tuple[str, Decimal]]:
    return [(line.description.replace("\u2009", " "), line.amount) for line in invoice.lines.all()]


def issue(cast: Cast, invoice: Invoice, on: date) -> Invoice:
    return issue_invoice(invoice=invoice, by=cast.finance, on=on, at=EARLIER)


def test_the_allowance_of_the_reference_month_by_month(cast: Cast) -> None:
    """4.10 B: January 34 h, February 52 h, March 25 h; each settled with the fee of the month after it."""
    agree(cast, "ALLOWANCE", **HOURS)
    work(cast, 34, date(2026, 1, 15))
    work(cast, 50, date(2026, 2, 10))
    work(cast, 2, date(2026, 2, 15), None)
    work(cast, 25, date(2026, 3, 3))
    first = draft(cast, date(2026, 1, 1))
    assert lines_of(first) == [("Support, Jan 1 – 31, 2026", 6000)]
    assert (first.period_first_on, first.period_last_on) == (date(2026, 1, 1), date(2026, 1, 31))
    second = draft(cast, date(2026, 1, 31), date(2026, 2, 1))
    assert lines_of(second) == [
        ("Support, Feb 1 – 28, 2026", 6000),
        ("Covered by Support, Jan 1 – 31, 2026: 34.00 of 40.00 h", 0),
    ]
    third = draft(cast, date(2026, 2, 28), date(2026, 3, 1))
    assert lines_of(third) == [
        ("Support, Mar 1 – 31, 2026", 6000),
        ("Covered by Support, Feb 1 – 28, 2026: 46.00 of 46.00 h", 0),
        ("Beyond Support, Feb 1 – 28, 2026", 1080),
    ]
    beyond = third.lines.get(amount=1080)
    assert (beyond.minutes, beyond.rate_amount) == (360, 180)
    assert list(beyond.billed_time.order_by("entry").values_list("minutes", "rate_amount", "amount")) == [
        (240, 180, 720),
        (120, 180, 360),
    ]
    (row,) = ready_to_bill(cast.finance, date(2026, 3, 31), today=date(2026, 4, 1))
    assert (row.amount, row.fee_amount, row.methods) == (6000, 6000, ("Retainer allowance",))
    fourth = draft(cast, date(2026, 3, 31), date(2026, 4, 1))
    assert lines_of(fourth)[1:] == [("Covered by Support, Mar 1 – 31, 2026: 25.00 of 40.00 h", 0)]
    # April begins with the ten hours that March may leave.
    work(cast, 51, date(2026, 4, 3))
    fifth = draft(cast, date(2026, 4, 30), date(2026, 5, 1))
    assert lines_of(fifth)[1:] == [
        ("Covered by Support, Apr 1 – 30, 2026: 50.00 of 50.00 h", 0),
        ("Beyond Support, Apr 1 – 30, 2026", 180),
    ]


def test_the_client_reads_its_periods_in_its_language(cast: Cast) -> None:
    cast.client.language = "de"
    cast.client.save()
    agree(cast, "ALLOWANCE", **HOURS)
    work(cast, 41, date(2026, 1, 15))
    assert [words.replace("\u2009", " ") for words, _ in lines_of(draft(cast, date(2026, 2, 1)))[2:]] == [
        "Enthalten in Support, 1.–31. Jan. 2026: 40,00 von 40,00 h",
        "Über Support hinaus, 1.–31. Jan. 2026",
    ]


def test_hours_that_come_late_count_in_the_next_period_and_open_ones_wait(cast: Cast) -> None:
    agree(cast, "ALLOWANCE", **HOURS)
    log(cast.member, cast.design, 60, day=date(2026, 1, 15))
    draft(cast, date(2026, 2, 1))
    log(cast.member, cast.design, 120, day=date(2026, 1, 20))
    log(cast.member, cast.design, 180, day=date(2026, 2, 20))
    with pytest.raises(NothingToBill, match=r"5\.00 h: Counts towards Support, billed with its period"):
        draft(cast, date(2026, 2, 27))
    assert lines_of(draft(cast, date(2026, 3, 1)))[1:] == [
        ("Covered by Support, Feb 1 – 28, 2026: 5.00 of 50.00 h", 0)
    ]


def test_an_allowance_of_money_splits_the_entry_that_crosses_it(cast: Cast) -> None:
    """5,000 allowed; 4,900 and 180 at 180.00 come to 5,080: 33 whole minutes are within, 80.00 are billed."""
    agree(cast, "ALLOWANCE", **MONEY)
    work(cast, 49, date(2026, 1, 5), 100)
    log(cast.member, cast.design, 60, day=date(2026, 1, 8), rate=180)
    log(cast.member, cast.design, 60, day=date(2026, 1, 9), rate=None)
    invoice = draft(cast, date(2026, 1, 31), date(2026, 2, 1))
    assert lines_of(invoice)[2:] == [
        ("Covered by Support, Jan 1 – 31, 2026: $5,000.00 of $5,000.00", 0),
        ("Beyond Support, Jan 1 – 31, 2026", 80),
    ]
    crossing = BilledTime.objects.filter(entry__worked_on=date(2026, 1, 8)).order_by("line__position")
    assert [(each.minutes, each.amount) for each in crossing] == [(33, 0), (27, 80)]
    assert not BilledTime.objects.filter(entry__worked_on=date(2026, 1, 9)).exists()
    log(cast.member, cast.design, 60, day=date(2026, 2, 6), rate=100)
    assert lines_of(draft(cast, date(2026, 2, 28)))[0][0] == (
        "Covered by Support, Feb 1 – 28, 2026: $100.00 of $5,000.00"
    )


def test_a_recurring_fee_in_arrears_takes_its_hours_along_and_rises(cast: Cast) -> None:
    agree(
        cast, "RECURRING", fee_amount=D(100), first_period_on=date(2025, 1, 16), anchor_day=1, timing="LAST_DAY",
        escalator_percent=D("3.5"), last_period_on=date(2026, 2, 14),
    )  # fmt: skip
    log(cast.member, cast.design, 60, day=date(2025, 2, 3), rate=90)
    log(cast.member, cast.design, 30, day=date(2025, 2, 4), rate=None)
    invoice = draft(cast, date(2025, 2, 28))
    assert lines_of(invoice) == [
        ("Support, Jan 16 – 31, 2025", D("51.61")),
        ("Support, Feb 1 – 28, 2025", 100),
    ]
    time = BilledTime.objects.filter(line__amount=100).order_by("entry")
    assert [each.amount for each in time] == [D("66.67"), D("33.33")]
    rest = lines_of(draft(cast, date(2026, 6, 30)))
    assert len(rest) == 12
    # A full year after the start the fee rises; the last period has 14 of 28 days.
    assert [amount for _, amount in rest[-3:]] == [100, 100, D("51.75")]
    with pytest.raises(NothingToBill, match="No period of Support is due"):
        draft(cast, date(2026, 12, 31))


def test_void_credit_and_reissue_give_the_period_back(cast: Cast) -> None:
    agree(cast, "ALLOWANCE", **HOURS)
    work(cast, 42, date(2026, 1, 15))
    march = date(2026, 3, 1)
    invoice = issue(cast, draft(cast, date(2026, 1, 31), date(2026, 2, 1)), march)
    assert [line.amount for line in invoice.lines.all()] == [6000, 6000, 0, 360]
    again = reissue_invoice(invoice=invoice, reason="Address", by=cast.finance, on=march, at=EARLIER).draft
    assert lines_of(again) == lines_of(invoice)
    assert BilledPeriod.objects.filter(is_live=True, line__invoice=again).count() == 4
    issued = issue(cast, again, march)
    line = issued.lines.order_by("position")[0]
    credit = draft_credit(
        invoice=issued,
        lines=[LineWish(line.pk, percent=D(100), returns_work=True)],
        reason="Gone",
        by=cast.finance,
    )
    issue_credit(credit=credit, by=cast.finance, on=march, at=EARLIER)
    january = draft(cast, date(2026, 1, 31), date(2026, 2, 1))
    assert lines_of(january) == [("Support, Jan 1 – 31, 2026", 6000)]
    with pytest.raises(Refusal, match="issued and never changes"), promises(), transaction.atomic():
        BilledPeriod.objects.filter(line__invoice=issued, kind="FEE", is_live=True).update(is_live=False)
    assert not changes(january).entries


def test_a_draft_keeps_its_periods_when_it_is_recalculated(cast: Cast) -> None:
    agree(cast, "ALLOWANCE", **HOURS)
    work(cast, 20, date(2026, 1, 14))
    entry = log(cast.member, cast.design, 22 * 60, day=date(2026, 1, 15))
    invoice = draft(cast, date(2026, 1, 31), date(2026, 2, 1))
    found = changes(invoice)
    assert (found.entries, found.difference) == ([], 0)
    entry.billable_minutes = 21 * 60
    entry.save()
    invoice.refresh_from_db()
    assert invoice.is_stale
    recalculate_draft(invoice=invoice, by=cast.finance)
    assert [line.amount for line in invoice.lines.all()] == [6000, 6000, 0, 180]
    assert BilledPeriod.objects.filter(is_live=True).count() == 4
    remove_line(line=invoice.lines.get(work_key="beyond2026-01-01"), by=cast.finance)
    remove_line(line=invoice.lines.get(work_key="within2026-01-01"), by=cast.finance)
    assert [line.amount for line in draft(cast, date(2026, 1, 31)).lines.all()] == [0, 180]


def test_an_entry_within_and_beyond_an_allowance_is_recalculated_on_both_lines(cast: Cast) -> None:
    agree(cast, "ALLOWANCE", **HOURS)
    first = log(cast.member, cast.design, 20 * 60, day=date(2026, 1, 14))
    split = log(cast.member, cast.design, 22 * 60, day=date(2026, 1, 15))
    invoice = draft(cast, date(2026, 1, 31), date(2026, 2, 1))
    billed = BilledTime.objects.filter(entry=split).order_by("minutes")
    assert [row.minutes for row in billed] == [120, 1200]
    first.billable_minutes = first.worked_minutes = 21 * 60
    first.save()
    invoice.refresh_from_db()
    recalculate_draft(invoice=invoice, by=cast.finance)
    assert [row.minutes for row in billed.all()] == [180, 1140]
    assert [line.amount for line in invoice.lines.all()] == [6000, 6000, 0, 540]


def test_billed_periods_keep_their_terms_until_another_line_takes_over(cast: Cast) -> None:
    line = agree(cast, "ALLOWANCE", **HOURS)
    log(cast.member, cast.design, 60, day=date(2026, 1, 15))
    invoice = draft(cast, date(2026, 1, 31), date(2026, 2, 1))
    for change in ({"allowance_minutes": 60}, {"fee_amount": D(1)}, {"frequency": "WEEKLY", "anchor_day": 1}):
        with pytest.raises(PeriodsAreBilled):
            agree(cast, "ALLOWANCE", **HOURS | change)
    with pytest.raises(PeriodsAreBilled):
        agree(cast, "ALLOWANCE", **HOURS | {"last_period_on": date(2026, 1, 31)})
    agree(cast, "ALLOWANCE", **HOURS | {"last_period_on": date(2026, 2, 28)})
    with pytest.raises(PeriodsAreBilled):
        switch_method(
            line=line,
            starts_on=date(2026, 2, 20),
            name="More",
            method="RECURRING",
            by=cast.manager,
            **MONTHLY,
        )
    new = switch_method(
        line=line, starts_on=date(2026, 3, 1), name="More", method="RECURRING", by=cast.manager, **MONTHLY
    )
    assert (new.first_period_on, new.anchor_day, new.frequency) == (date(2026, 3, 1), 1, "MONTHLY")
    invoice.refresh_from_db()
    assert not invoice.is_stale
    log(cast.member, cast.design, 60, day=date(2026, 2, 27))
    log(cast.member, cast.design, 90, day=date(2026, 3, 2))
    assert lines_of(draft(cast, date(2026, 3, 31))) == [
        ("Covered by Support, Feb 1 – 28, 2026: 1.00 of 50.00 h", 0),
        ("More, Mar 1 – 31, 2026", 6000),
    ]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"fee_amount": None}, "fee_amount"),
        ({"first_period_on": None}, "first_period_on"),
        ({"frequency": "WEEKLY", "anchor_day": 9}, "anchor_day"),
        ({"last_period_on": date(2025, 1, 1)}, "last_period_on"),
        ({"allowance_minutes": None}, "allowance_minutes"),
        ({"overage_rate_amount": None}, "overage_rate_amount"),
        ({"rollover_minutes": None}, "rollover_minutes"),
    ],
)
def test_what_an_allowance_lacks_is_said_beside_its_field(
    cast: Cast, terms: dict[str, Any], field: str
) -> None:
    with pytest.raises(TermsAreMissing) as caught:
        agree(cast, "ALLOWANCE", **HOURS | terms)
    assert caught.value.field == field


def test_a_voided_period_is_billed_anew_for_its_own_month(cast: Cast) -> None:
    agree(cast, "ALLOWANCE", **HOURS)
    work(cast, 30, date(2026, 1, 15))
    work(cast, 51, date(2026, 2, 15))
    march = date(2026, 3, 1)
    january = issue(cast, draft(cast, date(2026, 1, 31), date(2026, 2, 1)), march)
    february = draft(cast, date(2026, 2, 28), march)
    assert [line.amount for line in february.lines.all()] == [6000, 0, 180]
    void_invoice(invoice=january, reason="Wrong", by=cast.finance, on=march, at=EARLIER)
    again = draft(cast, date(2026, 2, 28), march)
    assert lines_of(again)[2:] == [("Covered by Support, Jan 1 – 31, 2026: 30.00 of 40.00 h", 0)]
