"""Two connections: two approvers, and an approver against the owner who withdraws. One order of things, none lost."""

from typing import Any

import pytest
from django.utils import timezone

from approvals.deciding import Result, reopen
from approvals.models import Decision, Request
from approvals.ports import Outcome
from approvals.submitting import AlreadyDecidedOn, withdraw
from people.models import Role, User
from tests.approvals.things import Source, approve, give_back, hand_in, make_policy, seats_of, thing
from tests.cast import Cast, add_cast
from tests.two_connections import at_once

ROUNDS = range(1, 6)


@pytest.fixture
def own_cast(own_firm: Any) -> Cast:
    return add_cast(User.objects.get(email="olu@hm.example"))


def side_by_side() -> None:
    finance = {"source": Source.ROLE, "role": Role.objects.get(name="Finance"), "position": 1}
    make_policy({"source": Source.LINE_MANAGER, "position": 1}, finance)


def test_two_approvers_side_by_side_finish_it_exactly_once(own_firm: Any, own_cast: Cast) -> None:
    side_by_side()
    for number in ROUNDS:
        it = thing(own_cast, number)
        (request,) = hand_in(own_cast, it)
        results = at_once(
            own_firm, lambda it=it: approve(own_cast.manager, it), lambda it=it: approve(own_cast.finance, it)
        )
        outcomes = sorted(outcome for result in results for outcome in result.outcomes.values())
        assert outcomes == [Outcome.APPROVED, Outcome.WAITING], results
        request.refresh_from_db()
        assert request.state == Request.State.APPROVED
        assert [state for _, _, state in seats_of(request)] == ["APPROVED", "APPROVED"]


def test_the_same_seat_is_decided_once(own_firm: Any, own_cast: Cast) -> None:
    make_policy({"source": Source.LINE_MANAGER})
    for number in ROUNDS:
        it = thing(own_cast, number)
        hand_in(own_cast, it)
        results: list[Result] = at_once(
            own_firm,
            lambda it=it: approve(own_cast.manager, it),
            lambda it=it: give_back(own_cast.manager, it),
        )
        assert sorted(len(result.outcomes) for result in results) == [0, 1]
        assert Decision.objects.filter(request__subject_id=number).count() == 1


def test_approving_against_withdrawing_has_one_winner(own_firm: Any, own_cast: Cast) -> None:
    side_by_side()
    for number in ROUNDS:
        it = thing(own_cast, number)
        (request,) = hand_in(own_cast, it)
        approved, withdrawn = at_once(
            own_firm,
            lambda it=it: approve(own_cast.manager, it),
            lambda number=number: withdraw(kind="thing", ids=[number], at=timezone.now()),
        )
        request.refresh_from_db()
        if isinstance(withdrawn, AlreadyDecidedOn):
            assert (approved.outcomes, request.state) == ({number: Outcome.WAITING}, Request.State.WAITING)
        else:
            assert withdrawn is None
            assert (approved.outcomes, request.state) == ({}, Request.State.WITHDRAWN)
            assert {state for _, _, state in seats_of(request)} == {"SKIPPED"}


def test_taking_back_against_the_next_step_loses_no_seat(own_firm: Any, own_cast: Cast) -> None:
    owner = User.objects.get(email="olu@hm.example")
    make_policy({"source": Source.PROJECT_LEAD}, {"source": Source.LINE_MANAGER})
    for number in ROUNDS:
        it = thing(own_cast, number, lead=owner)
        (request,) = hand_in(own_cast, it)
        approve(owner, it)
        approved, again = at_once(
            own_firm,
            lambda it=it: approve(own_cast.manager, it),
            lambda number=number: reopen(kind="thing", ids=[number], by=owner, at=timezone.now()),
        )
        assert not isinstance(approved, Exception), approved
        assert again == [number]
        request.refresh_from_db()
        states = [state for _, _, state in seats_of(request)]
        # Either the second step was decided and then taken back, or the first one was before it could be.
        assert states == (["APPROVED", "WAITING"] if approved.outcomes else ["WAITING"])
        assert request.state == Request.State.WAITING
