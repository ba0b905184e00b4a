"""Drafting by every method: what is billed, held, attached; what the database refuses; switching a method."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from billing.credit_lines import LineWish
from billing.crediting import draft_credit
from billing.drafting import NothingToBill, draft_invoice, draft_invoices
from billing.editing import delete_draft, edit_line, remove_line
from billing.issuing import issue_invoice
from billing.issuing_credits import issue_credit
from billing.models import BilledMilestone, BilledTime, Invoice
from billing.progressing import BelowWhatIsBilled, MoreThanTheFee, record_progress, release_fee
from billing.promises import AboveTheCap, AboveTheFee, MilestoneIsBilled
from billing.recalculating import recalculate_draft
from billing.reissuing import reissue_invoice
from billing.staleness import changes
from billing.unbilled import ready_to_bill, unrated_entries
from billing.voiding import void_invoice
from core.errors import NotAllowed, Refusal
from core.promises import promises
from projects.achieving import (
    EvidenceIsMissing,
    achieve_milestone,
    plan_milestone,
    remove_milestone,
    restore_milestone,
    take_back_achievement,
)
from projects.contracting import (
    NotAnOpenLine,
    StartsTooEarly,
    TermsAreMissing,
    add_line,
    agree_on_task,
    change_line,
    move_tasks,
    raise_cap,
    switch_method,
)
from projects.models import ContractLine, Milestone
from tests.billing.test_two_at_once import EARLIER
from tests.billing.work import FIRST, THROUGH, log
from tests.cast import TODAY, Cast
from timesheets.models import TimeEntry

# 4.11 of the reference: 1,500, 1,800, 2,000 and 1,200 at 100.00.
FOUR = (900, 1080, 1200, 720)


def line_of(cast: Cast) -> ContractLine:
    return cast.design.contract_line.__class__.objects.get(project=cast.project, closed_on=None)


def agree(cast: Cast, method: str = "TIME_AND_MATERIALS", **terms: Any) -> ContractLine:
    line = ContractLine.objects.filter(project=cast.project, closed_on=None).first()
    assert line is not None
    return change_line(line=line, name="Works", method=method, by=cast.manager, **terms)


def draft(cast: Cast, through: date = THROUGH) -> Invoice:
    return draft_invoice(project=cast.project, through=through, by=cast.finance, on=TODAY)


def log_four(cast: Cast) -> None:
    for number, minutes in enumerate(FOUR):
        log(cast.member, cast.design, minutes, day=date(2026, 11, 2 + number), rate=100)


def billed_before(cast: Cast, amount: int) -> Invoice:
    """So much is billed under the contract line, and issued."""
    log(cast.member, cast.design, 60, day=date(2026, 10, 1), rate=100)
    invoice = draft(cast, date(2026, 10, 31))
    edit_line(line=invoice.lines.get(), amount=Decimal(amount), reason="As agreed", by=cast.finance)
    invoice.refresh_from_db()
    return issue_invoice(invoice=invoice, by=cast.finance, on=TODAY, at=EARLIER)


def test_the_cap_of_the_reference(cast: Cast) -> None:
    billed_before(cast, 46_000)
    agree(cast, cap_scope="LINE", cap_amount=Decimal(50_000))
    log_four(cast)
    (row,) = ready_to_bill(cast.finance, THROUGH, today=TODAY)
    assert (row.amount, row.minutes) == (4_000, 2_400)
    assert row.notes == ("25.00 h: Above the cap of $50,000.00 of Works.",)
    invoice = draft(cast)
    parts = BilledTime.objects.filter(line__invoice=invoice).order_by("entry__worked_on")
    assert [(part.minutes, part.amount) for part in parts] == [(900, 1_500), (1080, 1_800), (420, 700)]
    assert invoice.total_amount == 4_000
    with pytest.raises(NothingToBill, match=r"25\.00 h: Above the cap of \$50,000\.00 of Works\."):
        draft(cast)
    raise_cap(line=line_of(cast), amount=Decimal(2_500), reason="Change order 1", by=cast.manager)
    assert draft(cast).total_amount == 2_500
    assert not TimeEntry.objects.filter(billed=None).exists()


def test_the_excess_is_written_off_or_only_warned_of(cast: Cast) -> None:
    agree(cast, cap_scope="LINE", cap_amount=Decimal(4_000), excess="WRITE_OFF")
    log_four(cast)
    (outcome,) = draft_invoices(projects=[cast.project], through=THROUGH, by=cast.finance, on=TODAY)
    assert outcome.invoice is not None
    assert [(line.minutes, line.amount) for line in outcome.invoice.lines.all()] == [(2400, 4000), (1500, 0)]
    assert outcome.notices == (
        "$2,500.00 of Works is above the cap of $4,000.00 of Works. It is written off.",
    )
    delete_draft(invoice=outcome.invoice, by=cast.finance)
    agree(cast, cap_scope="LINE", cap_amount=Decimal(4_000), excess="SOFT")
    assert draft(cast).total_amount == 6_500


def test_an_entry_that_crosses_the_cap_has_not_changed(cast: Cast) -> None:
    """Its two parts stand on two lines of the draft; each is compared with its own."""
    agree(cast, cap_scope="LINE", cap_amount=Decimal(4_000), excess="WRITE_OFF")
    log_four(cast)
    invoice = draft(cast)
    assert BilledTime.objects.filter(line__invoice=invoice).count() == 5
    found = changes(invoice)
    assert (found.entries, found.difference) == ([], 0)


def test_nobody_bills_past_a_hard_cap_by_hand(cast: Cast) -> None:
    agree(cast, cap_scope="LINE", cap_amount=Decimal(4_000))
    log_four(cast)
    invoice = draft(cast)
    with pytest.raises(AboveTheCap):
        edit_line(line=invoice.lines.get(), amount=Decimal(4_001), reason="More", by=cast.finance)
    with pytest.raises(AboveTheCap):
        agree(cast, cap_scope="LINE", cap_amount=Decimal("3999.99"))
    edit_line(line=invoice.lines.get(), amount=Decimal(3_900), reason="Less", by=cast.finance)
    assert draft(cast).total_amount == 100


def test_a_cap_on_each_task_and_on_the_purchase_order(cast: Cast) -> None:
    line = agree(cast, cap_scope="TASK")
    agree_on_task(line=line, task=cast.design, cap_amount=Decimal(150), by=cast.manager)
    log(cast.member, cast.design, 120, rate=100)
    log(cast.member, cast.review, 120, rate=100)
    invoice = draft(cast)
    assert [each.amount for each in invoice.lines.all()] == [150, 200]
    delete_draft(invoice=invoice, by=cast.finance)
    cast.project.po_amount = Decimal(250)
    cast.project.save()
    agree(cast, cap_scope="PO")
    assert draft(cast).total_amount == 250


def test_a_stale_draft_of_a_capped_line_is_brought_in_line(cast: Cast) -> None:
    agree(cast, cap_scope="LINE", cap_amount=Decimal(4_000))
    log_four(cast)
    invoice = draft(cast)
    TimeEntry.objects.filter(worked_minutes=900).update(billable_minutes=300)
    recalculate_draft(invoice=invoice, by=cast.finance)
    parts = BilledTime.objects.filter(line__invoice=invoice).order_by("entry__worked_on")
    assert [(part.minutes, part.amount) for part in parts] == [(300, 500), (1080, 1800), (1020, 1700)]


def test_a_whole_fee_takes_its_hours_along_with_or_without_rates(cast: Cast) -> None:
    agree(cast, "FIXED_FEE", fee_amount=Decimal(3_800))
    log(cast.member, cast.design, 60, rate=100)
    log(cast.member, cast.design, 30, rate=None)
    (row,) = ready_to_bill(cast.finance, THROUGH, today=TODAY)
    assert (row.amount, row.fee_amount, row.minutes, row.unrated_minutes) == (3_800, 3_800, 0, 0)
    assert not unrated_entries(THROUGH)
    invoice = draft(cast)
    line = invoice.lines.get()
    assert (line.amount, line.minutes, line.rate_amount) == (3_800, 0, None)
    assert sum(row.amount for row in line.billed_time.all()) == 3_800
    with pytest.raises(NothingToBill, match="billed in full"):
        draft(cast)
    line.pk, line.computed_amount, line.amount = None, Decimal(1), Decimal(1)
    with pytest.raises(AboveTheFee), promises(), transaction.atomic():
        line.save(force_insert=True)
    with pytest.raises(AboveTheFee):
        agree(cast, "FIXED_FEE", fee_amount=Decimal("3799.99"))
    issue_invoice(invoice=invoice, by=cast.finance, on=TODAY, at=EARLIER)
    content = invoice.document.content
    assert content["groups"][0]["lines"][0]["minutes"] is None
    assert content["appendix"] == []


def test_hours_of_a_fee_that_change_under_a_draft_are_spread_anew(cast: Cast) -> None:
    agree(cast, "FIXED_FEE", fee_amount=Decimal(100))
    cut = log(cast.member, cast.design, 60, rate=100)
    log(cast.member, cast.design, 60, rate=100)
    invoice = draft(cast)
    TimeEntry.objects.filter(pk=cut.pk).update(billable_minutes=30)
    recalculate_draft(invoice=invoice, by=cast.finance)
    assert [row.amount for row in BilledTime.objects.order_by("amount")] == [
        Decimal("33.33"),
        Decimal("66.67"),
    ]
    assert invoice.lines.get().amount == 100


def test_percent_complete_of_the_reference(cast: Cast) -> None:
    line = agree(cast, "PERCENT_COMPLETE", fee_amount=Decimal(26_200))
    with pytest.raises(NothingToBill, match="No percent complete of Works is known"):
        draft(cast)
    # 3,125.00 of 26,200.00.
    record_progress(line=line, percent=Decimal("11.9275"), on=TODAY, by=cast.manager)
    first = draft(cast)
    assert first.total_amount == Decimal("3125.01")
    edit_line(line=first.lines.get(), amount=Decimal(3_125), reason="Rounded", by=cast.finance)
    record_progress(line=line, percent=Decimal("34.2"), on=TODAY, by=cast.manager)
    assert draft(cast).total_amount == Decimal("5835.39")
    with pytest.raises(BelowWhatIsBilled, match=r"\$8,960\.40 of it is billed already"):
        record_progress(line=line, percent=Decimal(30), on=TODAY, by=cast.manager)
    with pytest.raises(NotAllowed):
        record_progress(line=line, percent=Decimal(50), on=TODAY, by=cast.member)


def test_fees_by_task_are_released_in_every_way(cast: Cast) -> None:
    line = agree(cast, "FIXED_FEE_BY_TASK")
    agree_on_task(line=line, task=cast.design, fee_amount=Decimal(4_000), by=cast.manager)
    agree_on_task(line=line, task=cast.review, fee_amount=Decimal(600), by=cast.manager)

    def release(how: str, value: Any = None, task: Any = cast.design) -> Decimal:
        release_fee(line=line, task=task, how=how, value=value and Decimal(value), on=TODAY, by=cast.manager)
        return draft(cast).total_amount

    assert release("PERCENT", 25) == 1_000
    assert release("AMOUNT", "333.33") == Decimal("333.33")
    assert release("COMPLETE", "50") == Decimal("666.67")
    with pytest.raises(BelowWhatIsBilled):
        release("COMPLETE", 10)
    with pytest.raises(MoreThanTheFee):
        release("AMOUNT", 2_001)
    log(cast.member, cast.review, 60)
    with pytest.raises(NothingToBill, match="they go with its next bill"):
        draft(cast)
    assert release("WHOLE", task=cast.review) == 600
    assert BilledTime.objects.get().amount == 600
    assert release("WHOLE") == 2_000


def plan(cast: Cast, line: ContractLine, *percents: int) -> list[Milestone]:
    return [
        plan_milestone(line=line, name=f"Part {number}", percent=Decimal(percent), by=cast.manager)
        for number, percent in enumerate(percents, start=1)
    ]


def test_only_achieved_milestones_are_billed_and_stay_as_they_are(cast: Cast) -> None:
    line = agree(cast, "MILESTONE", fee_amount=Decimal(10_000))
    first, second = plan(cast, line, 30, 70)
    log(cast.member, cast.design)
    with pytest.raises(NothingToBill, match="No milestone of Works is due"):
        draft(cast)
    with pytest.raises(EvidenceIsMissing):
        achieve_milestone(milestone=first, on=TODAY, evidence=" ", by=cast.manager)
    achieve_milestone(milestone=first, on=TODAY, evidence="Accepted by A. Reyes", by=cast.manager)
    invoice = draft(cast)
    assert (invoice.total_amount, BilledTime.objects.get().amount) == (3_000, 3_000)
    with pytest.raises(MilestoneIsBilled, match="on a draft"):
        take_back_achievement(milestone=first, by=cast.manager)
    with pytest.raises(Refusal):
        remove_milestone(milestone=first, by=cast.manager)
    remove_line(line=invoice.lines.get(), by=cast.finance)
    assert draft(cast).total_amount == 3_000
    achieve_milestone(milestone=second, on=TODAY, evidence="Signed", by=cast.manager)
    last = issue_invoice(invoice=draft(cast), by=cast.finance, on=TODAY, at=EARLIER)
    assert last.total_amount == 7_000
    void_invoice(invoice=last, reason="Wrong", by=cast.finance, on=TODAY, at=EARLIER)
    assert draft(cast).total_amount == 7_000
    assert BilledMilestone.objects.filter(milestone=second, is_live=True).count() == 1


def test_a_schedule_bills_its_shares_on_their_days(cast: Cast) -> None:
    line = agree(cast, "FIXED_FEE", fee_amount=Decimal(100))
    for month, percent in ((10, "33.33"), (11, "33.33"), (12, "33.34")):
        plan_milestone(
            line=line, name=f"Share {month}", percent=Decimal(percent), trigger="DAY",
            planned_on=date(2026, month, 1), by=cast.manager,
        )  # fmt: skip
    invoice = draft(cast)
    assert [each.amount for each in invoice.lines.all()] == [Decimal("33.33"), Decimal("33.33")]
    assert (invoice.period_first_on, invoice.period_last_on) == (date(2026, 11, 1), THROUGH)
    assert draft(cast, date(2026, 12, 31)).total_amount == Decimal("33.34")


def test_a_milestone_that_is_taken_out_of_the_plan_comes_back(cast: Cast) -> None:
    line = agree(cast, "MILESTONE", fee_amount=Decimal(10))
    (part,) = plan(cast, line, 100)
    achieve_milestone(milestone=part, on=TODAY, evidence="Signed", by=cast.manager)
    invoice = issue_invoice(invoice=draft(cast), by=cast.finance, on=TODAY, at=EARLIER)
    void_invoice(invoice=invoice, reason="Wrong", by=cast.finance, on=TODAY, at=EARLIER)
    remove_milestone(milestone=part, by=cast.manager)
    with pytest.raises(NothingToBill, match="has no milestones yet"):
        draft(cast)
    restore_milestone(milestone=part, by=cast.manager)
    assert draft(cast).total_amount == 10


def test_credited_and_reissued_milestones(cast: Cast) -> None:
    line = agree(cast, "MILESTONE", fee_amount=Decimal(1_000))
    (part,) = plan(cast, line, 100)
    achieve_milestone(milestone=part, on=TODAY, evidence="Signed", by=cast.manager)
    invoice = issue_invoice(invoice=draft(cast), by=cast.finance, on=TODAY, at=EARLIER)
    again = reissue_invoice(invoice=invoice, reason="Wrong address", by=cast.finance, on=TODAY, at=EARLIER)
    assert BilledMilestone.objects.get(is_live=True).line.invoice == again.draft
    issued = issue_invoice(invoice=again.draft, by=cast.finance, on=TODAY, at=EARLIER)
    wishes = [LineWish(issued.lines.get().pk, percent=Decimal(100), returns_work=True)]
    credit = draft_credit(invoice=issued, lines=wishes, reason="Not done", by=cast.finance)
    issue_credit(credit=credit, by=cast.finance, on=TODAY, at=EARLIER)
    assert draft(cast).total_amount == 1_000


def test_switching_a_method_leaves_earlier_work_where_it_was(cast: Cast) -> None:
    line = agree(cast, cap_scope="LINE", cap_amount=Decimal(150))
    new = switch_method(
        line=line, starts_on=date(2026, 11, 10), name="Flat", method="FIXED_FEE",
        fee_amount=Decimal(500), by=cast.manager,
    )  # fmt: skip
    line.refresh_from_db()
    assert (line.closed_on, new.origin) == (date(2026, 11, 9), line)
    log(cast.member, cast.design, 120, day=FIRST, rate=100)
    log(cast.member, cast.design, 60, day=date(2026, 11, 10), rate=100)
    (row,) = ready_to_bill(cast.finance, THROUGH, today=TODAY)
    assert (row.amount, row.fee_amount) == (650, 500)
    invoice = draft(cast)
    assert [(each.contract_line, each.amount) for each in invoice.lines.all()] == [(line, 150), (new, 500)]
    with pytest.raises(NotAnOpenLine):
        switch_method(line=line, starts_on=TODAY, name="X", method="MILESTONE", by=cast.manager)
    with pytest.raises(StartsTooEarly):
        switch_method(line=new, starts_on=date(2026, 11, 10), name="X", method="MILESTONE", by=cast.manager)
    with pytest.raises(Refusal, match="Switch the method from a day on"):
        change_line(line=new, name="Flat", method="MILESTONE", by=cast.manager)


def test_lines_stand_side_by_side(cast: Cast) -> None:
    log(cast.member, cast.design, 60, rate=100)
    log(cast.member, cast.review, 60, rate=100)
    fixed = add_line(
        project=cast.project, name="Review", method="FIXED_FEE", fee_amount=Decimal(75), by=cast.manager
    )
    move_tasks(line=fixed, tasks=[cast.review], by=cast.manager)
    (row,) = ready_to_bill(cast.finance, THROUGH, today=TODAY)
    assert (row.amount, row.minutes, row.fee_amount) == (175, 60, 75)
    assert [each.amount for each in draft(cast).lines.all()] == [100, 75]


def test_terms_that_are_missing(cast: Cast) -> None:
    with pytest.raises(TermsAreMissing, match="Enter the fee"):
        agree(cast, "FIXED_FEE")
    with pytest.raises(TermsAreMissing, match="Enter the cap"):
        agree(cast, cap_scope="LINE")
    line = agree(cast, "MILESTONE")
    with pytest.raises(TermsAreMissing, match="needs the fee"):
        plan_milestone(line=line, name="Part", percent=Decimal(10), by=cast.manager)
    with pytest.raises(TermsAreMissing, match="either an amount or a percentage"):
        plan_milestone(line=line, name="Part", by=cast.manager)
    with pytest.raises(NotAllowed):
        add_line(project=cast.project, name="More", method="MILESTONE", by=cast.member)
