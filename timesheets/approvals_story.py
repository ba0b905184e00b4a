"""What happened to lines: entered, submitted, changed, asked about, decided. Each change with its old and new value."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from approvals.models import Decision, Message, Request
from core.minutes import Style, format_minutes
from core.models import Action, Change
from people.models import StaffMember
from projects.models import LaborCode, Project, Task
from timesheets.days import day_words
from timesheets.models import TimeEntry, TimeEntryQuerySet
from timesheets.subjects import KIND

State = TimeEntry.State
MINUTES = {"worked_minutes": "Worked", "billable_minutes": "Billable"}
TEXTS = {
    "note": "Note",
    "internal_note": "Internal note",
    "worked_on": "Day",
    "starts_at": "Start",
    "ends_at": "End",
}
NAMED: dict[str, tuple[str, Any]] = {
    "project_id": ("Project", Project),
    "task_id": ("Task", Task),
    "labor_code_id": ("Labor code", LaborCode),
}
DECIDED = {
    Decision.Outcome.APPROVED: ("check", "ok", "Approved"),
    Decision.Outcome.REJECTED: ("arrow-back-up", "bad", "Returned"),
    Decision.Outcome.UNAPPROVED: ("arrow-back", "wait", "Decision taken back"),
}
MOST_LINES = 5


@dataclass(frozen=True)
class Difference:
    """One value that changed, in words; an empty text was nothing."""

    label: str
    old: str
    new: str


@dataclass
class Event:
    """One thing that somebody did, to one line or to many at once."""

    at: datetime
    who: str
    icon: str
    kind: str
    words: str
    why: str = ""
    differences: tuple[Difference, ...] = ()
    lines: list[str] = field(default_factory=list)

    @property
    def line_words(self) -> str:
        """The lines it was about: names of a few, else their number."""
        return "; ".join(self.lines) if len(self.lines) <= MOST_LINES else f"{len(self.lines)} lines"


def story_of(lines: "TimeEntryQuerySet", style: str) -> list[Event]:
    """The events of these lines, the latest first; what was done to many in one go is one event.

    At most twelve statements.
    """
    labels = {
        entry.pk: f"{day_words(entry.worked_on)}, {entry.task.name}" for entry in lines.select_related("task")
    }
    if not labels:
        return []
    asked = Request.objects.filter(subject_kind=KIND, subject_id__in=labels).select_related("submitted_by")
    requests = list(asked.order_by("pk"))
    found = [
        *_entered(labels),
        *_submitted(requests),
        *_decisions(labels),
        *_messages(labels),
        *_passed_on(requests),
        *_changes(labels, cast(Style, style)),
    ]
    together: dict[tuple[Any, ...], Event] = {}
    for subject_id, event in sorted(found, key=lambda pair: pair[1].at):
        same = (event.at, event.who, event.words, event.why, event.differences)
        together.setdefault(same, event).lines.append(labels[subject_id])
    return sorted(together.values(), key=lambda event: event.at, reverse=True)


def _entered(labels: Mapping[int, str]) -> Iterable[tuple[int, Event]]:
    """Lines that were entered late, on a closed day, or by somebody else say so: with the reason that was given."""
    made = Action.objects.filter(
        subject_kind=TimeEntry._meta.label_lower,
        subject_id__in=[str(pk) for pk in labels],
        verb="time.record",
    )
    for action in made.order_by("pk"):
        yield (
            int(action.subject_id),
            Event(action.at, action.actor_name or "the system", "pencil", "idle", "Entered", action.why),
        )


def _submitted(requests: Iterable[Request]) -> Iterable[tuple[int, Event]]:
    for request in requests:
        who = request.submitted_by.name if request.submitted_by else "the system"
        yield request.subject_id, Event(request.submitted_at, who, "send", "wait", "Submitted")


def _decisions(labels: Mapping[int, str]) -> Iterable[tuple[int, Event]]:
    made = Decision.objects.filter(request__subject_kind=KIND, request__subject_id__in=labels)
    for decision in made.select_related("request__owner").order_by("pk"):
        icon, kind, words = DECIDED[Decision.Outcome(decision.outcome)]
        if decision.certification_id:
            words = f"{words} and signed"
        if decision.by_id is not None and decision.by_id == decision.request.owner.user_id:
            # Only where the policy allows it, or there is nobody else: whoever reads the log shall see it.
            words = f"{words}, their own time"
        yield (
            decision.request.subject_id,
            Event(decision.at, decision.by_whom, icon, kind, words, decision.reason),
        )


def _messages(labels: Mapping[int, str]) -> Iterable[tuple[int, Event]]:
    said = Message.objects.filter(request__subject_kind=KIND, request__subject_id__in=labels)
    for message in said.select_related("request").order_by("pk"):
        icon, words = ("message-check", "Answered") if message.is_answer else ("message-question", "Asked")
        yield (
            message.request.subject_id,
            Event(message.at, message.by_name, icon, "wait", words, message.text),
        )


def _passed_on(requests: Iterable[Request]) -> Iterable[tuple[int, Event]]:
    """Lines that wait for somebody else on the same step: the manager, the lead or the head is another one now."""
    subjects = {str(request.pk): request.subject_id for request in requests}
    kept = Change.objects.filter(
        table_name=Request._meta.db_table, row_id__in=subjects, new__has_key="waits_for_id"
    ).exclude(new__has_any_keys=["step_id", "state"])
    changes = list(kept.select_related("action").order_by("pk"))
    pairs = [(change, change.old["waits_for_id"], (change.new or {})["waits_for_id"]) for change in changes]
    ids = {pk for _, *both in pairs for pk in both if pk}
    names = dict(StaffMember.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    anybody = "whoever decides on everything"
    for change, old, new in pairs:
        who = change.action.actor_name if change.action and change.action.actor_name else "the system"
        asks = Difference("Asks", names.get(old, anybody), names.get(new, anybody))
        yield subjects[change.row_id], Event(change.at, who, "user-share", "wait", "Passed on", "", (asks,))


def _changes(labels: Mapping[int, str], style: Style) -> Iterable[tuple[int, Event]]:
    kept = Change.objects.filter(
        table_name=TimeEntry._meta.db_table, row_id__in=[str(pk) for pk in labels], new__isnull=False
    )
    changes = list(kept.select_related("action").order_by("pk"))
    names = _names(changes)
    for change in changes:
        old, new, action = change.old, change.new or {}, change.action
        who = action.actor_name if action else "somebody outside of the product"
        why = action.why if action else ""
        if "state" in new and (event := _moved(change, who)):
            yield int(change.row_id), event
        if differences := tuple(_differences(old, new, names, style)):
            yield (
                int(change.row_id),
                Event(change.at, who, "pencil", "idle", "Changed", why, differences),
            )


def _moved(change: Change, who: str) -> Event | None:
    """Recalled; what was submitted and decided stands among the requests and decisions."""
    states = change.old.get("state"), (change.new or {}).get("state")
    if states == (State.SUBMITTED, State.DRAFT):
        return Event(change.at, who, "arrow-back", "idle", "Recalled")
    return None


def _names(changes: Collection[Change]) -> dict[tuple[str, int], str]:
    """Names of the projects, tasks and labor codes that changes speak of. At most three statements."""
    found: dict[tuple[str, int], str] = {}
    for column, (_, model) in NAMED.items():
        ids = {
            values[column]
            for change in changes
            for values in (change.old, change.new or {})
            if values.get(column)
        }
        if ids:
            found |= {
                (column, pk): name for pk, name in model.objects.filter(pk__in=ids).values_list("pk", "name")
            }
    return found


def _differences(
    old: Mapping[str, Any], new: Mapping[str, Any], names: Mapping[tuple[str, int], str], style: Style
) -> Iterable[Difference]:
    for column in new:
        before, after = old.get(column), new.get(column)
        if column in MINUTES:
            yield Difference(
                MINUTES[column],
                f"{format_minutes(before or 0, style)} h",
                f"{format_minutes(after or 0, style)} h",
            )
        elif column in TEXTS:
            yield Difference(TEXTS[column], str(before or ""), str(after or ""))
        elif column in NAMED:
            label = NAMED[column][0]
            yield Difference(label, names.get((column, before or 0), ""), names.get((column, after or 0), ""))
        elif column == "is_billable":
            yield Difference("Billable", "yes" if before else "no", "yes" if after else "no")
