"""Who is asked on which step: resolved for many subjects at once, in a constant number of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import OuterRef, QuerySet, Subquery

from approvals.models import Policy, Request, Seat, Step
from approvals.ports import Subject
from people.models import Department, LegalEntity, StaffMember

Source = Step.Source


@dataclass(frozen=True)
class Asked:
    """One seat to be: a person, a role's holders, or (without either) whoever may decide on everything."""

    step: Step | None
    position: int
    waits_for_id: int | None = None
    role_id: int | None = None


@dataclass(frozen=True)
class Skip:
    """A step that asks nobody, and why, in words that complete `Skipped: ...`."""

    step: Step
    why: str


@dataclass(frozen=True)
class Directory:
    """Who manages, heads and is still here, read once for a batch."""

    managers: dict[int, int | None] = field(default_factory=dict)
    heads: dict[int, int | None] = field(default_factory=dict)
    active: frozenset[int] = frozenset()
    # Of the firm's books, in which conditions are; read where a step has any on amounts.
    currency: str = ""

    def approver(self, step: Step, subject: Subject) -> int | None:
        """The active person whom a step asks about a subject; None for a role, or where there is nobody."""
        match step.source:
            case Source.LINE_MANAGER:
                found = self.managers.get(subject.owner_id)
            case Source.PROJECT_LEAD:
                found = subject.lead_id
            case Source.DEPARTMENT_HEAD:
                found = self.heads.get(subject.department_id or 0)
            case _:
                found = step.person_id
        return found if found in self.active else None


def directory_for(steps: Iterable[Step], subjects: Sequence[Subject]) -> Directory:
    """What the steps need to know about the subjects' people. At most four statements."""
    steps = list(steps)
    sources = {step.source for step in steps}
    managers: dict[int, int | None] = {}
    heads: dict[int, int | None] = {}
    if Source.LINE_MANAGER in sources:
        owners = StaffMember.objects.filter(pk__in={subject.owner_id for subject in subjects})
        managers = dict(owners.values_list("pk", "manager_id"))
    if Source.DEPARTMENT_HEAD in sources:
        departments = Department.objects.filter(pk__in={subject.department_id for subject in subjects})
        heads = dict(departments.values_list("pk", "head_id"))
    named = {step.person_id for step in steps} | set(managers.values()) | set(heads.values())
    if Source.PROJECT_LEAD in sources:
        named |= {subject.lead_id for subject in subjects}
    ids = {pk for pk in named if pk is not None}
    active = StaffMember.objects.working().filter(pk__in=ids).values_list("pk", flat=True) if ids else ()
    currency = ""
    if any(step.least_amount is not None or step.most_amount is not None for step in steps):
        found = LegalEntity.objects.filter(is_default=True).values_list("currency", flat=True)
        currency = found.first() or ""
    return Directory(managers, heads, frozenset(active), currency)


def misfit(step: Step, subject: Subject, directory: Directory) -> str:
    """Empty when the step's conditions hold for the subject, else the first that does not, in words."""
    # What is in another currency than the firm's cannot be compared here, so it is asked about.
    is_comparable = subject.currency in ("", directory.currency)
    amount = subject.amount if is_comparable else None
    if step.least_amount is not None and amount is not None and amount < step.least_amount:
        return f"only from {step.least_amount:,.2f}"
    if step.most_amount is not None and amount is not None and amount > step.most_amount:
        return f"only up to {step.most_amount:,.2f}"
    if step.billable and subject.is_billable != (step.billable == Step.Billable.BILLABLE):
        return "only billable" if step.billable == Step.Billable.BILLABLE else "only non-billable"
    if step.project_id is not None and subject.project_id != step.project_id:
        return "only another project"
    if step.department_id is not None and subject.department_id != step.department_id:
        return "only another department"
    if step.is_for_exceptions and not subject.is_exceptional:
        return "only what is over policy"
    return ""


def why_skipped(
    policy: Policy,
    step: Step,
    subject: Subject,
    directory: Directory,
    passed: Mapping[int, bool] | None = None,
) -> str:
    """Empty when somebody is asked on the step, else why nobody is.

    A missing approver and, unless the policy lets people decide on their own, the owner are not asked; nor is
    somebody again who has approved an earlier step of the same request (`passed`: with a signature or not), unless
    only this step asks for a signature.
    """
    if why := misfit(step, subject, directory):
        return why
    if step.source == Source.ROLE:
        return ""
    approver = directory.approver(step, subject)
    if approver is None:
        return "there is nobody"
    if approver == subject.owner_id and (subject.forbids_own or not policy.allows_self_approval):
        return "nobody decides on their own"
    if passed and approver in passed and (passed[approver] or step.certification == Step.Certification.NONE):
        return "asked on an earlier step already"
    return ""


def seats_after(
    policy: Policy,
    steps: Sequence[Step],
    subject: Subject,
    directory: Directory,
    *,
    after: int = 0,
    passed: Mapping[int, bool] | None = None,
) -> list[Asked]:
    """The seats of the first position behind `after` that has somebody to ask; none when the subject is through. A
    policy that asks all steps at once has those of all positions.

    Where nobody was found for anything (`after` 0), whoever may decide on everything is asked, unless the policy
    requires nothing and no step's conditions hold.
    """
    fits = False
    found: list[Asked] = []
    later = (step for step in steps if step.position > after)
    for position, group in groupby(later, key=lambda step: step.position):
        asked: dict[tuple[int | None, int | None], Asked] = {}
        for step in group:
            fits = fits or not misfit(step, subject, directory)
            if why_skipped(policy, step, subject, directory, passed):
                continue
            person = None if step.source == Source.ROLE else directory.approver(step, subject)
            role = step.role_id if step.source == Source.ROLE else None
            # Who is asked by two steps side by side is asked once.
            asked.setdefault((person, role), Asked(step, position, person, role))
        found += asked.values()
        if asked and not policy.is_together:
            return found
    if found:
        return found
    if after or not (fits or policy.is_required):
        return []
    return [Asked(None, max((step.position for step in steps), default=0) + 1)]


def open_seats(found: Iterable[tuple[Request, Sequence[Asked]]], at: datetime) -> None:
    """Writes the seats of requests, and each request's first one into its own row's fields. One statement."""
    seats = []
    for request, asked in found:
        for each in asked:
            seats.append(
                Seat(
                    request_id=request.pk,
                    step_id=each.step.pk if each.step else None,
                    position=each.position,
                    waits_for_id=each.waits_for_id,
                    role_id=each.role_id,
                    opened_at=at,
                )
            )
    Seat.objects.bulk_create(seats)


def follow_seats(requests: QuerySet[Request]) -> None:
    """Step and person of each request become those of its first waiting seat. One statement."""
    first = Seat.objects.filter(request=OuterRef("pk"), state=Seat.State.WAITING).order_by("position", "pk")
    requests.update(
        step_id=Subquery(first.values("step_id")[:1]), waits_for_id=Subquery(first.values("waits_for_id")[:1])
    )
