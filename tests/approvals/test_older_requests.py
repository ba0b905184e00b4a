"""Requests from before there were seats get theirs by the migration, and go on as if they had always had them."""

from importlib import import_module

import pytest
from django.db import connection

from approvals.deciding import reopen
from approvals.models import Decision, Request, Seat
from approvals.ports import Outcome
from approvals.submitting import AlreadyDecidedOn, withdraw
from people.models import Role, User
from tests.approvals.things import Source, approve, give_back, hand_in, make_policy, thing
from tests.cast import NOW, Cast

SEATS = import_module("approvals.migrations.0005_first_policies").SEATS


@pytest.fixture
def older(cast: Cast, owner: User) -> None:
    """Things 1 to 4 as of old: waiting for the first step, for the second, approved, returned."""
    finance = {"source": Source.ROLE, "role": Role.objects.get(name="Finance")}
    make_policy({"source": Source.LINE_MANAGER}, finance)
    things = [thing(cast, number) for number in range(1, 5)]
    hand_in(cast, *things)
    approve(cast.manager, *things[1:3])
    approve(cast.finance, things[2])
    give_back(cast.manager, things[3])
    Seat.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(SEATS)


def test_they_wait_where_they_waited(cast: Cast, older: None) -> None:
    assert approve(cast.manager, thing(cast, 1), thing(cast, 2)).outcomes == {1: Outcome.WAITING}
    assert approve(cast.finance, thing(cast, 1), thing(cast, 2)).outcomes == {
        1: Outcome.APPROVED,
        2: Outcome.APPROVED,
    }


def test_what_was_begun_cannot_be_recalled(cast: Cast, older: None) -> None:
    withdraw(kind="thing", ids=[1], at=NOW)
    with pytest.raises(AlreadyDecidedOn):
        withdraw(kind="thing", ids=[2], at=NOW)


def test_decisions_are_taken_back(cast: Cast, older: None) -> None:
    assert sorted(reopen(kind="thing", ids=[1, 2, 3, 4], by=cast.manager, at=NOW)) == [2, 3, 4]
    assert Request.objects.waiting().count() == 4
    waiting = {
        seat.request.subject_id: str(seat)
        for seat in Seat.objects.filter(state=Seat.State.WAITING).select_related(
            "request", "waits_for", "role"
        )
    }
    assert (waiting[1], waiting[3], waiting[4]) == ("Dana Ruiz", "Finance", "Dana Ruiz")
    assert Decision.objects.filter(outcome="UNAPPROVED").count() == 3
