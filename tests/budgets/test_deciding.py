"""Deciding on a queue of many people costs as many statements as deciding on one of few."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from approvals.certifying import Signature
from approvals.models import Policy, Step
from approvals.submitting import submit
from people.models import User
from tests.cast import PASSWORD, Cast, add_person
from tests.timesheets.sheets import MONDAY
from timesheets.approving import approve_time, return_time
from timesheets.models import TimeEntry
from timesheets.subjects import KIND, subject_of
from timesheets.unapproving import take_back

LINES = 8


@pytest.fixture
def people(cast: Cast) -> list[User]:
    """Fifty who report to the manager."""
    lead = cast.manager.staff_member
    return [add_person(f"Person {n:02}", f"p{n}@hm.example", "Staff", manager=lead) for n in range(50)]


def hand_in(cast: Cast, people: list[User]) -> list[int]:
    """Eight submitted lines of each."""
    at = timezone.now()
    made = TimeEntry.objects.bulk_create(
        TimeEntry(
            staff=person.staff_member,
            project=cast.project,
            task=cast.design,
            labor_code=cast.engineering,
            worked_on=MONDAY + timedelta(days=n % 5),
            worked_minutes=60,
            billable_minutes=60,
            is_billable=True,
            state=TimeEntry.State.SUBMITTED,
        )
        for person in people
        for n in range(LINES)
    )
    ids = [entry.pk for entry in made]
    entries = TimeEntry.objects.filter(pk__in=ids).select_related("project", "staff")
    submit(subjects=[subject_of(entry) for entry in entries], by=cast.owner, at=at)
    return ids


def shapes(work: Any) -> Counter[str]:
    """How often each statement is made, by its first words. Without those that begin and end transactions, and without
    mails, of which everybody who gets lines back has their own."""
    made: Counter[str] = Counter()

    def note(execute: Any, statement: Any, *rest: Any) -> Any:
        words = str(statement).split()[:4]
        is_mail = "core_mail" in str(statement) or "core_outboxrow" in str(statement)
        if words[0] in ("SELECT", "INSERT", "UPDATE", "DELETE") and not is_mail:
            made[" ".join(words)] += 1
        return execute(statement, *rest)

    with connection.execute_wrapper(note):
        work()
    return made


def test_approving_returning_and_taking_back(cast: Cast, people: list[User]) -> None:
    Step.objects.create(
        policy=Policy.objects.get(subject_kind=KIND), position=2, source=Step.Source.PERSON,
        person=cast.finance.staff_member, certification=Step.Certification.PASSWORD,
    )  # fmt: skip
    signature = Signature(cast.manager.name, PASSWORD)
    acts = {
        "approve": lambda ids, by: approve_time(entry_ids=ids, by=by, at=timezone.now(), signature=signature),
        "take back": lambda ids, by: take_back(entry_ids=ids, by=by, at=timezone.now()),
        "return": lambda ids, by: return_time(entry_ids=ids, reason="Which site?", by=by, at=timezone.now()),
    }
    few, many = hand_in(cast, people[:5]), hand_in(cast, people[5:])
    for name, act in acts.items():
        # Somebody fresh each time, who remembers no rights.
        made = [
            shapes(lambda ids=ids, act=act: act(ids, User.objects.get(pk=cast.manager.pk)))
            for ids in (few, many)
        ]
        assert made[0] == made[1], (name, made[1] - made[0])
