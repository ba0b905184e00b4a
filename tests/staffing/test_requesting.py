"""Asking for leave, changing it, taking it back and canceling it."""

from datetime import date, timedelta
from typing import Any

import pytest

from approvals.models import Delegation, Request
from core.errors import Conflict, NotAllowed
from people.models import Holiday, User
from staffing.checking import LeaveIsWrong, NotEnoughLeave
from staffing.models import LeaveAdjustment, LeaveRequest
from staffing.promises import LeaveOverlaps
from staffing.requesting import (
    LeaveCannotChange,
    cancel_leave,
    change_leave,
    request_leave,
    withdraw_leave,
)
from staffing.required import required_minutes
from staffing.subjects import KIND
from tests.cast import NOW, TODAY, Cast
from tests.staffing.deciding import approve, give_back
from tests.staffing.leave import DAY, FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, ask, days, kind

State = LeaveRequest.State


def change(request: LeaveRequest, user: User, *span: date, **more: Any) -> LeaveRequest:
    return change_leave(
        request=request, days=days(*span, **more), by=user, on=TODAY, at=NOW, version=request.version
    )


def test_it_waits_for_the_line_manager(cast: Cast) -> None:
    request = ask(cast.member, MONDAY, FRIDAY, note="  Skiing ")
    asked = Request.objects.get(subject_kind=KIND, subject_id=request.pk)
    assert (request.state, request.note) == (State.SUBMITTED, "Skiing")
    assert (asked.owner, asked.waits_for) == (cast.member.staff_member, cast.manager.staff_member)
    # Until it is approved, everything is required as before.
    assert sum(required_minutes(cast.member.staff_member, MONDAY, FRIDAY).values()) == 5 * DAY


def test_what_needs_no_approval_is_in_force_at_once(cast: Cast) -> None:
    request = ask(cast.member, MONDAY, of="Sick leave")
    assert request.state == State.APPROVED
    assert not Request.objects.filter(subject_kind=KIND).exists()
    assert required_minutes(cast.member.staff_member, MONDAY, MONDAY) == {MONDAY: 0}


def test_others_leave_takes_the_right(cast: Cast) -> None:
    asked = days(MONDAY)
    with pytest.raises(NotAllowed):
        request_leave(staff=cast.member.staff_member, days=asked, by=cast.manager, on=TODAY, at=NOW)
    made = request_leave(staff=cast.member.staff_member, days=asked, by=cast.owner, on=TODAY, at=NOW)
    assert (made.staff, made.requested_by_name) == (cast.member.staff_member, cast.owner.name)


