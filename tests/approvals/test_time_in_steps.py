"""A week in two signed steps: the second sees what the first approved; only a corrected line goes round again."""

from decimal import Decimal

import pytest

from approvals.arranging import StepRules, arrange
from approvals.certifying import Signature, still_signed
from approvals.models import Certification, Request, Step
from core import clock
from people.models import Role, User
from tests.cast import PASSWORD, TODAY, Cast
from tests.timesheets.sheets import submit, submit_week
from timesheets.approvals_keys import Scope
from timesheets.approvals_queue import add_past, queue
from timesheets.approving import CertificationIsMissing, Decided, approve_time, return_time
from timesheets.models import TimeEntry, TimeRules
from timesheets.subjects import KIND, certified_lines
from timesheets.waiting import waiting_requests

SIGNED = Step.Certification.PASSWORD


@pytest.fixture(autouse=True)
def two_steps(owner: User) -> None:
    manager = StepRules(Step.Source.LINE_MANAGER, certification=SIGNED)
    finance = StepRules(Step.Source.ROLE, role=Role.objects.get(name="Finance"), certification=SIGNED)
    arrange(kind=KIND, stages=[[manager], [finance]], by=owner)


def approve(by: User, *entries: TimeEntry) -> Decided:
    ids = [entry.pk for entry in entries]
    return approve_time(entry_ids=ids, by=by, at=clock.now(), signature=Signature(by.name, PASSWORD))


def inbox(by: User) -> set[int]:
    return set(waiting_requests(by, TODAY, mine_only=True).values_list("subject_id", flat=True))


def test_only_the_corrected_line_is_approved_again(cast: Cast, owner: User) -> None:
    entries = submit_week(cast)
    ids = {entry.pk for entry in entries}
    assert (inbox(cast.manager), inbox(cast.finance)) == (ids, set())
    first = approve(cast.manager, *entries)
    assert (first.entry_ids, set(first.waiting_ids)) == ([], ids)
    assert (inbox(cast.manager), inbox(cast.finance)) == (set(), ids)
    wrong = entries[2]
    return_time(entry_ids=[wrong.pk], reason="Another task.", by=cast.finance, at=clock.now())
    assert set(approve(cast.finance, *entries).entry_ids) == ids - {wrong.pk}
    TimeEntry.objects.filter(pk=wrong.pk).update(note="Corrected")
    submit(cast.member, [wrong])
    # It begins anew with the manager; the others stay as they were approved and signed.
    assert inbox(cast.manager) == {wrong.pk}
    assert TimeEntry.objects.filter(pk__in=ids, state=TimeEntry.State.APPROVED).count() == 4
    signed = Certification.objects.get(pk=first.certification.pk if first.certification else 0)
    lines = certified_lines(TimeEntry.objects.filter(pk__in=ids))
    assert still_signed(signed, lines) == ids - {wrong.pk}
    approve(cast.manager, wrong)
    approve(cast.finance, wrong)
    assert set(TimeEntry.objects.filter(pk__in=ids).values_list("state", flat=True)) == {"APPROVED"}
    assert Request.objects.filter(subject_id=wrong.pk).count() == 2


def test_what_has_moved_on_says_who_is_next(cast: Cast) -> None:
    entries = submit_week(cast)
    approve(cast.manager, *entries[:4])
    (sheet,) = queue(cast.manager, clock.now(), TODAY).sheets
    add_past(sheet, TimeRules.objects.get(pk=1), cast.manager)
    assert [line.progress for line in sheet.lines] == ["", *["Approved by you, waits for Finance"] * 4]
    approve(cast.finance, entries[0])
    (sheet,) = queue(cast.finance, clock.now(), TODAY, scope=Scope(mine_only=True)).sheets
    add_past(sheet, TimeRules.objects.get(pk=1), cast.finance)
    past = [line.progress for line in sheet.lines if not line.is_waiting]
    assert past == ["", "Waits for Dana Ruiz"]


def test_without_anybody_to_ask_the_signature_is_asked_all_the_same(cast: Cast, owner: User) -> None:
    arrange(kind=KIND, stages=[[StepRules(Step.Source.LINE_MANAGER, certification=SIGNED)]], by=owner)
    entries = submit_week(cast, owner)
    with pytest.raises(CertificationIsMissing):
        approve_time(entry_ids=[entries[0].pk], by=cast.finance, at=clock.now())
    assert len(approve(cast.finance, *entries).entry_ids) == 5


def test_approving_changes_no_right_and_no_membership(cast: Cast, owner: User) -> None:
    entries = submit_week(cast)
    before = (list(cast.finance.roles.all()), cast.project.team.count())
    approve(owner, *entries)
    approve(cast.finance, *entries)
    assert (list(cast.finance.roles.all()), cast.project.team.count()) == before


def test_a_step_looks_at_what_the_hours_are_worth(cast: Cast, owner: User) -> None:
    """What the manager leaves billable is what finance is asked about: 4 h at 190.00 are 760.00."""
    manager = StepRules(Step.Source.LINE_MANAGER)
    finance = StepRules(
        Step.Source.ROLE, role=Role.objects.get(name="Finance"), least_amount=Decimal("760.01")
    )
    arrange(kind=KIND, stages=[[manager], [finance]], by=owner)
    entries = submit_week(cast, minutes=240, rate_amount=190, days=2)
    TimeEntry.objects.filter(pk=entries[0].pk).update(worked_minutes=241, billable_minutes=241)
    decided = approve(cast.manager, *entries)
    assert (decided.entry_ids, decided.waiting_ids) == ([entries[1].pk], [entries[0].pk])
