"""Questions that approvers have put to a person, over everything that can be asked about."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from approvals.desks import Desk, Topic
from approvals.history import last_questions
from billing.desk import INVOICES
from people.models import User
from staffing.desk import LEAVE
from timesheets.desk import TIME
from timesheets.expenses.desk import EXPENSES

DESKS: dict[str, Desk] = {desk.kind: desk for desk in (TIME, EXPENSES, LEAVE, INVOICES)}


@dataclass(frozen=True)
class Asked:
    """One open question to the person, and what it is about."""

    topic: Topic
    text: str
    by_name: str
    at: datetime


def questions_to(user: User) -> list[Asked]:
    """What the person has to answer, the oldest first. One statement, and one for each kind that is asked about."""
    if user.staff_member is None:
        return []
    asked = last_questions(user.staff_member)
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for message in asked:
        ids[message.request.subject_kind].append(message.request.subject_id)
    topics = {kind: DESKS[kind].topics(found, user) for kind, found in ids.items() if kind in DESKS}
    return [
        Asked(topic, message.text, message.by_name, message.at)
        for message in asked
        if (topic := topics.get(message.request.subject_kind, {}).get(message.request.subject_id))
    ]
