"""Arranging how a kind of thing is approved: its steps, what is signed, how long anything may wait."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from django.db import transaction

from approvals.access import MANAGE_POLICIES
from approvals.models import Policy, Step
from approvals.submitting import policy_for
from core import audit
from core.errors import Conflict, Refusal
from core.promises import promises
from people.access import require
from people.models import Department, Role, StaffMember, User

MOST_STEPS = 20


class StepIsWrong(Refusal):
    """A step names nobody who could decide."""


class TooManySteps(Refusal):
    sentence = "A policy has 20 steps at most."


@dataclass(frozen=True)
class StepRules:
    """What a step asks: whom, about what, under which signature. Its place is given beside it."""

    source: Step.Source
    role: Role | None = None
    person: StaffMember | None = None
    least_amount: Decimal | None = None
    most_amount: Decimal | None = None
    billable: str = ""
    project_id: int | None = None
    department: Department | None = None
    is_for_exceptions: bool = False
    certification: Step.Certification = Step.Certification.NONE
    certified_for_minutes: int = 0

    @classmethod
    def of(cls, step: Step) -> "StepRules":
        return cls(**{each.name: getattr(step, each.name) for each in fields(cls)})

    @property
    def clean(self) -> "StepRules":
        """Without what its source or its signature has no use for."""
        is_signed = self.certification != Step.Certification.NONE
        return replace(
            self,
            role=self.role if self.source == Step.Source.ROLE else None,
            person=self.person if self.source == Step.Source.PERSON else None,
            certified_for_minutes=self.certified_for_minutes if is_signed else 0,
        )


# Steps of one stage are asked side by side, stages one after the other.
Stages = Sequence[Sequence[StepRules]]


def stages_of(policy: Policy) -> list[list[StepRules]]:
    """The present steps of a loaded policy as `arrange` takes them."""
    stages: dict[int, list[StepRules]] = {}
    for step in policy.live_steps:
        stages.setdefault(step.position, []).append(StepRules.of(step))
    return [stages[position] for position in sorted(stages)]


def arrange(*, kind: str, stages: Stages, by: User | None, version: int | None = None) -> Policy:
    """Replaces the steps of a policy. A step that asks the same changes its place and signature; others are retired or
    new.

    What waits keeps the seats that it has, is signed as the step says now, and goes through the new steps from there
    on. Raises NotAllowed, Conflict
    (of another version), StepIsWrong, TooManySteps; the database's promises about a step's fields.
    """
    require(by, MANAGE_POLICIES)
    wished = [(place, rules.clean) for place, stage in enumerate(filter(None, stages), 1) for rules in stage]
    if len(wished) > MOST_STEPS:
        raise TooManySteps
    with promises(), transaction.atomic():
        policy = _locked(kind, version)
        audit.acting("policy.arrange", by=by, subject=policy, steps=len(wished))
        present = policy.live_steps
        new = []
        for position, rules in wished:
            step = _present(present, rules)
            if step is None:
                _check(rules)
                values = {each.name: getattr(rules, each.name) for each in fields(rules)}
                new.append(Step(policy=policy, position=position, **values))
                continue
            present.remove(step)
            _keep(step, position, rules)
        Step.objects.filter(pk__in=[step.pk for step in present]).update(is_retired=True)
        Step.objects.bulk_create(new)
        _count_up(policy)
    return policy_for(kind)


def edit_policy(*, kind: str, by: User | None, version: int | None = None, **values: Any) -> Policy:
    """Changes a policy's own fields: statement, allows_self_approval, is_blocking, is_together, reminds_after_days,
    escalates_after_days. Raises NotAllowed, Conflict, the promises about days."""
    require(by, MANAGE_POLICIES)
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"A policy's {', '.join(sorted(unknown))} cannot be edited.")
    with promises(), transaction.atomic():
        policy = _locked(kind, version)
        audit.acting("policy.edit", by=by, subject=policy)
        for name, value in values.items():
            setattr(policy, name, value)
        policy.save(update_fields=sorted(values))
        _count_up(policy)
    return policy_for(kind)


EDITABLE = {
    "statement",
    "allows_self_approval",
    "is_blocking",
    "is_together",
    "reminds_after_days",
    "escalates_after_days",
}


def _locked(kind: str, version: int | None) -> Policy:
    Policy.objects.select_for_update().filter(subject_kind=kind).first()
    # Read again with its steps, now that nobody else changes them.
    policy = policy_for(kind)
    if version is not None and policy.version != version:
        raise Conflict("Somebody changed this policy meanwhile. Load the page again.")
    return policy


def _present(steps: Sequence[Step], rules: StepRules) -> Step | None:
    """The step that asks the same already, else one that asks the same under another signature."""
    same = (step for step in steps if StepRules.of(step) == rules)
    return next(
        same, next((step for step in steps if _signed_like(StepRules.of(step), rules) == rules), None)
    )


def _signed_like(rules: StepRules, other: StepRules) -> StepRules:
    return replace(
        rules, certification=other.certification, certified_for_minutes=other.certified_for_minutes
    )


def _keep(step: Step, position: int, rules: StepRules) -> None:
    """The step stays, so that another signature or place holds for what waits there already."""
    wished = {
        "position": position,
        "certification": rules.certification,
        "certified_for_minutes": rules.certified_for_minutes,
    }
    changed = [name for name, value in wished.items() if getattr(step, name) != value]
    for name in changed:
        setattr(step, name, wished[name])
    if changed:
        step.save(update_fields=changed)


def _count_up(policy: Policy) -> None:
    policy.version += 1
    policy.save(update_fields=["version"])


def _check(rules: StepRules) -> None:
    if rules.source == Step.Source.ROLE and rules.role is None:
        raise StepIsWrong("Choose the role.", field="role")
    if rules.source == Step.Source.PERSON:
        person = rules.person
        if person is None:
            raise StepIsWrong("Choose the person.", field="person")
        if not person.is_active or person.user is None or not person.user.is_active:
            raise StepIsWrong(f"{person.name} cannot sign in, so nothing would be decided.", field="person")
