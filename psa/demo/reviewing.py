"""Looking at work before it goes on: approvers ask about lines of last week, project leads review drafts."""

from datetime import timedelta

from approvals.arranging import StepRules, arrange, edit_policy
from approvals.asking import answer, ask
from approvals.models import Step
from billing.models import Invoice
from billing.reviewing import return_invoice, submit_for_review
from billing.reviews import KIND
from psa.demo.cast import Stage
from psa.demo.story import Asked, Reviewed
from timesheets.desk import TIME
from timesheets.models import TimeEntry

# An answer takes so long, a look at a draft too.
A_WHILE = timedelta(minutes=50)


def ask_and_review(stage: Stage) -> None:
    """After last week was submitted and last month drafted."""
    for asked in stage.story.asked:
        _ask(stage, asked)
    # As advice: whoever tries the demo can issue every draft at once.
    arrange(kind=KIND, stages=[[StepRules(source=Step.Source.PROJECT_LEAD)]], by=stage.owner)
    edit_policy(kind=KIND, by=stage.owner, is_blocking=False)
    for reviewed in stage.story.reviewed:
        _review(stage, reviewed)


def _ask(stage: Stage, asked: Asked) -> None:
    person = next(person for person in stage.story.people if person.key == asked.person)
    day = stage.calendar.last_week.first + timedelta(days=asked.weekday)
    lines = TimeEntry.objects.submitted().filter(
        staff=stage.staff[person.key], worked_on=day, task__name=asked.task
    )
    ids = list(lines.values_list("pk", flat=True))
    at = max(stage.calendar.at - 2 * A_WHILE, stage.calendar.handed_in_at(person.waits_days))
    ask(desk=TIME, ids=ids, text=asked.question, by=stage.decider_of(person), at=at)
    if asked.answer:
        by, then = stage.users[person.key], min(at + A_WHILE, stage.calendar.at)
        answer(desk=TIME, subject_id=ids[0], text=asked.answer, by=by, at=then)


def _review(stage: Stage, reviewed: Reviewed) -> None:
    project = stage.projects[reviewed.project]
    draft = Invoice.objects.drafts().filter(project=project).latest("pk")
    at = max(stage.calendar.at - 2 * A_WHILE, draft.drafted_at)
    submit_for_review(invoice=draft, by=stage.finance, at=at)
    if reviewed.reason:
        lead = next(told for told in stage.story.projects if told.name == reviewed.project).lead
        then = min(at + A_WHILE, stage.calendar.at)
        return_invoice(invoice=draft, reason=reviewed.reason, by=stage.users[lead], at=then)
