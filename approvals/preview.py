"""Who would be asked about a subject, stage by stage, and why the other steps are skipped. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from approvals.models import Policy, Request, Step
from approvals.ports import Subject
from approvals.seating import Directory, Skip, directory_for, misfit, why_skipped
from approvals.submitting import policy_for
from people.models import StaffMember

EVERYTHING = "whoever may decide on everything"


@dataclass(frozen=True)
class AskedName:
    """One who would be asked: a name, by which step; a role's name with `is_role`."""

    name: str
    step: Step | None
    is_role: bool = False


@dataclass(frozen=True)
class Stage:
    """Steps of one position, asked side by side. A stage that asks nobody says why."""

    position: int
    asked: list[AskedName] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)


def who_is_asked(kind: str, subject: Subject) -> list[Stage]:
    """The stages of the kind's policy for one subject, in order. At most six statements. Raises NoPolicy.

    Empty when nobody needs to be asked. `whoever may decide on everything` stands alone where nobody is found.
    """
    return who_are_asked(policy_for(kind), [subject])[0]


def who_are_asked(policy: Policy, subjects: Sequence[Subject]) -> list[list[Stage]]:
    """`who_is_asked` for many subjects of one loaded policy, in their order. At most four statements."""
    steps = policy.live_steps
    directory = directory_for(steps, subjects)
    names = dict(StaffMember.objects.filter(pk__in=directory.active).values_list("pk", "name"))
    found = []
    for subject in subjects:
        stages: list[Stage] = []
        passed: dict[int, bool] = {}
        for position, group in groupby(steps, key=lambda step: step.position):
            stage = Stage(position)
            for step in group:
                if why := why_skipped(policy, step, subject, directory, passed):
                    stage.skipped.append(Skip(step, why))
                    continue
                approver = directory.approver(step, subject)
                is_role = step.source == Step.Source.ROLE
                asked = AskedName(str(step.role) if is_role else names[approver or 0], step, is_role)
                if asked.name not in [each.name for each in stage.asked]:
                    stage.asked.append(asked)
            for each in stage.asked:
                approver = directory.approver(each.step, subject) if each.step and not each.is_role else None
                if approver and each.step and not policy.is_together:
                    passed[approver] = each.step.certification != Step.Certification.NONE
            stages.append(stage)
        found.append(_whole(policy, steps, subject, directory, stages))
    return found


def _whole(
    policy: Policy, steps: Sequence[Step], subject: Subject, directory: Directory, stages: list[Stage]
) -> list[Stage]:
    if any(stage.asked for stage in stages):
        return stages
    if not policy.is_required and all(misfit(step, subject, directory) for step in steps):
        return []
    last = max((step.position for step in steps), default=0) + 1
    return [*stages, Stage(last, [AskedName(EVERYTHING, None)])]


def goes_to(policy: Policy, subjects: Sequence[Subject]) -> str:
    """`Dana Ruiz, then Finance`: who decides on these subjects, all names of each stage that asks anybody."""
    stages: dict[int, dict[str, None]] = {}
    for found in who_are_asked(policy, subjects):
        asking = [stage for stage in found if stage.asked]
        for number, stage in enumerate(asking):
            stages.setdefault(number, {}).update(dict.fromkeys(each.name for each in stage.asked))
    return ", then ".join(" and ".join(names) for _, names in sorted(stages.items()))


def later_words(kind: str, ids: Sequence[int]) -> str:
    """`Finance`: who decides on these waiting subjects after their present step, as the steps say it."""
    steps = policy_for(kind).live_steps
    waiting = Request.objects.waiting().filter(subject_kind=kind, subject_id__in=ids)
    positions = waiting.filter(seats__state="WAITING").values_list("seats__position", flat=True)
    passed = min(positions, default=None)
    later = [step for step in steps if passed is not None and step.position > passed]
    groups = groupby(later, key=lambda step: step.position)
    return ", then ".join(" and ".join(dict.fromkeys(s.words for s in group)) for _, group in groups)
