"""What was agreed besides hours at their rates: fees, milestones, an allowance, a cap, money on deposit, schedules."""

from datetime import timedelta

from billing.depositing import request_deposit
from billing.models import BillingSchedule, Payment
from billing.receiving import record_payment
from billing.retaining import open_retainer
from billing.scheduling import make_schedule
from projects.achieving import achieve_milestone, plan_milestone
from projects.contracting import add_line, change_line, move_tasks
from projects.models import ContractLine
from projects.models.recurrence import Frequency, Timing
from projects.templating import save_as_template
from psa.demo.billing import without_receipts
from psa.demo.cast import Stage
from psa.demo.story import Arrangement, Deposit, Scheduled


def agree(stage: Stage) -> None:
    """Contract lines that begin once the months before are billed, so that each way of billing has its page."""
    for told in stage.story.arrangements:
        _agree(stage, told)
    with without_receipts():
        for deposit in stage.story.deposits:
            _take_deposit(stage, deposit)
    for each in stage.story.schedules:
        _schedule(stage, each)
    for project, name in stage.story.templates.items():
        save_as_template(project=stage.projects[project], name=name, by=stage.owner)


def _schedule(stage: Stage, told: Scheduled) -> None:
    """Drafts on the first of each month, from the next one on."""
    make_schedule(
        project=stage.projects[told.project],
        name=told.name,
        frequency=Frequency.MONTHLY,
        anchor_day=1,
        starts_on=stage.calendar.months_away(1),
        timing=Timing.FIRST_DAY,
        action=BillingSchedule.Action.DRAFT,
        by=stage.finance,
        on=stage.calendar.today,
    )


def _agree(stage: Stage, told: Arrangement) -> None:
    project = stage.projects[told.project]
    terms = dict(told.terms)
    if told.since is not None:
        terms["first_period_on"] = stage.calendar.months_away(told.since)
    if not told.is_new:
        first = ContractLine.objects.get(project=project, position=1)
        change_line(line=first, name=told.name, method=told.method, by=stage.owner, **terms)
        return
    line = add_line(project=project, name=told.name, method=told.method, by=stage.owner, **terms)
    tasks = [stage.tasks[told.project, name] for name in told.tasks]
    if tasks:
        move_tasks(line=line, tasks=tasks, by=stage.owner)
    for part in told.parts:
        milestone = plan_milestone(line=line, name=part.name, percent=part.percent, by=stage.owner)
        if part.evidence:
            on = stage.calendar.today - timedelta(days=6)
            achieve_milestone(milestone=milestone, on=on, evidence=part.evidence, by=stage.owner)


def _take_deposit(stage: Stage, told: Deposit) -> None:
    """Asked for in the first days of this month, and paid a few days later."""
    on = stage.calendar.months_away(0)
    retainer = open_retainer(
        client=stage.clients[told.client],
        project=None,
        by=stage.finance,
        minimum=told.minimum,
        target=told.amount,
    )
    request = request_deposit(
        retainer=retainer, amount=told.amount, by=stage.finance, on=on, at=stage.calendar.moment(on, 9)
    )
    paid_on = min(on + timedelta(days=4), stage.calendar.today)
    record_payment(
        invoice=request,
        amount=told.amount,
        method=Payment.Method.BANK_TRANSFER,
        reference="ACH 771204",
        received_on=paid_on,
        by=stage.finance,
        on=paid_on,
        at=stage.calendar.moment(paid_on, 11),
    )
