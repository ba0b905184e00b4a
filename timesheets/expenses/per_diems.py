"""Per diems by country and part of a day: the table of a code, and what it allows a line."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.money import round_amount
from core.promises import promises
from people.access import require
from people.models import User
from people.public_holidays import countries
from timesheets.access import MANAGE_EXPENSES
from timesheets.expenses.worth import firm_currency
from timesheets.models import Expense, ExpenseCode, ExpenseLimit, PerDiem

# The rows of each code, the latest first.
PerDiemTable = Mapping[int, Sequence[PerDiem]]
MOST = Decimal(10) ** 9


class NotAPerDiem(Refusal):
    """An amount, a country or a code for which there is no per diem."""


def set_per_diem(
    *,
    expense_code: ExpenseCode,
    country: str,
    full_amount: Decimal,
    part_amount: Decimal,
    starts_on: date,
    by: User | None,
) -> PerDiem:
    """What is allowed in a country from a day on; what was set for the same day is replaced. The firm's currency.

    The code needs a per diem limit, which counts elsewhere and says what happens beyond. Raises NotAllowed and
    NotAPerDiem.
    """
    if country not in dict(countries()):
        raise NotAPerDiem("Choose the country.", field="country")
    if not 0 < full_amount < MOST:
        raise NotAPerDiem("A per diem is above 0.", field="full_amount")
    if not 0 <= part_amount <= full_amount:
        raise NotAPerDiem("A part of a day is not more than the whole.", field="part_amount")
    _check_places({"full_amount": full_amount, "part_amount": part_amount})
    with promises(), transaction.atomic():
        require(by, MANAGE_EXPENSES)
        code = ExpenseCode.objects.select_for_update().get(pk=expense_code.pk)
        if not code.limits.filter(kind=ExpenseLimit.Kind.PER_DIEM).exists():
            words = f"Give {code.name} a per diem under Limits first: it counts where no country is named."
            raise NotAPerDiem(words, field="country")
        audit.acting("per_diem.set", by=by, subject=code, country=country, full_amount=full_amount)
        row, _ = PerDiem.objects.update_or_create(
            code=code,
            country=country,
            starts_on=starts_on,
            defaults={"full_amount": full_amount, "part_amount": part_amount},
        )
    return row


def _check_places(amounts: Mapping[str, Decimal]) -> None:
    currency = firm_currency()
    for name, amount in amounts.items():
        if amount != round_amount(amount, currency):
            raise NotAPerDiem(f"{currency} does not have so many decimals.", field=name)


def remove_per_diem(*, per_diem: PerDiem, by: User | None) -> None:
    """Without it the one before counts, else the code's limit for elsewhere. Raises NotAllowed."""
    with transaction.atomic():
        require(by, MANAGE_EXPENSES)
        audit.acting("per_diem.remove", by=by, subject=per_diem.code, country=per_diem.country)
        per_diem.delete()


def per_diem_table(limits: Mapping[int, Sequence[ExpenseLimit]]) -> PerDiemTable:
    """The rows of those codes that have a per diem limit. One statement, none without such a code."""
    codes = [
        code for code, each in limits.items() if any(row.kind == ExpenseLimit.Kind.PER_DIEM for row in each)
    ]
    table: dict[int, list[PerDiem]] = {}
    if codes:
        for row in PerDiem.objects.filter(code__in=codes).order_by("-starts_on"):
            table.setdefault(row.code_id, []).append(row)
    return table


def per_diem_of(line: Expense, table: PerDiemTable, elsewhere: Decimal) -> tuple[Decimal, str]:
    """What one unit of the line is allowed, and in words for where. No statement."""
    rows = table.get(line.code_id or 0, ())
    row = next(
        (each for each in rows if each.country == line.country and each.starts_on <= line.spent_on), None
    )
    if row is None:
        return elsewhere, "per diem"
    name = dict(countries()).get(row.country, row.country)
    if line.day_part == Expense.DayPart.PART:
        return row.part_amount, f"per diem in {name}, day of arrival or departure"
    return row.full_amount, f"per diem in {name}"
