"""Asking about a line without returning it, and answering: the line goes on waiting, the dialogue stays with it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from approvals import asking
from core import audit
from core.errors import NotAllowed, Refusal
from core.promises import promises
from people.models import User
from timesheets.access import require_decider
from timesheets.approving import mandate_of
from timesheets.events import time_answered, time_asked
from timesheets.models import TimeEntry
from timesheets.subjects import KIND
from timesheets.waiting import waiting_requests

State = TimeEntry.State
LONGEST = 1000


class QuestionIsMissing(Refusal):
    sentence = "Type what you want to know."


class AnswerIsMissing(Refusal):
    sentence = "Type the answer."


class NothingToAsk(Refusal):
    """None of the lines waits for the person."""

    sentence = "None of these lines waits for your decision any more, so there is nothing to ask."


def ask_time(*, entry_ids: Sequence[int], text: str, by: User, at: datetime) -> list[int]:
    """Asks the owners about lines that wait for the person. The lines stay in the queue. Returns their ids.

    Lines that wait for somebody else are left out. Raises NotAllowed, QuestionIsMissing, NothingToAsk.
    """
    require_decider(by)
    text = text.strip()
    if not text:
        raise QuestionIsMissing(field="text")
    with promises(), transaction.atomic():
        mine = waiting_requests(by, at).filter(subject_id__in=list(entry_ids))
        entries = list(
            TimeEntry.objects.select_for_update(of=("self",))
            .filter(pk__in=mine.values("subject_id"), state=State.SUBMITTED)
            .select_related("project", "staff__user")
            .order_by("pk")
        )
        if not entries:
            raise NothingToAsk
        ids = [entry.pk for entry in entries]
        audit.acting("time.ask", by=by, why=text, entry_ids=ids)
        asking.ask(kind=KIND, ids=ids, text=text[:LONGEST], by=by, at=at, mandate=mandate_of(by))
        time_asked.send(sender=TimeEntry, entries=entries, by=by, at=at, text=text)
    return ids


def answer_time(*, entry: TimeEntry, text: str, by: User, at: datetime) -> None:
    """Answers the question about a line, as its owner. The line goes on waiting.

    Raises NotAllowed, AnswerIsMissing, and approvals' NoQuestion where nothing was asked or nothing waits any more.
    """
    if by.staff_member is None or by.staff_member.pk != entry.staff_id:
        raise NotAllowed("Only the person whose line it is answers.")
    text = text.strip()
    if not text:
        raise AnswerIsMissing(field="text")
    with promises(), transaction.atomic():
        audit.acting("time.answer", by=by, subject=entry, why=text)
        asking.answer(kind=KIND, subject_id=entry.pk, text=text[:LONGEST], by=by, at=at)
        time_answered.send(sender=TimeEntry, entry=entry, by=by, at=at, text=text)