@pytest.mark.parametrize(
    ("first", "last", "more", "words"),
    [
        (FRIDAY, MONDAY, {}, "before the first"),
        (date(2026, 12, 5), date(2026, 12, 6), {}, "nothing to work"),
        (date(2026, 12, 25), date(2026, 12, 25), {}, "nothing to work"),
        (MONDAY, MONDAY, {"starts_at_noon": True, "ends_at_noon": True}, "morning, the afternoon or"),
        (MONDAY, MONDAY + timedelta(days=366), {}, "a year at most"),
        (date(2025, 12, 31), date(2025, 12, 31), {}, "counted from Thu 1 Jan 2026"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    cast: Cast, first: date, last: date, more: dict[str, bool], words: str
) -> None:
    Holiday.objects.create(name="Christmas Day", on=date(2026, 12, 25))
    with pytest.raises(LeaveIsWrong, match=words):
        ask(cast.member, first, last, **more)


def test_half_days_only_where_the_kind_has_them(cast: Cast) -> None:
    kind(allows_half_days=False)
    with pytest.raises(LeaveIsWrong, match="whole days"):
        ask(cast.member, MONDAY, TUESDAY, ends_at_noon=True)


def test_overlaps_are_refused_but_the_other_half_of_a_day_is_free(cast: Cast) -> None:
    ask(cast.member, MONDAY, WEDNESDAY, ends_at_noon=True)
    with pytest.raises(LeaveOverlaps):
        ask(cast.member, WEDNESDAY, THURSDAY)
    assert ask(cast.member, WEDNESDAY, THURSDAY, starts_at_noon=True).pk


def test_what_waits_counts_against_the_balance_too(cast: Cast) -> None:
    # Twenty days in 2026: nineteen are asked for in spring, two in December are one too many.
    kind(allows_half_days=True)
    ask(cast.member, date(2026, 4, 6), date(2026, 4, 30))
    with pytest.raises(NotEnoughLeave, match="too little"):
        ask(cast.member, MONDAY, TUESDAY)
    ask(cast.member, MONDAY)
    with pytest.raises(NotEnoughLeave):
        ask(cast.member, TUESDAY, TUESDAY, ends_at_noon=True)


def test_earlier_days_may_not_use_up_what_later_leave_needs(cast: Cast) -> None:
    ask(cast.member, date(2026, 12, 1), date(2026, 12, 28))
    with pytest.raises(NotEnoughLeave):
        ask(cast.member, date(2026, 2, 2))


def test_next_years_allowance_is_there_for_next_year(cast: Cast) -> None:
    ask(cast.member, date(2026, 4, 6), date(2026, 5, 1))
    assert ask(cast.member, date(2027, 1, 4), date(2027, 1, 8)).pk
    with pytest.raises(NotEnoughLeave):
        ask(cast.member, date(2026, 12, 31), date(2027, 1, 1))


def test_a_kind_may_let_the_balance_go_below_zero(cast: Cast) -> None:
    kind(allows_negative=True)
    assert ask(cast.member, date(2026, 4, 6), date(2026, 5, 29)).pk


def test_a_correction_gives_more(cast: Cast) -> None:
    ask(cast.member, date(2026, 4, 6), date(2026, 5, 1))
    LeaveAdjustment.objects.create(
        staff=cast.member.staff_member, leave_type=kind(), on=TODAY, minutes=DAY, reason="Fair in May"
    )
    assert ask(cast.member, MONDAY).pk
    with pytest.raises(NotEnoughLeave):
        ask(cast.member, TUESDAY)


def test_withdrawing_frees_the_days(cast: Cast) -> None:
    request = withdraw_leave(request=ask(cast.member), by=cast.member, at=NOW)
    assert request.state == State.WITHDRAWN
    assert ask(cast.member).state == State.SUBMITTED
    with pytest.raises(LeaveCannotChange):
        withdraw_leave(request=request, by=cast.member, at=NOW)


def test_a_waiting_request_is_changed_in_place(cast: Cast) -> None:
    request = ask(cast.member, MONDAY, FRIDAY)
    changed = change(request, cast.member, TUESDAY, THURSDAY)
    assert (changed.pk, changed.version, changed.starts_on) == (request.pk, 2, TUESDAY)
    states = Request.objects.filter(subject_kind=KIND, subject_id=request.pk).order_by("pk")
    assert [each.state for each in states] == ["WITHDRAWN", "WAITING"]
    with pytest.raises(Conflict):
        change(request, cast.member, MONDAY)


def test_a_returned_request_is_corrected_and_waits_again(cast: Cast) -> None:
    request = ask(cast.member, MONDAY, FRIDAY)
    give_back(cast.manager, request, "Not that week")
    request.refresh_from_db()
    assert request.state == State.REJECTED
    assert change(request, cast.member, MONDAY).state == State.SUBMITTED


def test_approved_leave_stays_in_force_until_its_change_is_approved(cast: Cast) -> None:
    staff, request = cast.member.staff_member, ask(cast.member, MONDAY, WEDNESDAY)
    approve(cast.manager, request)
    request.refresh_from_db()
    changed = change(request, cast.member, TUESDAY, FRIDAY)
    assert (changed.kind, changed.replaces_id, changed.state) == ("CHANGE", request.pk, State.SUBMITTED)
    assert list(required_minutes(staff, MONDAY, FRIDAY).values()) == [0, 0, 0, DAY, DAY]
    with pytest.raises(LeaveCannotChange, match="already"):
        cancel_leave(request=request, by=cast.member, on=TODAY, at=NOW)
    approve(cast.manager, changed)
    request.refresh_from_db()
    assert request.state == State.REPLACED
    assert list(required_minutes(staff, MONDAY, FRIDAY).values()) == [DAY, 0, 0, 0, 0]


def test_a_returned_change_leaves_the_leave_as_it_was(cast: Cast) -> None:
    request = ask(cast.member, MONDAY, WEDNESDAY)
    approve(cast.manager, request)
    request.refresh_from_db()
    give_back(cast.manager, change(request, cast.member, FRIDAY), "Then we are alone")
    request.refresh_from_db()
    assert request.is_in_force


def test_a_change_may_not_lie_over_other_leave(cast: Cast) -> None:
    request = ask(cast.member, MONDAY)
    approve(cast.manager, request)
    ask(cast.member, THURSDAY, FRIDAY)
    request.refresh_from_db()
    with pytest.raises(LeaveIsWrong, match="Another request"):
        change(request, cast.member, MONDAY, THURSDAY)
    # Over its own days it may.
    assert change(request, cast.member, MONDAY, TUESDAY).pk


def test_canceling_approved_leave_ahead_needs_approval(cast: Cast) -> None:
    staff, request = cast.member.staff_member, ask(cast.member, MONDAY)
    approve(cast.manager, request)
    request.refresh_from_db()
    wish = cancel_leave(request=request, by=cast.member, on=TODAY, at=NOW, note="The trip is off")
    assert (wish.kind, wish.state) == ("CANCELLATION", State.SUBMITTED)
    assert required_minutes(staff, MONDAY, MONDAY) == {MONDAY: 0}
    approve(cast.manager, wish)
    request.refresh_from_db()
    assert request.state == State.CANCELED
    assert required_minutes(staff, MONDAY, MONDAY) == {MONDAY: DAY}
    assert ask(cast.member, MONDAY).pk


def test_what_needs_no_approval_is_canceled_at_once(cast: Cast) -> None:
    request = ask(cast.member, MONDAY, of="Sick leave")
    assert cancel_leave(request=request, by=cast.member, on=TODAY, at=NOW).state == State.CANCELED


def test_leave_that_is_over_is_corrected_by_whoever_manages_leave(cast: Cast) -> None:
    past = date(2026, 11, 16)
    request = ask(cast.member, past, past + timedelta(days=4))
    approve(cast.manager, request)
    request.refresh_from_db()
    with pytest.raises(LeaveCannotChange, match="over"):
        change(request, cast.member, past)
    with pytest.raises(LeaveCannotChange, match="over"):
        cancel_leave(request=request, by=cast.member, on=TODAY, at=NOW)
    changed = change(request, cast.owner, past, past + timedelta(days=1))
    assert changed.is_in_force
    assert cancel_leave(request=changed, by=cast.owner, on=TODAY, at=NOW).state == State.CANCELED


def test_somebody_decides_in_the_persons_place_while_they_are_away(cast: Cast) -> None:
    request_leave(
        staff=cast.manager.staff_member,
        days=days(MONDAY, FRIDAY),
        by=cast.manager,
        on=TODAY,
        at=NOW,
        delegate_to=cast.owner.staff_member,
    )
    handed = Delegation.objects.get()
    assert (handed.approver, handed.delegate) == (cast.manager.staff_member, cast.owner.staff_member)
    assert (handed.starts_on, handed.ends_on) == (MONDAY, FRIDAY)
