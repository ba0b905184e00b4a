"""Two connections at once: a line that is decided on and changed by two people has one winner."""

from typing import Any

import pytest
from django.utils import timezone

from approvals.certifying import Signature
from approvals.models import Decision, Request
from core.errors import Refusal
from people.models import User
from tests.cast import PASSWORD, TODAY, Cast, add_cast
from tests.timesheets.sheets import submit_week
from tests.two_connections import at_once
from timesheets.approving import approve_time, return_time
from timesheets.cutting import cut_billable
from timesheets.models import TimeEntry
from timesheets.recording import record_time
from timesheets.rows import RowKey
from timesheets.submitting import recall_time

State = TimeEntry.State


@pytest.fixture
def own_cast(own_firm: Any) -> Cast:
    return add_cast(User.objects.get(email="olu@hm.example"))


def approving(cast: Cast, entry: TimeEntry) -> Any:
    signature = Signature("Dana Ruiz", PASSWORD)
    return lambda: approve_time(
        entry_ids=[entry.pk],
        by=cast.manager,
        at=timezone.now(),
        signature=signature,
        seen={entry.pk: entry.version},
    )


def editing(cast: Cast, entry: TimeEntry) -> Any:
    """Recalls the line, then changes its hours: what its owner does in the week."""

    def edit() -> Any:
        staff, by = cast.member.staff_member, cast.member
        recall_time(staff=staff, entry_ids=[entry.pk], by=by, at=timezone.now())
        return record_time(
            staff=staff,
            row=RowKey(entry.task_id, entry.labor_code_id),
            worked_on=entry.worked_on,
            by=by,
            on=TODAY,
            text="3",
            version=entry.version + 1,
        )

    return edit


def test_a_line_approved_and_edited_at_once_has_one_winner(own_firm: Any, own_cast: Cast) -> None:
    for entry in submit_week(own_cast):
        results = at_once(own_firm, approving(own_cast, entry), editing(own_cast, entry))
        refused = [result for result in results if isinstance(result, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], Refusal), refused
        entry.refresh_from_db()
        assert (entry.state, entry.worked_minutes) in {(State.APPROVED, 480), (State.DRAFT, 180)}


def test_a_line_approved_and_cut_at_once_is_never_approved_unread(own_firm: Any, own_cast: Cast) -> None:
    for entry in submit_week(own_cast):

        def cutting(entry: TimeEntry = entry) -> Any:
            return cut_billable(
                entry=entry,
                billable_minutes=60,
                reason="Rework",
                by=own_cast.manager,
                at=timezone.now(),
                version=entry.version,
            )

        results = at_once(own_firm, approving(own_cast, entry), cutting)
        refused = [result for result in results if isinstance(result, Exception)]
        assert [isinstance(each, Refusal) for each in refused] == [True]
        entry.refresh_from_db()
        assert (entry.state, entry.billable_minutes) in {(State.APPROVED, 480), (State.SUBMITTED, 60)}


def test_two_people_deciding_at_once_decide_once(own_firm: Any, own_cast: Cast) -> None:
    (entry, *_) = submit_week(own_cast)
    returning = lambda: return_time(  # noqa: E731
        entry_ids=[entry.pk], reason="No.", by=own_cast.owner, at=timezone.now()
    )
    results = at_once(own_firm, approving(own_cast, entry), returning)
    assert sum(isinstance(result, Refusal) for result in results) == 1
    entry.refresh_from_db()
    assert entry.state in {State.APPROVED, State.REJECTED}


def test_two_people_approving_at_once_approve_once(own_firm: Any, own_cast: Cast) -> None:
    for entry in submit_week(own_cast):
        theirs = Signature("Olu Hartwell", PASSWORD)
        results = at_once(
            own_firm,
            approving(own_cast, entry),
            lambda entry=entry, theirs=theirs: approve_time(
                entry_ids=[entry.pk], by=own_cast.owner, at=timezone.now(), signature=theirs
            ),
        )
        assert sum(isinstance(result, Refusal) for result in results) == 1, results
        assert Decision.objects.filter(request__subject_id=entry.pk).count() == 1
        entry.refresh_from_db()
        assert entry.state == State.APPROVED


def test_a_line_approved_and_recalled_at_once_is_one_or_the_other(own_firm: Any, own_cast: Cast) -> None:
    for entry in submit_week(own_cast):
        results = at_once(
            own_firm,
            approving(own_cast, entry),
            lambda entry=entry: recall_time(
                staff=own_cast.member.staff_member,
                entry_ids=[entry.pk],
                by=own_cast.member,
                at=timezone.now(),
            ),
        )
        assert sum(isinstance(result, Refusal) for result in results) == 1, results
        entry.refresh_from_db()
        state = Request.objects.filter(subject_id=entry.pk).latest("pk").state
        assert (entry.state, state) in {(State.APPROVED, "APPROVED"), (State.DRAFT, "WITHDRAWN")}
