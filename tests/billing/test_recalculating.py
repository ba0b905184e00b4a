"""A draft that is recalculated is the draft that would be made now, whichever way its work is billed."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.drafting import NothingToBill, draft_invoice
from billing.editing import delete_draft
from billing.models import BilledTime, Invoice
from billing.recalculating import recalculate_draft
from core.promises import promises
from projects.contracting import change_line
from projects.models import ContractLine
from tests.billing.work import log
from tests.cast import Cast
from timesheets.models import TimeEntry

D = Decimal
FIRST, THROUGH, ON = date(2026, 1, 5), date(2026, 1, 31), date(2026, 2, 1)
PERIOD: dict[str, Any] = {"fee_amount": D(6000), "first_period_on": date(2026, 1, 1)}
HOURS = {"method": "TIME_AND_MATERIALS"}
METHODS: dict[str, dict[str, Any]] = {
    "hours": HOURS,
    "cap in money, held": HOURS | {"cap_scope": "LINE", "cap_amount": D(2000)},
    "cap in money, written off": HOURS | {"cap_scope": "LINE", "cap_amount": D(2000), "excess": "WRITE_OFF"},
    "cap in hours": HOURS | {"cap_scope": "LINE", "cap_minutes": 900},
    "cap of a day": HOURS | {"daily_cap_minutes": 300},
    "fixed fee": {"method": "FIXED_FEE", "fee_amount": D(4000)},
    "allowance in hours": PERIOD
    | {"method": "ALLOWANCE", "allowance_minutes": 900, "overage_rate_amount": D(180)},
    "allowance in money": PERIOD | {"method": "ALLOWANCE", "allowance_amount": D(2000)},
}


def draft(cast: Cast, entry_ids: list[int] | None = None) -> Invoice:
    return draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=ON, entry_ids=entry_ids)


def standing(invoice: Invoice) -> tuple[list[Any], list[Any]]:
    """The lines, and which minutes and amounts of which entries stand on them."""
    lines = invoice.lines.values_list("work_key", "minutes", "amount", "computed_amount").order_by("work_key")
    billed = BilledTime.objects.filter(line__invoice=invoice)
    places = ("entry", "line__work_key", "minutes", "printed_minutes", "amount", "is_live")
    return list(lines), list(billed.values_list(*places).order_by("entry", "line__work_key"))


@pytest.mark.parametrize("terms", METHODS.values(), ids=METHODS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_it_is_the_draft_that_would_be_made_now(cast: Cast, terms: dict[str, Any], seed: int) -> None:
    chance = random.Random(seed)
    with transaction.atomic(), promises():
        line = ContractLine.objects.get(project=cast.project)
        change_line(line=line, name="Support", by=cast.manager, **terms)
        for number in range(chance.randrange(2, 6)):
            day = FIRST + timedelta(days=number)
            log(
                cast.member,
                cast.design,
                chance.randrange(30, 600),
                day=day,
                rate=chance.choice((90, 180, 240)),
            )
        invoice = draft(cast)
        for entry in TimeEntry.objects.all():
            if chance.random() < 0.6:
                TimeEntry.objects.filter(pk=entry.pk).update(billable_minutes=chance.randrange(0, 600))
        TimeEntry.objects.update(worked_minutes=600)
        # What a cap held back stays so until it is drafted.
        of_it = list(BilledTime.objects.values_list("entry", flat=True).distinct())
        invoice.refresh_from_db()
        recalculate_draft(invoice=invoice, by=cast.finance)
        recalculated = standing(invoice)
        delete_draft(invoice=invoice, by=cast.finance)
        try:
            anew = standing(draft(cast, of_it if terms["method"] == "TIME_AND_MATERIALS" else None))
        except NothingToBill:
            anew = ([], [])
        assert recalculated == anew
        transaction.set_rollback(True)


def test_what_goes_makes_room_under_the_cap_first(cast: Cast) -> None:
    """100.00 and 1,900.00 of 2,000.00; then the second goes and the first comes to 1,000.00."""
    line = ContractLine.objects.get(project=cast.project)
    change_line(line=line, name="Support", by=cast.manager, **METHODS["cap in money, written off"])
    first = log(cast.member, cast.design, 60, day=FIRST, rate=100)
    second = log(cast.member, cast.design, 600, day=FIRST, rate=190)
    invoice = draft(cast)
    TimeEntry.objects.filter(pk=first.pk).update(worked_minutes=600, billable_minutes=600)
    TimeEntry.objects.filter(pk=second.pk).update(billable_minutes=0)
    invoice.refresh_from_db()
    recalculate_draft(invoice=invoice, by=cast.finance)
    assert [row.amount for row in invoice.lines.all()] == [1_000]
