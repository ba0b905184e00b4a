"""Approving and returning leave, step by step, and taking decisions back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.certifying import Signature
from approvals.deciding import ReasonIsMissing
from approvals.models import Decision, Policy, Request, Step
from core.errors import NotAllowed
from people.models import Role
from staffing.deciding_leave import (
    CannotBeTakenBack,
    LeaveSignatureIsMissing,
    NothingToDecide,
    decide_leave,
    take_back_leave,
)
from staffing.events import leave_approved
from staffing.models import LeaveRequest
from staffing.notifying import tell_approved
from staffing.requesting import cancel_leave, withdraw_leave
from staffing.required import required_minutes
from staffing.subjects import KIND
from staffing.waiting import waiting_rows
from tests.cast import NOW, PASSWORD, TODAY, Cast
from tests.staffing.deciding import approve, give_back
from tests.staffing.leave import DAY, MONDAY, TUESDAY, WEDNESDAY, ask

State = LeaveRequest.State


def state_of(request: LeaveRequest) -> str:
    return LeaveRequest.objects.get(pk=request.pk).state


def test_the_line_manager_approves(cast: Cast) -> None:
    request = ask(cast.member)
    assert list(waiting_rows(cast.manager, TODAY)) == [request]
    assert approve(cast.manager, request).request_ids == [request.pk]
    assert state_of(request) == State.APPROVED
    assert not waiting_rows(cast.manager, TODAY).exists()


def test_returning_needs_a_reason(cast: Cast) -> None:
    request = ask(cast.member)
    with pytest.raises(ReasonIsMissing):
        give_back(cast.manager, request, "  ")
    give_back(cast.manager, request, "The bid is due that day")
    assert state_of(request) == State.REJECTED


def test_nobody_decides_without_being_asked(cast: Cast) -> None:
    request = ask(cast.member)
    with pytest.raises(NotAllowed):
        approve(cast.member, request)
    with pytest.raises(NotAllowed):
        approve(cast.finance, request)
    mine = ask(cast.manager)
    with pytest.raises(NothingToDecide, match="own"):
        approve(cast.manager, mine)
    assert not waiting_rows(cast.manager, TODAY).filter(pk=mine.pk).exists()


def test_whoever_manages_leave_decides_on_all_but_their_own(cast: Cast) -> None:
    request = ask(cast.member)
    assert request in waiting_rows(cast.owner, TODAY)
    assert request not in waiting_rows(cast.owner, TODAY, mine_only=True)
    assert approve(cast.owner, request).request_ids == [request.pk]


def test_every_step_must_approve(cast: Cast) -> None:
    policy = Policy.objects.get(subject_kind=KIND)
    Step.objects.create(
        policy=policy, position=2, source=Step.Source.ROLE, role=Role.objects.get(name="Finance")
    )
    request = ask(cast.member)
    decided = approve(cast.manager, request)
    assert (decided.request_ids, decided.waiting_ids) == ([], [request.pk])
    assert state_of(request) == State.SUBMITTED
    # Finance holds no right to approve leave, and is asked by the policy.
    assert approve(cast.finance, request).request_ids == [request.pk]


def test_a_policy_that_requires_nothing_approves_at_once(cast: Cast) -> None:
    policy = Policy.objects.get(subject_kind=KIND)
    policy.steps.update(is_retired=True)
    Policy.objects.filter(pk=policy.pk).update(is_required=False)
    assert ask(cast.member).state == State.APPROVED


def test_a_step_may_ask_for_a_signature(cast: Cast) -> None:
    Step.objects.filter(policy__subject_kind=KIND).update(certification=Step.Certification.PASSWORD)
    request = ask(cast.member)
    with pytest.raises(LeaveSignatureIsMissing):
        approve(cast.manager, request)
    decide_leave(
        request_ids=[request.pk],
        outcome=Decision.Outcome.APPROVED,
        by=cast.manager,
        at=NOW,
        signature=Signature("Dana Ruiz", PASSWORD),
    )
    assert Decision.objects.get(request__subject_kind=KIND).certification is not None


def test_nobody_approves_what_they_have_not_read(cast: Cast) -> None:
    one, two = ask(cast.member, MONDAY), ask(cast.member, TUESDAY)
    LeaveRequest.objects.filter(pk=two.pk).update(version=2)
    decided = decide_leave(
        request_ids=[one.pk, two.pk],
        outcome=Decision.Outcome.APPROVED,
        by=cast.manager,
        at=NOW,
        seen={one.pk: 1, two.pk: 1},
    )
    assert decided.request_ids == [one.pk]
    assert decided.skipped == {two.pk: "It was changed since you read it."}


def test_many_cost_as_many_statements_as_one(cast: Cast, django_assert_max_num_queries: Any) -> None:
    # But for the mails, of which each request gets one.
    leave_approved.disconnect(dispatch_uid="leave-approved")
    try:
        requests = [ask(cast.member, on, ends_at_noon=True) for on in (MONDAY, TUESDAY, WEDNESDAY)]
        with CaptureQueriesContext(connection) as one:
            approve(cast.manager, requests[0])
        with django_assert_max_num_queries(len(one)):
            approve(cast.manager, *requests[1:])
    finally:
        leave_approved.connect(tell_approved, dispatch_uid="leave-approved")


def test_taking_back_is_the_inverse(cast: Cast) -> None:
    request = ask(cast.member)
    approve(cast.manager, request)
    with pytest.raises(NotAllowed):
        take_back_leave(request_ids=[request.pk], by=cast.member, at=NOW)
    assert take_back_leave(request_ids=[request.pk], by=cast.manager, at=NOW) == [request.pk]
    assert state_of(request) == State.SUBMITTED
    assert Request.objects.waiting().filter(subject_kind=KIND).count() == 1
    assert approve(cast.manager, request).request_ids == [request.pk]


def test_taking_back_a_cancellation_brings_the_leave_back(cast: Cast) -> None:
    staff, request = cast.member.staff_member, ask(cast.member)
    approve(cast.manager, request)
    request.refresh_from_db()
    wish = cancel_leave(request=request, by=cast.member, on=TODAY, at=NOW)
    approve(cast.manager, wish)
    assert required_minutes(staff, MONDAY, MONDAY) == {MONDAY: DAY}
    take_back_leave(request_ids=[wish.pk], by=cast.manager, at=NOW)
    assert (state_of(request), state_of(wish)) == (State.APPROVED, State.SUBMITTED)
    assert required_minutes(staff, MONDAY, MONDAY) == {MONDAY: 0}


def test_what_was_built_upon_cannot_be_taken_back(cast: Cast) -> None:
    request = ask(cast.member)
    approve(cast.manager, request)
    request.refresh_from_db()
    wish = cancel_leave(request=request, by=cast.member, on=TODAY, at=NOW)
    with pytest.raises(CannotBeTakenBack):
        take_back_leave(request_ids=[request.pk], by=cast.manager, at=NOW)
    withdraw_leave(request=wish, by=cast.member, at=NOW)
    with pytest.raises(NothingToDecide):
        take_back_leave(request_ids=[wish.pk], by=cast.manager, at=NOW)
    assert take_back_leave(request_ids=[request.pk], by=cast.manager, at=NOW) == [request.pk]
