"""Un-approving until billed or posted, the undo of one's own, and changing minutes with rights of their own."""

from datetime import timedelta

import pytest

from approvals.certifying import Signature
from approvals.deciding import ReasonIsMissing
from billing.drafting import draft_invoice
from billing.issuing import issue_invoice
from core.errors import Conflict, NotAllowed
from core.models import Action, Change
from people.models import Role
from tests.cast import NOW, PASSWORD, TODAY, Cast, add_person
from tests.timesheets.sheets import submit_week
from timesheets.approvals_story import story_of
from timesheets.approving import approve_time
from timesheets.cutting import WorkedIsWrong, change_worked, cut_billable
from timesheets.days import DayIsFull
from timesheets.models import TimeEntry
from timesheets.unapproving import IsFinal, take_back, unapprove_time

State = TimeEntry.State
DANA = Signature("Dana Ruiz", PASSWORD)


def without(role: str, right: str) -> None:
    found = Role.objects.get(name=role)
    found.rights = [each for each in found.rights if each != right]
    found.save()


def approved(cast: Cast) -> list[int]:
    entries = submit_week(cast)
    return approve_time(
        entry_ids=[entry.pk for entry in entries], by=cast.manager, at=NOW, signature=DANA
    ).entry_ids


def test_an_approval_is_taken_back_with_right_and_reason(cast: Cast) -> None:
    ids = approved(cast)
    with pytest.raises(ReasonIsMissing):
        unapprove_time(entry_ids=ids, reason=" ", by=cast.finance, at=NOW)
    with pytest.raises(NotAllowed):
        unapprove_time(entry_ids=ids, reason="Mine", by=cast.member, at=NOW)
    assert sorted(unapprove_time(entry_ids=ids, reason="Wrong phase", by=cast.finance, at=NOW)) == sorted(ids)
    assert set(TimeEntry.objects.values_list("state", flat=True)) == {State.SUBMITTED}
    assert Action.objects.get(verb="time.unapprove").why == "Wrong phase"


def test_a_stranger_with_the_right_sees_nothing_to_take_back(cast: Cast) -> None:
    ids = approved(cast)
    other = add_person("Lea Ott", "lea@hm.example", "Manager")
    with pytest.raises(NotAllowed):
        unapprove_time(entry_ids=ids, reason="Not mine", by=other, at=NOW)


def test_what_is_billed_stays_approved_and_names_its_invoice(cast: Cast, owner) -> None:
    ids = approved(cast)
    invoice = draft_invoice(project=cast.project, through=TODAY, by=cast.finance, on=TODAY)
    issue_invoice(invoice=invoice, by=cast.finance, on=TODAY, at=NOW)
    invoice.refresh_from_db()
    with pytest.raises(IsFinal, match=invoice.number):
        unapprove_time(entry_ids=ids[:1], reason="Wrong", by=cast.finance, at=NOW)
    with pytest.raises(IsFinal, match=invoice.number):
        take_back(entry_ids=ids, by=cast.manager, at=NOW)
    assert TimeEntry.objects.approved().count() == 5


def test_without_the_right_only_the_own_approval_of_a_moment_ago_is_undone(cast: Cast) -> None:
    without("Manager", "timesheets.unapprove")
    cast.manager.refresh_from_db()
    ids = approved(cast)
    with pytest.raises(NotAllowed):
        take_back(entry_ids=ids, by=cast.manager, at=NOW + timedelta(minutes=2))
    assert len(take_back(entry_ids=ids, by=cast.manager, at=NOW + timedelta(seconds=12))) == 5


def test_what_was_worked_is_changed_by_its_own_right_only_and_stands_in_the_history(cast: Cast) -> None:
    (entry, *_) = submit_week(cast)
    asked = {"entry": entry, "worked_minutes": 300, "at": NOW, "version": entry.version}
    for person in (cast.manager, cast.finance):
        with pytest.raises(NotAllowed):
            change_worked(reason="Left early", by=person, **asked)
    with pytest.raises(ReasonIsMissing):
        change_worked(reason="", by=cast.owner, **asked)
    changed = change_worked(reason="Left early", by=cast.owner, **asked)
    assert (changed.worked_minutes, changed.billable_minutes, changed.state) == (300, 300, State.SUBMITTED)
    kept = Change.objects.filter(table_name="timesheets_timeentry", row_id=str(entry.pk)).latest("pk")
    assert (kept.old["worked_minutes"], kept.new["worked_minutes"]) == (480, 300)
    event = story_of(TimeEntry.objects.filter(pk=entry.pk), "decimal")[0]
    assert (event.who, event.words, event.why) == ("Olu Hartwell", "Changed", "Left early")
    assert [(d.label, d.old, d.new) for d in event.differences] == [
        ("Worked", "8.00 h", "5.00 h"),
        ("Billable", "8.00 h", "5.00 h"),
    ]


def test_a_cut_survives_a_change_of_what_was_worked(cast: Cast) -> None:
    (entry, *_) = submit_week(cast)
    cut = cut_billable(
        entry=entry, billable_minutes=400, reason="Rework", by=cast.manager, at=NOW, version=entry.version
    )
    one = change_worked(
        entry=cut, worked_minutes=450, reason="Typo", by=cast.owner, at=NOW, version=cut.version
    )
    assert one.billable_minutes == 400
    two = change_worked(
        entry=one, worked_minutes=300, reason="Typo", by=cast.owner, at=NOW, version=one.version
    )
    assert two.billable_minutes == 300
    with pytest.raises(Conflict):
        change_worked(
            entry=two, worked_minutes=100, reason="Late", by=cast.owner, at=NOW, version=cut.version
        )


def test_the_24_hours_of_a_day_hold_for_approvers_too(cast: Cast) -> None:
    (entry, *_) = submit_week(cast, days=1)
    submit_week(cast, days=1, minutes=900)
    for minutes, refusal in ((600, DayIsFull), (0, WorkedIsWrong), (1441, WorkedIsWrong)):
        with pytest.raises(refusal):
            change_worked(
                entry=entry, worked_minutes=minutes, reason="x", by=cast.owner, at=NOW, version=entry.version
            )
