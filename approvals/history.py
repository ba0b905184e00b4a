"""What was asked, said and decided: the last return of each subject, its seats, questions and the whole story."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, StringAgg, Value
from django.db.models.functions import Coalesce

from approvals.models import Decision, Message, Request, Seat
from people.models import StaffMember


@dataclass(frozen=True)
class Return:
    """Why, by whom and when a subject was returned."""

    reason: str
    by_name: str
    at: datetime


def last_returns(kind: str, ids: Sequence[int]) -> dict[int, Return]:
    """The latest return of each subject that was ever returned and not taken back. One statement."""
    if not ids:
        return {}
    found = (
        Decision.objects.filter(
            request__subject_kind=kind,
            request__subject_id__any=ids,
            request__state=Request.State.REJECTED,
            outcome=Decision.Outcome.REJECTED,
        )
        .order_by("request__subject_id", "-pk")
        .distinct("request__subject_id")
        .values_list("request__subject_id", "reason", "by_name", "at")
    )
    return {subject_id: Return(reason, by_name, at) for subject_id, reason, by_name, at in found}


def waits_for_names(kind: str, ids: Sequence[int]) -> dict[int, str]:
    """For whom each waiting subject waits: `Dana Ruiz and Finance`; empty text where anybody with the right decides."""
    waiting = Request.objects.waiting().filter(subject_kind=kind, subject_id__in=ids)
    asked = Q(seats__state=Seat.State.WAITING)
    name = Coalesce("seats__waits_for__name", "seats__role__name")
    names = StringAgg(name, Value(" and "), filter=asked, order_by=("seats__position", "seats__id"))
    return {
        subject_id: found or ""
        for subject_id, found in waiting.values_list("subject_id").annotate(names=names)
    }


@dataclass(frozen=True)
class Said:
    """One thing that was said. `kind` is question, answer or return."""

    kind: str
    by_name: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Dialogue:
    """What was asked and answered about one subject, oldest first, over all its submissions; and its latest return."""

    messages: Sequence[Message] = ()
    returned: Return | None = None

    def __bool__(self) -> bool:
        return bool(self.messages or self.returned)

    @property
    def said(self) -> list[Said]:
        """Questions, answers and the return, as they came."""
        found = [
            Said("answer" if message.is_answer else "question", message.by_name, message.at, message.text)
            for message in self.messages
        ]
        if self.returned is not None:
            found.append(Said("return", self.returned.by_name, self.returned.at, self.returned.reason))
        return sorted(found, key=lambda said: said.at)

    @property
    def reply(self) -> Message | None:
        """What the owner has said to the return."""
        if self.returned is None or not self.messages:
            return None
        last = self.messages[-1]
        return last if last.is_answer and last.at >= self.returned.at else None

    @property
    def is_asked(self) -> bool:
        """Whether a question is open: it waits, and the last word is the approver's."""
        return self._is_now and not self.messages[-1].is_answer

    @property
    def is_answered(self) -> bool:
        """Whether it waits, and the last word is the owner's."""
        return self._is_now and self.messages[-1].is_answer

    @property
    def question(self) -> Message | None:
        """The open question."""
        return self.messages[-1] if self.is_asked else None

    @property
    def _is_now(self) -> bool:
        """What was said about an earlier submission is history."""
        return bool(self.messages) and self.messages[-1].request.state == Request.State.WAITING


NOTHING_SAID = Dialogue()


def dialogues(kind: str, ids: Collection[int], returns: Mapping[int, Return]) -> dict[int, Dialogue]:
    """The dialogue about each subject that was asked about or returned. One statement, none without ids."""
    found = questions(kind, ids) if ids else {}
    return {pk: Dialogue(found.get(pk, ()), returns.get(pk)) for pk in {*found, *returns}}


def questions(kind: str, ids: Collection[int]) -> dict[int, list[Message]]:
    """What was asked and answered about each subject, oldest first, over all its submissions. One statement."""
    found = Message.objects.filter(request__subject_kind=kind, request__subject_id__any=ids)
    by_subject: dict[int, list[Message]] = {}
    for message in found.select_related("request").order_by("pk"):
        by_subject.setdefault(message.request.subject_id, []).append(message)
    return by_subject


def last_words() -> dict[tuple[str, int], bool]:
    """Whether the last word about each waiting subject that was asked about is an answer; by kind and id.

    One statement; few of all that waits is ever asked about.
    """
    latest = _latest_messages().values_list("request__subject_kind", "request__subject_id", "is_answer")
    return {(kind, subject_id): is_answer for kind, subject_id, is_answer in latest}


def last_questions(owner: StaffMember) -> list[Message]:
    """The open questions to a person, the oldest first; their requests are loaded. One statement."""
    asked = _latest_messages().filter(is_answer=False, request__owner=owner)
    return list(asked.select_related("request").order_by("pk"))


def _latest_messages() -> QuerySet[Message]:
    """The last word about each request that waits."""
    later = Message.objects.filter(request=OuterRef("request"), pk__gt=OuterRef("pk"))
    return Message.objects.filter(~Exists(later), request__state=Request.State.WAITING)


def seats(kind: str, ids: Collection[int]) -> dict[int, list[Seat]]:
    """Who was and is asked about each subject since its latest submission, in order. One statement."""
    newer = Request.objects.filter(
        subject_kind=kind, subject_id=OuterRef("request__subject_id"), pk__gt=OuterRef("request")
    )
    found = Seat.objects.filter(~Exists(newer), request__subject_kind=kind, request__subject_id__in=ids)
    by_subject: dict[int, list[Seat]] = {}
    for seat in found.select_related("request", "step", "waits_for", "role").order_by("position", "pk"):
        by_subject.setdefault(seat.request.subject_id, []).append(seat)
    return by_subject


def story(kind: str, subject_id: int) -> QuerySet[Decision]:
    """All decisions on one subject, oldest first."""
    return Decision.objects.filter(request__subject_kind=kind, request__subject_id=subject_id).order_by("pk")


def standing(kind: str) -> QuerySet[Decision]:
    """Approvals and returns that no later decision on the same subject has replaced."""
    later = Decision.objects.filter(
        request__subject_kind=kind, request__subject_id=OuterRef("request__subject_id"), pk__gt=OuterRef("pk")
    )
    made = Decision.objects.filter(request__subject_kind=kind).exclude(outcome=Decision.Outcome.UNAPPROVED)
    return made.filter(~Exists(later))


def decided_together(decision: Decision) -> QuerySet[Decision]:
    """What the same person decided in the same go, and still stands."""
    return standing(decision.request.subject_kind).filter(
        by=decision.by_id, at=decision.at, outcome=decision.outcome, reason=decision.reason
    )
