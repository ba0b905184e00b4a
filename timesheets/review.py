"""What a person reads before submitting or approving: who decides next."""

from collections.abc import Sequence

from django.db.models import Min

from approvals.approvers import first_stop, managers_of
from approvals.models import Request, Step
from approvals.submitting import policy_for
from people.models import StaffMember
from timesheets.models import TimeEntry
from timesheets.subjects import KIND, subject_of


def next_approvers(entries: Sequence[TimeEntry]) -> str:
    """`Goes to Dana Ruiz, then Finance`: for whom these lines of one person would wait. A few statements."""
    if not entries:
        return ""
    policy = policy_for(KIND)
    steps = list(policy.steps.all())
    lines = TimeEntry.objects.filter(pk__in=[entry.pk for entry in entries]).select_related(
        "project", "staff"
    )
    managers = managers_of([entries[0].staff_id])
    stops = {first_stop(policy, steps, subject_of(line), managers) for line in lines}
    names = _names({stop.waits_for_id for stop in stops if stop and stop.waits_for_id})
    roles = [str(stop.step.role) for stop in stops if stop and stop.step and not stop.waits_for_id]
    first = " and ".join([*names, *dict.fromkeys(roles)]) or "whoever decides on everybody's time"
    passed = max((stop.step.position for stop in stops if stop and stop.step), default=0)
    later = [_words(step) for step in steps if step.position > passed]
    return f"Goes to {', then '.join([first, *later])}"


def later_steps(entry_ids: Sequence[int]) -> str:
    """`Then Finance`: who decides on these waiting lines after the present step. Three statements."""
    steps = list(policy_for(KIND).steps.all())
    present = Request.objects.waiting().filter(subject_kind=KIND, subject_id__in=entry_ids)
    passed = present.aggregate(position=Min("step__position"))["position"]
    later = [] if passed is None else [_words(step) for step in steps if step.position > passed]
    return f"Then {', then '.join(later)}" if later else ""


def _names(ids: set[int]) -> list[str]:
    return list(StaffMember.objects.filter(pk__in=ids).values_list("name", flat=True))


def _words(step: Step) -> str:
    match step.source:
        case Step.Source.ROLE:
            return str(step.role)
        case Step.Source.PERSON:
            return str(step.person)
        case Step.Source.PROJECT_LEAD:
            return "the project lead"
        case _:
            return "the line manager"
