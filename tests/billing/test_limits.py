"""What the database keeps of contracts besides money: hours within their cap, purchase orders, drafts that go stale."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from billing.contract_page import contract_of
from billing.editing import delete_draft
from billing.models import BilledTime
from billing.promises import AboveTheHours, BudgetIsBilled, OrderIsBilled
from billing.recalculating import recalculate_draft
from billing.unbilled import ready_to_bill
from core.promises import promises
from projects.changing import Delta, record_change_order
from projects.contracting import add_line, agree_on_task, change_line, move_tasks, switch_method
from projects.models import ContractLine, RoundingRule
from projects.opening import edit_project
from projects.period_terms import TermsAreMissing
from tests.billing.test_periods import agree, draft
from tests.billing.work import THROUGH, log
from tests.cast import TODAY, Cast


def test_hours_stay_within_their_cap_whoever_writes(cast: Cast) -> None:
    line = agree(cast, "TIME_AND_MATERIALS", cap_scope="LINE", cap_minutes=90)
    first, second = log(cast.member, cast.design, 60, rate=100), log(cast.member, cast.design, 60, rate=100)
    invoice = draft(cast, THROUGH)
    assert invoice.total_amount == 150
    with pytest.raises(AboveTheHours), promises(), transaction.atomic():
        BilledTime.objects.filter(entry=second).update(minutes=31)
    with pytest.raises(AboveTheHours):
        change_line(
            line=line,
            name="Works",
            method="TIME_AND_MATERIALS",
            by=cast.manager,
            cap_scope="LINE",
            cap_minutes=89,
        )
    delete_draft(invoice=invoice, by=cast.finance)
    agree(cast, "TIME_AND_MATERIALS", cap_scope="LINE", cap_minutes=90, excess="WRITE_OFF")
    written_off = draft(cast, THROUGH)
    assert [each.amount for each in written_off.lines.all()] == [150, 0]
    assert BilledTime.objects.filter(entry__in=[first, second]).count() == 3
    delete_draft(invoice=written_off, by=cast.finance)
    agree(cast, "TIME_AND_MATERIALS", cap_scope="TASK")
    agree_on_task(line=line, task=cast.design, cap_minutes=60, by=cast.manager)
    assert draft(cast, THROUGH).total_amount == 100
    with pytest.raises(AboveTheHours):
        agree_on_task(line=line, task=cast.design, cap_minutes=59, by=cast.manager)
    agree_on_task(line=line, task=cast.design, cap_minutes=61, by=cast.manager)


def test_a_purchase_order_is_not_lowered_below_what_is_billed(cast: Cast) -> None:
    cast.project.po_amount = Decimal(500)
    cast.project.save()
    agree(cast, "TIME_AND_MATERIALS", cap_scope="PO")
    log(cast.member, cast.design, 120, rate=100)
    draft(cast, THROUGH)
    for amount, is_refused in ((Decimal("199.99"), True), (Decimal(200), False), (None, False)):
        cast.project.po_amount = amount
        if is_refused:
            with pytest.raises(OrderIsBilled) as caught, promises(), transaction.atomic():
                cast.project.save()
            assert caught.value.field == "po_amount"
        else:
            cast.project.save()


def test_a_budget_and_the_hours_of_an_order_cap_all_lines_that_share_them(cast: Cast) -> None:
    edit_project(project=cast.project, by=cast.manager, budget_fee_amount=Decimal(250), budget_minutes=180)
    line = agree(cast, "TIME_AND_MATERIALS", cap_scope="PROJECT")
    other = add_line(
        project=cast.project, name="Site", method="TIME_AND_MATERIALS", by=cast.manager, cap_scope="PROJECT"
    )
    move_tasks(line=other, tasks=[cast.review], by=cast.manager)
    log(cast.member, cast.design, 120, rate=100)
    log(cast.member, cast.review, 60, rate=100)
    # The first line takes 200.00 of 250.00, which leaves 50.00 to the second; on the page as on the draft.
    rows = contract_of(cast.project, TODAY)
    assert [(row.due.amount, row.held_amount, row.left_amount) for row in rows] == [
        (200, 0, 250),
        (50, 50, 250),
    ]
    invoice = draft(cast, THROUGH)
    assert [each.amount for each in invoice.lines.order_by("pk")] == [200, 50]
    assert [(row.left_amount, row.left_minutes) for row in contract_of(cast.project, TODAY)] == [
        (0, 30),
        (0, 30),
    ]
    with pytest.raises(BudgetIsBilled) as caught:
        edit_project(project=cast.project, by=cast.manager, budget_fee_amount=Decimal("249.99"))
    assert caught.value.field == "budget_fee_amount"
    with pytest.raises(BudgetIsBilled) as caught:
        edit_project(project=cast.project, by=cast.manager, budget_minutes=149)
    assert caught.value.field == "budget_minutes"
    # A change order of the budget raises the cap: all is billed.
    record_change_order(
        project=cast.project, agreed_on=TODAY, reason="More", by=cast.manager,
        changes=[Delta(fee_amount=Decimal(50))],
    )  # fmt: skip
    recalculate_draft(invoice=invoice, by=cast.finance)
    assert sum(each.amount for each in invoice.lines.all()) == 300
    delete_draft(invoice=invoice, by=cast.finance)
    edit_project(project=cast.project, by=cast.manager, po_minutes=150)
    for each in (line, other):
        change_line(
            line=each, name=each.name, method="TIME_AND_MATERIALS", by=cast.manager, cap_scope="PO"
        )  # fmt: skip
    invoice = draft(cast, THROUGH)
    assert [each.amount for each in invoice.lines.order_by("pk")] == [200, 50]
    with pytest.raises(AboveTheHours), promises(), transaction.atomic():
        BilledTime.objects.filter(entry__task=cast.review).update(minutes=31)
    with pytest.raises(OrderIsBilled) as caught:
        edit_project(project=cast.project, by=cast.manager, po_minutes=149)
    assert caught.value.field == "po_minutes"


def test_what_is_written_off_above_a_cap_uses_nothing_of_it(cast: Cast) -> None:
    line = agree(cast, "TIME_AND_MATERIALS", cap_scope="LINE", cap_minutes=60, excess="WRITE_OFF")
    log(cast.member, cast.design, 90, rate=100)
    assert [each.amount for each in draft(cast, THROUGH).lines.all()] == [100, 0]
    change_line(
        line=line, name="Works", method="TIME_AND_MATERIALS", by=cast.manager,
        cap_scope="LINE", cap_minutes=120, excess="WRITE_OFF",
    )  # fmt: skip
    log(cast.member, cast.design, 60, rate=100)
    # One hour is billed of two, so another one fits.
    assert [each.amount for each in draft(cast, THROUGH).lines.all()] == [100]


def test_a_budget_that_is_not_there_is_no_cap(cast: Cast) -> None:
    with pytest.raises(TermsAreMissing, match="no budget of fees or hours"):
        agree(cast, "TIME_AND_MATERIALS", cap_scope="PROJECT")


def test_a_draft_is_stale_when_its_work_is_billed_by_another_line(cast: Cast) -> None:
    log(cast.member, cast.design, 60, rate=100)
    invoice = draft(cast, THROUGH)
    fee = add_line(
        project=cast.project, name="Fee", method="FIXED_FEE", fee_amount=Decimal(70), by=cast.manager
    )
    move_tasks(line=fee, tasks=[cast.review], by=cast.manager)
    invoice.refresh_from_db()
    assert not invoice.is_stale
    move_tasks(line=fee, tasks=[cast.design], by=cast.manager)
    invoice.refresh_from_db()
    assert invoice.is_stale
    recalculate_draft(invoice=invoice, by=cast.finance)
    invoice.refresh_from_db()
    assert (invoice.is_stale, invoice.subtotal_amount) == (False, 70)
    change_line(line=fee, name="Fee", method="FIXED_FEE", fee_amount=Decimal(80), by=cast.manager)
    invoice.refresh_from_db()
    assert invoice.is_stale


def test_a_switch_makes_only_those_drafts_stale_whose_days_it_takes(cast: Cast) -> None:
    log(cast.member, cast.design, 60, day=date(2026, 11, 2), rate=100)
    invoice = draft(cast, THROUGH)
    line = ContractLine.objects.get(project=cast.project)
    later = switch_method(
        line=line, starts_on=date(2026, 11, 20), name="Later", method="TIME_AND_MATERIALS", by=cast.manager
    )
    invoice.refresh_from_db()
    assert not invoice.is_stale
    log(cast.member, cast.design, 60, day=date(2026, 11, 21), rate=100)
    second = draft(cast, THROUGH)
    switch_method(
        line=later,
        starts_on=date(2026, 11, 21),
        name="Fee",
        method="FIXED_FEE",
        fee_amount=Decimal(1),
        by=cast.manager,
    )
    second.refresh_from_db()
    assert second.is_stale


@pytest.mark.parametrize(
    ("scope", "minutes", "amount"), [("ENTRY", 75, 125), ("DAY", 60, 100), ("LINE", 45, 75)]
)
def test_ready_to_bill_shows_rounded_amounts(cast: Cast, scope: str, minutes: int, amount: int) -> None:
    """Entries of 10, 10, 11, 1 and 1 minutes on two days, up to 15 minutes each."""
    RoundingRule.objects.create(client=cast.client, unit_minutes=15, mode="UP", scope=scope)
    for number, day in ((10, 2), (10, 2), (11, 2), (1, 3), (1, 3)):
        log(cast.member, cast.design, number, day=date(2026, 11, day), rate=100)
    (row,) = ready_to_bill(cast.finance, THROUGH, today=TODAY)
    assert (row.minutes, row.amount, sum(row.ages)) == (minutes, amount, amount)
    assert draft(cast, THROUGH).subtotal_amount == amount
