"""Approving, returning and taking back: lines, not weeks."""

from datetime import timedelta

import pytest

from approvals.certifying import Signature, SignatureIsWrong, lines_hash
from approvals.deciding import ReasonIsMissing
from approvals.history import last_returns
from approvals.models import Certification, Decision
from core.errors import Conflict, NotAllowed
from tests.cast import NOW, PASSWORD, TODAY
from tests.timesheets.work import add_time
from timesheets import approving
from timesheets.approvals_story import story_of
from timesheets.approving import approve_time, return_time
from timesheets.cutting import cut_billable
from timesheets.models import TimeEntry
from timesheets.subjects import KIND, certified_lines
from timesheets.submitting import NothingToRecall, NothingToSubmit, recall_time, submit_time
from timesheets.unapproving import take_back

State = TimeEntry.State
DANA = Signature("Dana Ruiz", PASSWORD, "203.0.113.7")


@pytest.fixture
def submitted(cast):
    """Three submitted lines of the member."""
    entries = [add_time(cast, on=TODAY - timedelta(days=days)) for days in range(3)]
    submit_time(staff=cast.member.staff_member, entry_ids=[e.pk for e in entries], by=cast.member, at=NOW)
    return entries


def states(entries):
    return [TimeEntry.objects.get(pk=entry.pk).state for entry in entries]


def test_submitting_one_week_leaves_the_others_alone(cast):
    weeks = [add_time(cast, on=TODAY - timedelta(weeks=n)) for n in (2, 1, 0)]
    submission = submit_time(staff=cast.member.staff_member, entry_ids=[weeks[1].pk], by=cast.member, at=NOW)
    assert submission.waits_for == ["Dana Ruiz"]
    assert states(weeks) == [State.DRAFT, State.SUBMITTED, State.DRAFT]


def test_submitting_twice_finds_nothing_to_submit(cast, submitted):
    with pytest.raises(NothingToSubmit):
        submit_time(
            staff=cast.member.staff_member, entry_ids=[e.pk for e in submitted], by=cast.member, at=NOW
        )


def test_nobody_submits_for_somebody_else_without_the_right(cast):
    entry = add_time(cast)
    with pytest.raises(NotAllowed):
        submit_time(staff=cast.member.staff_member, entry_ids=[entry.pk], by=cast.finance, at=NOW)


def test_recall_takes_lines_back_until_somebody_decided(cast, submitted):
    ids = [entry.pk for entry in submitted]
    recall_time(staff=cast.member.staff_member, entry_ids=ids[:1], by=cast.member, at=NOW)
    approve_time(entry_ids=ids[1:2], by=cast.manager, at=NOW, signature=DANA)
    with pytest.raises(NothingToRecall):
        recall_time(staff=cast.member.staff_member, entry_ids=ids[1:2], by=cast.member, at=NOW)
    assert states(submitted) == [State.DRAFT, State.APPROVED, State.SUBMITTED]


def test_the_certification_keeps_name_time_address_and_the_hash_of_the_decided_lines(cast, submitted):
    ids = [entry.pk for entry in submitted]
    decided = approve_time(entry_ids=ids, by=cast.manager, at=NOW, signature=DANA)
    kept = Certification.objects.get()
    assert decided.certification == kept
    assert (kept.typed_name, kept.at, kept.address, kept.line_count) == ("Dana Ruiz", NOW, "203.0.113.7", 3)
    lines = TimeEntry.objects.filter(pk__in=ids)
    assert kept.lines_sha256 == lines_hash(certified_lines(lines))
    assert Decision.objects.filter(certification=kept).count() == 3
    assert states(submitted) == [State.APPROVED] * 3


@pytest.mark.parametrize(
    ("signature", "field"),
    [(Signature("Dana", PASSWORD), "typed_name"), (Signature("Dana Ruiz", "wrong"), "password")],
)
def test_a_wrong_signature_decides_nothing(cast, submitted, signature, field):
    with pytest.raises(SignatureIsWrong) as caught:
        approve_time(entry_ids=[submitted[0].pk], by=cast.manager, at=NOW, signature=signature)
    assert caught.value.field == field
    assert states(submitted) == [State.SUBMITTED] * 3


def test_without_a_signature_nothing_is_approved(cast, submitted):
    with pytest.raises(approving.CertificationIsMissing):
        approve_time(entry_ids=[submitted[0].pk], by=cast.manager, at=NOW)


def test_returning_needs_a_reason_and_touches_only_that_line(cast, submitted):
    with pytest.raises(ReasonIsMissing):
        return_time(entry_ids=[submitted[0].pk], reason="  ", by=cast.manager, at=NOW)
    return_time(entry_ids=[submitted[0].pk], reason="Belongs to review.", by=cast.manager, at=NOW)
    approve_time(entry_ids=[submitted[1].pk], by=cast.manager, at=NOW, signature=DANA)
    assert states(submitted) == [State.REJECTED, State.APPROVED, State.SUBMITTED]
    found = last_returns(KIND, [submitted[0].pk])[submitted[0].pk]
    assert (found.reason, found.by_name) == ("Belongs to review.", "Dana Ruiz")


