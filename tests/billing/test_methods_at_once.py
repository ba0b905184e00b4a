"""Two people drafting at the same moment under one agreement: the fee once, the cap never passed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from billing.drafting import NothingToBill, draft_invoice
from billing.models import Invoice, InvoiceLine
from people.models import User
from projects.achieving import achieve_milestone, plan_milestone
from projects.contracting import change_line
from tests.billing.work import THROUGH, log
from tests.cast import TODAY, Cast, add_cast
from tests.two_connections import at_once


@pytest.fixture
def committed(own_firm: Any) -> Cast:
    """The cast in a firm of its own, for everybody to see."""
    return add_cast(User.objects.get())


def draft(cast: Cast, entry_ids: list[int] | None = None) -> Callable[[], Invoice]:
    return lambda: draft_invoice(
        project=cast.project, through=THROUGH, by=cast.finance, on=TODAY, entry_ids=entry_ids
    )


def agree(cast: Cast, method: str, **terms: Any) -> Any:
    return change_line(line=cast.design.contract_line, name="Works", method=method, by=cast.manager, **terms)


def billed() -> Decimal:
    return InvoiceLine.objects.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def test_a_fee_and_a_milestone_are_billed_once(own_firm: Any, committed: Cast) -> None:
    agree(committed, "FIXED_FEE", fee_amount=Decimal(500))
    results = at_once(own_firm, *[draft(committed)] * 4)
    assert sum(isinstance(result, Invoice) for result in results) == 1
    assert all(isinstance(result, Invoice | NothingToBill) for result in results)
    assert billed() == 500
    Invoice.objects.all().delete()
    line = agree(committed, "MILESTONE", fee_amount=Decimal(300))
    part = plan_milestone(line=line, name="Part", percent=Decimal(100), by=committed.manager)
    achieve_milestone(milestone=part, on=TODAY, evidence="Signed", by=committed.manager)
    results = at_once(own_firm, *[draft(committed)] * 4)
    assert sum(isinstance(result, Invoice) for result in results) == 1
    assert billed() == 300


def test_a_cap_holds_when_each_takes_other_hours(own_firm: Any, committed: Cast) -> None:
    agree(committed, "TIME_AND_MATERIALS", cap_scope="LINE", cap_amount=Decimal(150))
    entries = [log(committed.member, committed.design, 60, rate=100).pk for _ in range(3)]
    at_once(own_firm, *[draft(committed, [entry]) for entry in entries])
    assert billed() == 150


def test_a_cap_of_a_day_holds_when_each_takes_other_hours(own_firm: Any, committed: Cast) -> None:
    agree(committed, "TIME_AND_MATERIALS", daily_cap_minutes=90)
    entries = [log(committed.member, committed.design, 60, rate=100).pk for _ in range(3)]
    at_once(own_firm, *[draft(committed, [entry]) for entry in entries])
    assert billed() == 150
