"""The page of approval policies: each kind's steps in words, and who would be asked about a chosen person's work."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from approvals.arranging import Stages, StepRules, stages_of
from approvals.models import Policy, Step
from approvals.ports import Subject
from approvals.preview import Stage, who_are_asked
from core.money import format_amount
from people.models import LegalEntity, StaffMember, User
from projects.access import visible_to
from projects.models import Project

MOST_PROJECTS = 500


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is approved, as the page calls it, and which conditions make sense for it."""

    slug: str
    kind: str
    has_projects: bool = True
    has_amounts: bool = False
    has_billable: bool = True
    has_limits: bool = False
    has_department: bool = True


KINDS = (
    Kind("time", "timesheets.timeentry", has_amounts=True),
    Kind("expenses", "timesheets.expense", has_amounts=True, has_limits=True),
    Kind("leave", "staffing.leaverequest", has_projects=False, has_billable=False),
    Kind("invoices", "billing.invoice", has_amounts=True, has_billable=False),
)


@dataclass(frozen=True)
class Card:
    """One step in words: whom it asks, on which conditions, under which signature."""

    step: Step
    title: str
    conditions: list[str]
    signature: str


def cards_of(policy: Policy, currency: str) -> list[list[Card]]:
    """The steps of a loaded policy, those side by side together; amounts in the firm's currency. One statement."""
    steps = policy.live_steps
    ids = {step.project_id for step in steps if step.project_id}
    names = dict(Project.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    stages: dict[int, list[Card]] = {}
    for step in steps:
        card = Card(step, _title(step), _conditions(step, currency, names), _signature(step))
        stages.setdefault(step.position, []).append(card)
    return [stages[position] for position in sorted(stages)]


def firm_currency() -> str:
    """The currency of the firm's books, in which conditions are."""
    return LegalEntity.objects.filter(is_default=True).values_list("currency", flat=True).first() or "USD"


def _title(step: Step) -> str:
    match step.source:
        case Step.Source.ROLE:
            return f"Everybody with the role {step.role}"
        case Step.Source.PERSON:
            return f"{step.person}" if step.person and step.person.is_active else f"{step.person}, inactive"
        case _:
            return step.get_source_display()


def _conditions(step: Step, currency: str, projects: dict[int, str]) -> list[str]:
    said = []
    if step.least_amount is not None:
        said.append(f"From {format_amount(step.least_amount, currency)}")
    if step.most_amount is not None:
        said.append(f"Up to {format_amount(step.most_amount, currency)}")
    if step.billable:
        said.append(step.get_billable_display())
    if step.project_id is not None:
        said.append(projects.get(step.project_id, "A project that is not there any more"))
    if step.department_id is not None:
        said.append(f"Department {step.department}")
    if step.is_for_exceptions:
        said.append("Only what is over a limit")
    return said


def _signature(step: Step) -> str:
    if step.certification == Step.Certification.NONE:
        return ""
    if not step.certified_for_minutes:
        return "Signs each time"
    return f"Signs once in {step.certified_for_minutes} minutes"


# ---- where a step goes -----------------------------------------------------------------------------------------------


def places_for(stages: Stages) -> list[tuple[str, str]]:
    """Where a step can stand among the others: `after:0` is first, `with:1` beside the first stage."""
    names = [" and ".join(_short(rules) for rules in stage) for stage in stages]
    places = [("after:0", "First" if stages else "The only step")]
    for number, name in enumerate(names, start=1):
        places += [
            (f"with:{number}", f"Beside step {number}, {name}"),
            (f"after:{number}", f"After step {number}, {name}"),
        ]
    return places


def _short(rules: StepRules) -> str:
    match rules.source:
        case Step.Source.ROLE:
            return str(rules.role)
        case Step.Source.PERSON:
            return str(rules.person)
        case _:
            return Step.Source(rules.source).label.lower()


def without(policy: Policy, step: Step | None) -> tuple[list[list[StepRules]], str]:
    """The stages without one step, and the place that it had among the others (at the end for a new one)."""
    stages = stages_of(policy)
    if step is None:
        return stages, f"after:{len(stages)}"
    positions = sorted({each.position for each in policy.live_steps})
    at = positions.index(step.position)
    mine = stages[at]
    mine.remove(StepRules.of(step))
    place = f"with:{at + 1}" if mine else f"after:{at}"
    return [stage for stage in stages if stage], place


def with_step(stages: Stages, rules: StepRules, place: str) -> list[list[StepRules]]:
    """The stages with one more step at a place of `places_for`."""
    how, _, number = place.partition(":")
    placed = [list(stage) for stage in stages]
    if how == "with":
        placed[int(number) - 1].append(rules)
    else:
        placed.insert(int(number), [rules])
    return placed


# ---- who would be asked ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """Whose thing, for which project, of what worth is looked at."""

    staff: StaffMember
    project: Project | None = None
    is_billable: bool = True
    amount: Decimal | None = None
    is_exceptional: bool = False


def asked_about(policy: Policy, asking: Asking) -> list[Stage]:
    """Who would be asked, stage by stage. At most four statements; the policy is loaded."""
    project = asking.project
    subject = Subject(
        kind=policy.subject_kind,
        id=0,
        owner_id=asking.staff.pk,
        amount=asking.amount,
        is_billable=asking.is_billable,
        project_id=project.pk if project else None,
        lead_id=project.lead_id if project else None,
        department_id=asking.staff.department_id,
        is_exceptional=asking.is_exceptional,
    )
    return who_are_asked(policy, [subject])[0]


def first_asking(user: User) -> Asking | None:
    """What the page begins with: somebody with a manager, and a project of theirs if there is one. Two statements."""
    people = StaffMember.objects.working().alias(is_top=Q(manager=None)).order_by("is_top", "name")
    staff = people.first()
    if staff is None:
        return None
    project = (
        visible_to(user).open().filter(team__staff=staff).select_related("client").order_by("name").first()
    )
    return Asking(staff, project)


def project_choices(user: User) -> list[tuple[int, str]]:
    """Open projects that the person may see, with their client. One statement."""
    rows = visible_to(user).open().order_by("client__name", "name").values_list("pk", "client__name", "name")
    return [(pk, f"{name} · {client}") for pk, client, name in rows[:MOST_PROJECTS]]