def test_a_returned_line_is_resubmitted_alone_and_keeps_its_history(cast, submitted):
    return_time(entry_ids=[submitted[0].pk], reason="Wrong task.", by=cast.manager, at=NOW)
    submit_time(staff=cast.member.staff_member, entry_ids=[submitted[0].pk], by=cast.member, at=NOW)
    assert states(submitted) == [State.SUBMITTED] * 3
    approve_time(entry_ids=[submitted[0].pk], by=cast.manager, at=NOW, signature=DANA)
    outcomes = Decision.objects.filter(request__subject_id=submitted[0].pk).order_by("pk")
    assert list(outcomes.values_list("outcome", flat=True)) == ["REJECTED", "APPROVED"]


def test_a_manager_decides_only_on_what_waits_for_them(cast, submitted):
    other = add_time(cast, cast.finance, on=TODAY)
    submit_time(staff=cast.finance.staff_member, entry_ids=[other.pk], by=cast.finance, at=NOW)
    decided = approve_time(entry_ids=[submitted[0].pk, other.pk], by=cast.manager, at=NOW, signature=DANA)
    assert decided.entry_ids == [submitted[0].pk]
    assert decided.skipped == {other.pk: "It waits for Olu Hartwell."}
    assert decided.certification.line_count == 1


def test_nobody_approves_their_own_time_while_somebody_else_could(cast):
    entry = add_time(cast, cast.finance)
    submit_time(staff=cast.finance.staff_member, entry_ids=[entry.pk], by=cast.finance, at=NOW)
    with pytest.raises(approving.NothingToDecide, match="own time"):
        approve_time(
            entry_ids=[entry.pk], by=cast.finance, at=NOW, signature=Signature("Kemi Ogundipe", PASSWORD)
        )


def test_the_only_person_who_may_decide_approves_their_own_time(owner, cast):
    cast.finance.roles.clear()
    entry = add_time(cast, owner)
    submit_time(staff=owner.staff_member, entry_ids=[entry.pk], by=owner, at=NOW)
    approve_time(entry_ids=[entry.pk], by=owner, at=NOW, signature=Signature("Olu Hartwell", PASSWORD))
    assert states([entry]) == [State.APPROVED]
    told = story_of(TimeEntry.objects.filter(pk=entry.pk), "decimal")
    assert "Approved and signed, their own time" in [event.words for event in told]


def test_people_without_the_right_decide_on_nothing(cast, submitted):
    with pytest.raises(NotAllowed):
        approve_time(entry_ids=[submitted[0].pk], by=cast.member, at=NOW, signature=DANA)
    with pytest.raises(NotAllowed):
        return_time(entry_ids=[submitted[0].pk], reason="No.", by=cast.member, at=NOW)


def test_taking_back_is_the_inverse_of_approving_and_of_returning(cast, submitted):
    ids = [entry.pk for entry in submitted]
    approve_time(entry_ids=ids[:2], by=cast.manager, at=NOW, signature=DANA)
    return_time(entry_ids=ids[2:], reason="No.", by=cast.manager, at=NOW)
    assert sorted(take_back(entry_ids=ids, by=cast.manager, at=NOW)) == sorted(ids)
    assert states(submitted) == [State.SUBMITTED] * 3
    approve_time(entry_ids=ids, by=cast.manager, at=NOW, signature=DANA)
    assert states(submitted) == [State.APPROVED] * 3


def test_only_the_person_who_decided_takes_it_back(cast, owner, submitted):
    approve_time(entry_ids=[submitted[0].pk], by=owner, at=NOW, signature=Signature("Olu Hartwell", PASSWORD))
    with pytest.raises(NotAllowed):
        take_back(entry_ids=[submitted[0].pk], by=cast.manager, at=NOW)


def test_a_cut_keeps_what_was_worked_and_does_not_rate_anew(cast, submitted):
    entry = TimeEntry.objects.get(pk=submitted[0].pk)
    with pytest.raises(ReasonIsMissing):
        cut_billable(
            entry=entry, billable_minutes=60, reason="", by=cast.manager, at=NOW, version=entry.version
        )
    cut = cut_billable(
        entry=entry, billable_minutes=60, reason="Rework", by=cast.manager, at=NOW, version=entry.version
    )
    assert (cut.worked_minutes, cut.billable_minutes, cut.rate_amount) == (480, 60, 190)
    with pytest.raises(Conflict):
        cut_billable(
            entry=entry, billable_minutes=30, reason="Again", by=cast.manager, at=NOW, version=entry.version
        )


def test_approving_changes_no_right_and_no_team(cast, submitted):
    before = (set(cast.manager.roles.all()), cast.project.team.count())
    approve_time(entry_ids=[submitted[0].pk], by=cast.manager, at=NOW, signature=DANA)
    assert (set(cast.manager.roles.all()), cast.project.team.count()) == before


def test_approving_a_hundred_lines_takes_as_many_statements_as_one(cast, django_assert_max_num_queries):
    entries = [add_time(cast, minutes=5, on=TODAY - timedelta(days=n)) for n in range(100)]
    ids = [entry.pk for entry in entries]
    with django_assert_max_num_queries(18):
        submit_time(staff=cast.member.staff_member, entry_ids=ids, by=cast.member, at=NOW, acknowledged=True)
    with django_assert_max_num_queries(24):
        approve_time(entry_ids=ids, by=cast.manager, at=NOW, signature=DANA)
    assert TimeEntry.objects.approved().filter(pk__in=ids).count() == 100
