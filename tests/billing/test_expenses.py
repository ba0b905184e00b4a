"""Expenses on invoices: what comes onto a draft under each agreement, to the cent, and that none is billed twice."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.draft_prices import Parts
from billing.drafting import NothingToBill, draft_invoice, draft_invoices
from billing.models import BilledExpense, BilledTime, HeldExpense, Invoice
from core.errors import Refusal
from core.promises import promises
from projects.models import ContractLine
from tests.billing.spending import agree, lines_of, reversal, spend
from tests.billing.work import FIRST, THROUGH, log
from tests.cast import TODAY, Cast
from timesheets.models import Expense, ExpenseCode

Method, Excess = ContractLine.ExpenseMethod, ContractLine.Excess


def draft(cast: Cast, **kwargs: Any) -> Invoice:
    wanted = {"project": cast.project, "through": THROUGH, "by": cast.finance, "on": TODAY} | kwargs
    return draft_invoice(**wanted)


def terms(cast: Cast) -> ContractLine:
    return cast.project.contract_lines.get()


def test_fees_and_expenses_stand_apart_and_nothing_is_billed_twice(cast: Cast) -> None:
    log(cast.member, cast.design, 90)
    spend(cast.member, cast.project, "220.00", amount=Decimal(200))  # 200.00 and 10 % on it
    spend(cast.manager, cast.project, "33.35", code="Mileage")
    spend(cast.member, cast.project, "10.01")
    spend(cast.member, cast.project, "99", state=Expense.State.SUBMITTED)
    spend(cast.member, cast.project, "99", is_billable=False, billable_amount=None)
    spend(cast.member, cast.project, "99", day=date(2026, 12, 1))
    invoice = draft(cast)
    assert lines_of(invoice) == [
        ("Hydraulic design", "Senior engineer", Decimal("285.00")),
        ("Expenses", "Airfare", Decimal("230.01")),
        ("Expenses", "Mileage", Decimal("33.35")),
    ]
    assert invoice.total_amount == Decimal("548.36")
    assert sorted(BilledExpense.objects.values_list("amount", "billed_amount", "is_live")) == [
        (Decimal("10.01"), Decimal("10.01"), True),
        (Decimal("33.35"), Decimal("33.35"), True),
        (Decimal("220.00"), Decimal("220.00"), True),
    ]
    with pytest.raises(
        NothingToBill, match=r"USD 99.00 of expenses are not approved yet|\$99.00 of expenses"
    ):
        draft(cast)
    invoice.delete()
    assert draft(cast).total_amount == Decimal("548.36")


def test_time_alone_and_expenses_alone(cast: Cast) -> None:
    log(cast.member, cast.design, 60)
    picked = spend(cast.member, cast.project, "50")
    spend(cast.member, cast.project, "7")
    assert draft(cast, parts=Parts.FEES).total_amount == 190
    assert draft(cast, expense_ids=[picked.pk]).total_amount == 50
    rest = draft(cast, parts=Parts.EXPENSES)
    assert (rest.total_amount, rest.period_first_on) == (7, date(2026, 11, 1))
    assert not BilledTime.objects.filter(line__invoice=rest).exists()


def test_each_expense_on_its_own_line(cast: Cast) -> None:
    agree(terms(cast), Method.AT_PRICE, expense_detail="EACH", shows_receipts=True)
    spend(cast.member, cast.project, "310.40", vendor="United Airlines")
    spend(cast.member, cast.project, "12", day=date(2026, 11, 3), note="Train to the site")
    invoice = draft(cast)
    assert lines_of(invoice) == [
        ("Expenses", "Airfare, United Airlines, Nov 2, 2026", Decimal("310.40")),
        ("Expenses", "Airfare, Train to the site, Nov 3, 2026", Decimal("12.00")),
    ]
    assert invoice.shows_receipts


def test_a_cap_of_their_own_splits_the_expense_that_crosses_it(cast: Cast) -> None:
    line = agree(terms(cast), Method.CAPPED, expense_cap_amount=Decimal("100.00"))
    first = spend(cast.member, cast.project, "70.25")
    crossing = spend(cast.member, cast.project, "40.10", day=date(2026, 11, 3))
    spend(cast.member, cast.project, "5.00", day=date(2026, 11, 4))
    (outcome,) = draft_invoices(projects=[cast.project], through=THROUGH, by=cast.finance, on=TODAY)
    assert outcome.invoice is not None
    assert outcome.invoice.total_amount == Decimal("100.00")
    assert outcome.notices == (
        "$15.35 of expenses: Above the cap of $100.00 for expenses of Time and materials.",
    )
    assert list(BilledExpense.objects.order_by("pk").values_list("expense", "amount")) == [
        (first.pk, Decimal("70.25")),
        (crossing.pk, Decimal("29.75")),
    ]
    # The cap is used up by the draft; raised, the rest of the split one is billed.
    with pytest.raises(NothingToBill, match="Above the cap"):
        draft(cast)
    agree(line, Method.CAPPED, expense_cap_amount=Decimal("112.00"))
    assert draft(cast).total_amount == Decimal("12.00")
    assert list(
        BilledExpense.objects.filter(expense=crossing).order_by("pk").values_list("amount", flat=True)
    ) == [
        Decimal("29.75"),
        Decimal("10.35"),
    ]
    with pytest.raises(Refusal, match="cap that was agreed for expenses"), promises(), transaction.atomic():
        agree(line, Method.CAPPED, expense_cap_amount=Decimal("111.99"))


@pytest.mark.parametrize(
    ("excess", "total", "words"),
    [
        (Excess.SOFT, "110.35", "Expenses of Time and materials are above the cap"),
        (Excess.WRITE_OFF, "100.00", "$10.35 of expenses is above the cap of $100.00 for expenses"),
        (Excess.CHANGE_ORDER, "100.00", "$10.35 of expenses: Above the cap of $100.00"),
    ],
)
def test_above_the_cap(cast: Cast, excess: str, total: str, words: str) -> None:
    agree(terms(cast), Method.CAPPED, expense_cap_amount=Decimal(100), expense_excess=excess)
    spend(cast.member, cast.project, "110.35")
    (outcome,) = draft_invoices(projects=[cast.project], through=THROUGH, by=cast.finance, on=TODAY)
    assert outcome.invoice is not None
    assert outcome.invoice.total_amount == Decimal(total)
    assert outcome.notices[0].startswith(words)
    left = 0 if excess != Excess.CHANGE_ORDER else Decimal("10.35")
    billed = sum(BilledExpense.objects.values_list("amount", flat=True))
    assert Decimal("110.35") - billed == left


def test_within_the_cap_of_the_fees_hours_go_first(cast: Cast) -> None:
    line = terms(cast)
    line.cap_scope, line.cap_amount = ContractLine.CapScope.LINE, Decimal(300)
    agree(line, Method.WITHIN_CAP)
    log(cast.member, cast.design, 90)  # 285.00
    spend(cast.member, cast.project, "40")
    invoice = draft(cast)
    assert lines_of(invoice) == [
        ("Hydraulic design", "Senior engineer", Decimal("285.00")),
        ("Expenses", "Airfare", Decimal("15.00")),
    ]
    log(cast.member, cast.design, 30)
    with pytest.raises(NothingToBill, match="Above the cap"):
        draft(cast)
    agree(line, Method.AT_PRICE)
    assert draft(cast).total_amount == Decimal(
        "40.00"
    )  # 15.00 of the hours fit now, and 25.00 of the expense


def test_expenses_do_not_use_up_a_fee_nor_its_cap(cast: Cast) -> None:
    line = terms(cast)
    line.method, line.fee_amount = ContractLine.Method.FIXED_FEE, Decimal(1000)
    agree(line, Method.AT_PRICE)
    spend(cast.member, cast.project, "40")
    assert draft(cast).total_amount == Decimal("1040.00")
    spend(cast.member, cast.project, "5")
    assert draft(cast).total_amount == Decimal("5.00")


def test_included_in_the_fee_they_go_along_at_nothing(cast: Cast) -> None:
    line = terms(cast)
    line.method, line.fee_amount = ContractLine.Method.FIXED_FEE, Decimal(1000)
    agree(line, Method.INCLUDED)
    expense = spend(cast.member, cast.project, "40")
    invoice = draft(cast)
    assert [line.amount for line in invoice.lines.all()] == [Decimal(1000)]
    billed = BilledExpense.objects.get()
    assert (billed.expense, billed.amount, billed.billed_amount) == (expense, 40, 0)
    spend(cast.member, cast.project, "5")
    with pytest.raises(NothingToBill, match=r"\$5.00 of expenses: Included in the fees"):
        draft(cast)


def test_not_billed_and_on_hold(cast: Cast) -> None:
    agree(terms(cast), Method.NOT_BILLED)
    expense = spend(cast.member, cast.project, "40")
    with pytest.raises(NothingToBill, match="not billed under"):
        draft(cast)
    agree(terms(cast), Method.AT_PRICE)
    hold = HeldExpense.objects.create(expense=expense, reason="Client asks for the receipt")
    with pytest.raises(NothingToBill, match=r"\$40.00 of expenses are on hold"):
        draft(cast)
    hold.delete()
    assert draft(cast).total_amount == 40


def test_a_reversal_is_credited_with_the_next_invoice(cast: Cast) -> None:
    expense = spend(cast.member, cast.project, "40")
    draft(cast)
    reversal(expense)
    spend(cast.member, cast.project, "100", code="Mileage")
    invoice = draft(cast)
    assert lines_of(invoice) == [
        ("Expenses", "Airfare", Decimal("-40.00")),
        ("Expenses", "Mileage", Decimal("100.00")),
    ]


def test_expenses_go_with_their_task_and_with_the_line_of_their_day(cast: Cast) -> None:
    first = terms(cast)
    other = ContractLine.objects.create(project=cast.project, name="Review", position=2)
    cast.review.contract_line = other
    cast.review.save()
    later = ContractLine.objects.create(
        project=cast.project, name="From December", position=3, origin=first, starts_on=date(2026, 11, 20)
    )
    spend(cast.member, cast.project, "1")
    spend(cast.member, cast.project, "2", task=cast.review)
    spend(cast.member, cast.project, "4", day=date(2026, 11, 21))
    spend(cast.member, cast.project, "8", task=cast.design, day=date(2026, 11, 21))
    draft(cast)
    billed = dict(BilledExpense.objects.values_list("amount", "line__contract_line"))
    assert billed == {1: first.pk, 2: other.pk, 4: later.pk, 8: later.pk}


def test_codes_say_what_is_taxed(cast: Cast) -> None:
    ExpenseCode.objects.filter(name="Airfare").update(is_taxable=False)
    ExpenseCode.objects.get_or_create(name="Mileage")
    spend(cast.member, cast.project, "100")
    spend(cast.member, cast.project, "50", code="Mileage")
    invoice = draft(cast)
    assert [line.is_taxable for line in invoice.lines.all()] == [False, True]


def test_the_database_refuses_more_than_the_price(cast: Cast) -> None:
    expense = spend(cast.member, cast.project, "40")
    line = draft(cast).lines.get()
    line.pk = None
    line.save()
    with pytest.raises(IntegrityError, match="more than the price"), transaction.atomic():
        BilledExpense.objects.create(expense=expense, line=line, amount=Decimal("0.01"), billed_amount=0)
    waiting = spend(cast.member, cast.project, "40", state=Expense.State.SUBMITTED)
    with pytest.raises(IntegrityError, match="not approved"), transaction.atomic():
        BilledExpense.objects.create(expense=waiting, line=line, amount=1, billed_amount=1)


def test_a_changed_expense_makes_its_draft_stale(cast: Cast) -> None:
    expense = spend(cast.member, cast.project, "40")
    invoice = draft(cast)
    Expense.objects.filter(pk=expense.pk).update(note="Words change nothing")
    invoice.refresh_from_db()
    assert not invoice.is_stale
    Expense.objects.filter(pk=expense.pk).update(billable_amount=Decimal("39.99"))
    invoice.refresh_from_db()
    assert invoice.is_stale
    assert not BilledExpense.objects.get().is_live
    Expense.objects.filter(pk=expense.pk).update(state=Expense.State.DRAFT)
    Expense.objects.get(pk=expense.pk).delete()
    assert not BilledExpense.objects.exists()


def test_drafting_many_takes_a_constant_number_of_statements(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for number in (1, 2, 40):
        for index in range(number):
            spend(cast.member, cast.project, "10", day=FIRST, code=f"Code {index % 7}")
        with django_assert_max_num_queries(60) as seen:
            draft(cast)
        counts.append(len(seen))
    assert counts[1] == counts[2]
