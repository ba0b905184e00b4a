"""Acceptance cases of billing, each from a real failure of another product (product reference, 5.3: 5, 7, 8, 10).

The others of that list that are about billing stand where their rule is tested: 6 with credits, 9 with rounding, 11
with rates that change, 12 with schedules, 15 and 21 with payments.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from approvals.certifying import Signature
from billing.drafting import draft_invoice
from billing.editing import edit_line
from billing.models import BilledTime, Invoice
from billing.unbilled import ready_to_bill
from core.errors import Refusal
from projects.models import ContractLine, Project, RoundingRule, Task
from projects.rounding import Wanted, set_rounding
from tests.billing.test_issuing import issue
from tests.billing.work import log
from tests.cast import NOW, PASSWORD, TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.approving import approve_time
from timesheets.models import TimeEntry
from timesheets.submitting import submit_time

MONDAY = TODAY - timedelta(days=2)


def bill(cast: Cast, through: date, project: Project | None = None) -> Invoice:
    return draft_invoice(project=project or cast.project, through=through, by=cast.finance, on=TODAY)


def ready(cast: Cast, through: date = TODAY) -> dict[str, int]:
    return {row.project.name: row.minutes for row in ready_to_bill(cast.finance, through) if row.minutes}


def test_5_one_project_of_a_sheet_is_billed_and_the_other_stays_billable(cast: Cast) -> None:
    """EN#44167: a sheet that was billed in part was taken for billed."""
    other = Project.objects.create(
        client=cast.client, name="Pump house", code="PUMP", is_open_to_all=True, lead=cast.project.lead
    )
    line = ContractLine.objects.create(project=other, name="Time and materials")
    pumps = Task.objects.create(project=other, contract_line=line, name="Pumps", labor_code=cast.engineering)
    sheet = [
        add_time(cast, on=MONDAY, minutes=240),
        add_time(cast, on=MONDAY, minutes=180, project=other, task=pumps),
    ]
    ids = [entry.pk for entry in sheet]
    submit_time(staff=cast.member.staff_member, entry_ids=ids, by=cast.member, at=NOW, acknowledged=True)
    approve_time(entry_ids=ids, by=cast.owner, at=NOW, signature=Signature("Olu Hartwell", PASSWORD))
    assert ready(cast) == {cast.project.name: 240, "Pump house": 180}
    issue(cast, bill(cast, TODAY))
    assert ready(cast) == {"Pump house": 180}
    assert issue(cast, bill(cast, TODAY, other)).total_amount == Decimal(570)
    assert ready(cast) == {}
    assert {entry.state for entry in TimeEntry.objects.all()} == {TimeEntry.State.APPROVED}


def test_7_and_8_more_is_billed_by_hand_the_next_month_stays_and_the_same_month_gives_nothing(
    cast: Cast,
) -> None:
    """OD#284470: hours billed beyond June's were taken from July's. OD#250946: June billed again gave lines of zero."""
    june, july = date(2026, 6, 30), date(2026, 7, 31)
    log(cast.member, cast.design, 600, day=june)
    log(cast.member, cast.design, 480, day=july)
    draft = bill(cast, june)
    edit_line(line=draft.lines.get(), amount=Decimal(2500), reason="Agreed with Mara", by=cast.finance)
    draft.refresh_from_db()
    assert issue(cast, draft).total_amount == Decimal(2500)
    with pytest.raises(Refusal):
        bill(cast, june)
    assert Invoice.objects.count() == 1
    assert ready(cast) == {cast.project.name: 480}
    assert issue(cast, bill(cast, july)).total_amount == Decimal(1520)
    assert sum(BilledTime.objects.values_list("minutes", flat=True)) == 1080


def test_10_an_exact_quarter_of_an_hour_is_not_rounded_up(cast: Cast) -> None:
    """ST#994: 90 minutes up to 15 became 105."""
    quarter = Wanted(15, RoundingRule.Mode.UP, 0, RoundingRule.Scope.ENTRY)
    set_rounding(wanted=quarter, by=cast.owner, project=cast.project)
    log(cast.member, cast.design, 90)
    log(cast.member, cast.design, 91)
    line = bill(cast, TODAY).lines.get()
    assert (line.minutes, line.amount) == (90 + 105, Decimal("617.50"))
    assert sorted(BilledTime.objects.values_list("minutes", flat=True)) == [90, 91]
