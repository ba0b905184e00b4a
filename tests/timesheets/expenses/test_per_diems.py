"""Per diems by country and part of a day: the table before the limit of elsewhere, the latest that has begun."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core.errors import NotAllowed
from tests.cast import TODAY, Cast
from timesheets.expenses.coding import Limit, set_limits
from timesheets.expenses.per_diems import NotAPerDiem, remove_per_diem, set_per_diem
from timesheets.expenses.policies import findings_for
from timesheets.models import Expense, ExpenseCode, PerDiem

D = Decimal
HTMX = {"HX-Request": "true"}


@pytest.fixture
def meals(cast: Cast) -> ExpenseCode:
    code = ExpenseCode.objects.get(name="Meals")
    set_limits(expense_code=code, limits={"PER_DIEM": Limit("BLOCK", D(60))}, by=cast.finance)
    return code


def put(code: ExpenseCode, cast: Cast, **changes: Any) -> PerDiem:
    values = {"country": "DE", "full_amount": D(28), "part_amount": D(14), "starts_on": date(2026, 1, 1)}
    return set_per_diem(expense_code=code, by=cast.finance, **(values | changes))


def said(line: Expense) -> list[str]:
    line = Expense.objects.select_related("report__staff", "code", "project__client").get(pk=line.pk)
    return [each.sentence for each in findings_for([line])[line.pk] if each.kind == "LIMIT_PER_DIEM"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": D("60.00")}, ""),
        ({"amount": D("60.01")}, "Meals: $60.01 is more than $60.00 (1 × $60.00 per diem)."),
        ({"country": "DE", "amount": D("28.00")}, ""),
        (
            {"country": "DE", "amount": D("29.00")},
            "Meals: $29.00 is more than $28.00 (1 × $28.00 per diem in Germany).",
        ),
        ({"country": "DE", "amount": D("84.00"), "quantity": D(3)}, ""),
        (
            {"country": "DE", "day_part": "PART", "amount": D("15.00")},
            "Meals: $15.00 is more than $14.00 (1 × $14.00 per diem in Germany, day of arrival or departure).",
        ),
        # No row of Austria: as elsewhere.
        ({"country": "AT", "amount": D("59.00")}, ""),
        # Before the row began.
        ({"country": "DE", "amount": D("59.00"), "spent_on": date(2025, 12, 31)}, ""),
    ],
)
def test_what_is_allowed_where(
    meals: ExpenseCode, record: Any, cast: Cast, changes: dict[str, Any], words: str
) -> None:
    put(meals, cast)
    assert said(record("Meals", **changes)) == ([words] if words else [])


def test_the_latest_that_has_begun_counts(meals: ExpenseCode, record: Any, cast: Cast) -> None:
    put(meals, cast)
    later = put(meals, cast, full_amount=D(30), part_amount=D(15), starts_on=TODAY)
    put(meals, cast, full_amount=D(99), part_amount=D(50), starts_on=date(2027, 1, 1))
    line = record("Meals", country="DE", amount=D("31.00"))
    assert "1 × $30.00" in said(line)[0]
    remove_per_diem(per_diem=later, by=cast.finance)
    assert "1 × $28.00" in said(line)[0]
    assert put(meals, cast, full_amount=D(40)).full_amount == 40
    assert PerDiem.objects.filter(starts_on=date(2026, 1, 1)).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"full_amount": D(0)}, "full_amount"),
        ({"full_amount": D("28.005")}, "full_amount"),
        ({"part_amount": D(29)}, "part_amount"),
        ({"part_amount": D(-1)}, "part_amount"),
    ],
)
def test_what_no_per_diem_is(meals: ExpenseCode, cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(NotAPerDiem) as refused:
        put(meals, cast, **changes)
    assert refused.value.field == field


def test_the_table_needs_a_limit_and_the_right(meals: ExpenseCode, cast: Cast) -> None:
    with pytest.raises(NotAPerDiem, match="under Limits first"):
        put(ExpenseCode.objects.get(name="Lodging"), cast)
    with pytest.raises(NotAllowed):
        set_per_diem(
            expense_code=meals,
            country="DE",
            full_amount=D(1),
            part_amount=D(1),
            starts_on=TODAY,
            by=cast.member,
        )


def test_over_http(meals: ExpenseCode, report: Any, cast: Cast, web: Any) -> None:
    finance, member = web(cast.finance), web(cast.member)
    path = reverse("timesheets:per-diems", args=[meals.pk])
    wish = {"country": "DE", "full_amount": "28", "part_amount": "14", "starts_on": "2026-01-01"}
    assert finance.post(path, wish | {"part_amount": "30"}, headers=HTMX).status_code == 422
    assert "Germany" in finance.post(path, wish, headers=HTMX).text
    assert "1 country" in finance.get(reverse("timesheets:expense-codes")).text
    assert member.get(path).status_code == 403
    page = member.get(f"{reverse('timesheets:expense-report', args=[report.pk])}?line=new").text
    assert 'data-per-diem="1"' in page
    row = PerDiem.objects.get()
    gone = finance.post(reverse("timesheets:per-diem-remove", args=[row.pk]), headers=HTMX)
    assert gone.status_code == 200
    assert "Germany</" not in gone.text.partition("New")[0].partition("form-section")[0]
