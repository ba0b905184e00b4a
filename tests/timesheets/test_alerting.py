"""Leads hear of budgets once for each share, and again after the budget was raised."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Mail
from people.models import User
from projects.changing import Delta, record_change_order
from projects.labeling import set_project_rules
from projects.models import BudgetCrossing
from projects.opening import edit_project
from projects.tasking import add_task, edit_task
from projects.teaming import set_leading
from tests.billing.work import log
from tests.cast import TODAY, Cast, add_cast
from tests.two_connections import at_once
from timesheets.alerting import KIND, alert_budgets

AT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=15)


def mails() -> list[Mail]:
    return list(Mail.objects.filter(kind=KIND).order_by("pk"))


def test_each_share_once_and_one_mail_for_the_project(cast: Cast) -> None:
    edit_task(task=cast.design, by=cast.manager, budget_minutes=600, budget_fee_amount=Decimal(1900))
    edit_project(project=cast.project, by=cast.manager, budget_minutes=6000)
    log(cast.member, cast.design, 480)  # 8 h of 10; 1,520.00 of 1,900.00
    assert alert_budgets(at=AT) == 1
    (mail,) = mails()
    assert mail.to == ["dana@hm.example"]
    assert mail.subject == "Larkspur Water Main Renewal: 75 % of a budget is used"
    assert "Hydraulic design, hours: 80 %, 8.00 of 10.00 h" in mail.text
    assert "Hydraulic design, fees: 80 %" in mail.text
    assert "1,520" not in mail.text  # whoever leads may not see amounts
    assert "Whole project" not in mail.text
    assert BudgetCrossing.objects.count() == 4  # 50 and 75 of hours and of fees
    assert alert_budgets(at=LATER) == 0
    assert len(mails()) == 1


def test_it_is_armed_again_when_the_budget_is_raised(cast: Cast) -> None:
    edit_task(task=cast.design, by=cast.manager, budget_minutes=600)
    entry = log(cast.member, cast.design, 480)
    alert_budgets(at=AT)
    # Less work and then more again passes the same mark twice: nobody raised anything.
    entry.worked_minutes = 120
    entry.save()
    alert_budgets(at=AT)
    entry.worked_minutes = 480
    entry.save()
    assert alert_budgets(at=LATER) == 0
    record_change_order(
        project=cast.project,
        agreed_on=TODAY,
        reason="More pumps",
        changes=[Delta(cast.design, minutes=240)],
        by=cast.manager,
    )
    assert alert_budgets(at=LATER) == 0  # 480 of 840: 57 %, 75 is armed, 50 stays told
    assert list(BudgetCrossing.objects.values_list("percent", flat=True)) == [50]
    log(cast.member, cast.design, 240)
    assert alert_budgets(at=LATER) == 1  # 720 of 840: 85 %
    assert "75 % of a budget" in mails()[-1].subject


def test_second_leads_hear_too_and_without_shares_nobody(cast: Cast) -> None:
    set_leading(project=cast.project, staff=cast.member.staff_member, is_lead=True, by=cast.manager)
    edit_task(task=cast.design, by=cast.manager, budget_minutes=60)
    log(cast.member, cast.design, 60)
    set_project_rules(code_pattern="{client}-{000}", alert_percents=[], by=cast.manager)
    assert alert_budgets(at=AT) == 0
    set_project_rules(code_pattern="{client}-{000}", alert_percents=[100], by=cast.manager)
    assert alert_budgets(at=AT) == 1
    assert sorted(mail.to[0] for mail in mails()) == ["dana@hm.example", "priya@hm.example"]


def test_the_same_statements_for_many_budgets(cast: Cast) -> None:
    edit_task(task=cast.design, by=cast.manager, budget_minutes=6000)
    alert_budgets(at=AT)
    with CaptureQueriesContext(connection) as few:
        alert_budgets(at=AT)
    for number in range(12):
        task = add_task(project=cast.project, name=f"T {number}", by=None, budget_minutes=6000)
        log(cast.member, task, 60)
    with CaptureQueriesContext(connection) as many:
        alert_budgets(at=AT)
    assert len(many) == len(few)


def test_two_beats_at_once_send_one_mail(own_firm: Any) -> None:
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    edit_task(task=cast.design, by=None, budget_minutes=60)
    log(cast.member, cast.design, 60)
    answers = at_once(own_firm, *[lambda: alert_budgets(at=AT)] * 2)
    assert sorted(answers) == [0, 1]
    assert len(mails()) == 1
