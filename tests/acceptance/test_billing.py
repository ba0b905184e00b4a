"""Acceptance cases of billing, each from a real failure of another product (product reference, 5.3: 5, 7 to 10).

The others of that list that are about billing stand where their rule is tested: 6 with credits, 11 with
rates that change, 12 with schedules, 15 and 21 with payments.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from approvals.certifying import Signature
from billing.drafting import draft_invoice
from billing.editing import edit_line
from billing.models import BilledTime, Invoice
from billing.rendering import markup_of
from billing.unbilled import ready_to_bill
from core.errors import Refusal
from projects.carding import add_card, add_rate
from projects.models import ContractLine, Project, RoundingRule, Task
from projects.rounding import Wanted, set_rounding
from tests.billing.test_issuing import issue
from tests.billing.work import log
from tests.cast import NOW, PASSWORD, TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.approving import approve_time
from timesheets.models import TimeEntry
from timesheets.recording import record_time
from timesheets.rows import RowKey
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


def test_9_a_day_of_eight_hours_is_one_day_on_the_invoice(cast: Cast) -> None:
    """OD#257320: a mix of days and hours billed eight instead of one."""
    card = add_card(name="By the day", project=cast.project, by=cast.owner, unit="DAY", day_minutes=480)
    add_rate(card=card, rate_amount=Decimal(1520), starts_on=MONDAY - timedelta(days=30), by=cast.owner)
    row, me = RowKey.of(cast.design, cast.engineering), cast.member.staff_member
    typed = ((MONDAY, "8"), (MONDAY + timedelta(days=1), "4"))
    sheet = [
        record_time(staff=me, row=row, worked_on=on, text=text, by=cast.member, on=TODAY)
        for on, text in typed
    ]
    ids = [entry.pk for entry in sheet if entry]
    submit_time(staff=cast.member.staff_member, entry_ids=ids, by=cast.member, at=NOW, acknowledged=True)
    approve_time(entry_ids=ids, by=cast.owner, at=NOW, signature=Signature("Olu Hartwell", PASSWORD))
    whole = issue(cast, bill(cast, MONDAY))
    assert (whole.total_amount, whole.lines.get().minutes) == (Decimal(1520), 480)
    assert "1.00 day<" in markup_of(whole.document.content)
    assert "8.00" not in markup_of(whole.document.content)
    half = issue(cast, bill(cast, TODAY))
    assert half.total_amount == Decimal(760)
    assert "0.50 days<" in markup_of(half.document.content)


def test_10_an_exact_quarter_of_an_hour_is_not_rounded_up(cast: Cast) -> None:
    """ST#994: 90 minutes up to 15 became 105."""
    quarter = Wanted(15, RoundingRule.Mode.UP, 0, RoundingRule.Scope.ENTRY)
    set_rounding(wanted=quarter, by=cast.owner, project=cast.project)
    log(cast.member, cast.design, 90)
    log(cast.member, cast.design, 91)
    line = bill(cast, TODAY).lines.get()
    assert (line.minutes, line.amount) == (90 + 105, Decimal("617.50"))
    assert sorted(BilledTime.objects.values_list("minutes", flat=True)) == [90, 91]
