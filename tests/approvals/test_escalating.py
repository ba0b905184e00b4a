"""After so many working days a reminder, then the approver's manager beside the approver: once, whoever runs it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.deciding import reopen
from approvals.escalating import Escalated, escalate, overdue
from approvals.events import escalated, reminder_due
from approvals.models import Seat
from approvals.ports import Outcome
from people.models import Holiday, User
from tests.approvals.things import Source, approve, hand_in, make_policy, seats_of, thing
from tests.cast import NOW, TODAY, Cast, add_cast
from tests.two_connections import at_once

# Wednesday 25 November is the day of submission.
FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 17, tzinfo=UTC)


@pytest.fixture
def heard() -> Iterator[list[tuple[str, list[str]]]]:
    """What was announced: reminders and escalations, with whom they are for."""
    facts: list[tuple[str, list[str]]] = []

    def hear(sender: object, *, signal: Any, seats: list[Seat], **rest: Any) -> None:
        facts.append(("reminded" if signal is reminder_due else "escalated", [str(seat) for seat in seats]))

    for signal in (reminder_due, escalated):
        signal.connect(hear)
    yield facts
    for signal in (reminder_due, escalated):
        signal.disconnect(hear)


def policy(**days: int) -> None:
    make_policy({"source": Source.LINE_MANAGER}, **days)


def test_a_reminder_then_the_manager_and_each_once(cast: Cast, heard: list[Any]) -> None:
    policy(reminds_after_days=1, escalates_after_days=2)
    (request,) = hand_in(cast, thing(cast))
    runs = [escalate(at=noon(TODAY + timedelta(days=days))) for days in (0, 1, 1, 2, 2, 9)]
    assert runs == [
        Escalated(),
        Escalated(reminded=1),
        Escalated(),
        Escalated(escalated=1),
        Escalated(),
        # The manager is reminded too, and nobody above is asked.
        Escalated(reminded=1),
    ]
    assert heard == [
        ("reminded", ["Dana Ruiz"]),
        ("escalated", ["Olu Hartwell"]),
        ("reminded", ["Olu Hartwell"]),
    ]
    assert seats_of(request) == [(1, "Dana Ruiz", "WAITING"), (1, "Olu Hartwell", "WAITING")]


@pytest.mark.parametrize("decider", ["manager", "owner"])
def test_either_decides_and_the_other_is_not_asked_any_more(cast: Cast, owner: User, decider: str) -> None:
    policy(escalates_after_days=1)
    it = thing(cast)
    (request,) = hand_in(cast, it)
    escalate(at=noon(TODAY + timedelta(days=1)))
    by = owner if decider == "owner" else cast.manager
    assert approve(by, it).outcomes == {1: Outcome.APPROVED}
    assert sorted(state for _, _, state in seats_of(request)) == ["APPROVED", "SKIPPED"]
    reopen(kind="thing", ids=[1], by=by, at=NOW)
    assert [state for _, _, state in seats_of(request)] == ["WAITING", "WAITING"]


def test_weekends_and_holidays_do_not_count(cast: Cast) -> None:
    policy(escalates_after_days=2)
    hand_in(cast, thing(cast))
    Holiday.objects.create(name="Thanksgiving", on=date(2026, 11, 26))
    assert [late.days for late in overdue(FRIDAY)] == []
    assert [late.days for late in overdue(date(2026, 11, 29))] == []
    assert [late.days for late in overdue(MONDAY, "thing")] == [2]
    assert overdue(MONDAY, "something else") == []


def test_without_limits_nothing_is_overdue(cast: Cast) -> None:
    policy()
    hand_in(cast, thing(cast))
    assert overdue(date(2027, 11, 25)) == []


def test_nobody_is_asked_about_their_own_by_escalation(cast: Cast, owner: User) -> None:
    make_policy({"source": Source.PROJECT_LEAD}, escalates_after_days=1)
    (request,) = hand_in(cast, thing(cast, lead=cast.member, owner=cast.manager))
    assert escalate(at=noon(MONDAY)) == Escalated()
    assert seats_of(request) == [(1, "Priya Raman", "WAITING")]


def test_what_is_decided_is_not_escalated(cast: Cast) -> None:
    policy(escalates_after_days=1)
    hand_in(cast, thing(cast))
    approve(cast.manager, thing(cast))
    assert escalate(at=noon(MONDAY)) == Escalated()


def test_many_take_as_many_statements_as_two(cast: Cast) -> None:
    policy(escalates_after_days=1)
    counts = []
    for ids in (range(1, 3), range(3, 40)):
        hand_in(cast, *[thing(cast, number) for number in ids])
        with CaptureQueriesContext(connection) as captured:
            assert escalate(at=noon(MONDAY)).escalated == len(ids)
        counts.append(len(captured))
    # The manager's mail of the day is written already.
    assert counts[1] <= counts[0]


def test_two_schedules_at_once_ask_the_manager_once(own_firm: Any) -> None:
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    policy(escalates_after_days=1)
    (request,) = hand_in(cast, thing(cast))
    runs = at_once(own_firm, *[lambda: escalate(at=noon(MONDAY))] * 4)
    assert sum(run.escalated for run in runs) == 1
    assert len(seats_of(request)) == 2
