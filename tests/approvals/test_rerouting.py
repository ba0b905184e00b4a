"""A new lead, head or manager decides on what already waits; who was asked before stays in the history."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.models import Policy, Request, Seat, Step
from billing.models import Invoice
from billing.reviewing import submit_for_review
from billing.reviews import KIND as REVIEW
from people.employing import edit_staff, set_manager
from people.models import Department, StaffMember, User
from people.organising import set_head
from projects.models import Project
from projects.opening import edit_project
from tests.approvals.things import Source
from tests.billing.test_payers import of_two_projects
from tests.billing.work import drafted
from tests.cast import TODAY, Cast, add_person
from tests.timesheets.sheets import submit_week
from timesheets.approvals_queue import queue
from timesheets.approvals_story import story_of
from timesheets.approving import approve_time
from timesheets.models import TimeEntry
from timesheets.subjects import KIND


def steps(*sources: str) -> None:
    policy = Policy.objects.get(subject_kind=KIND)
    policy.steps.update(is_retired=True)
    for position, source in enumerate(sources, start=1):
        Step.objects.create(policy=policy, position=position, source=source)


@pytest.fixture
def wei(cast: Cast) -> User:
    return add_person("Wei Chen", "wei@hm.example", "Manager", manager=cast.owner.staff_member)


def member_of(user: User) -> StaffMember:
    assert user.staff_member is not None
    return user.staff_member


def waits_for(entries: list[TimeEntry]) -> set[StaffMember | None]:
    asked = Request.objects.waiting().filter(subject_id__in=[entry.pk for entry in entries])
    seats = Seat.objects.filter(request__in=asked, state=Seat.State.WAITING)
    assert {seat.waits_for for seat in seats} == {request.waits_for for request in asked}
    return {request.waits_for for request in asked}


def lines(cast: Cast, by: User) -> int:
    return sum(len(sheet.lines) for sheet in queue(by, timezone.now(), TODAY).sheets)


def test_a_new_lead_decides_on_what_waits(cast: Cast, wei: User) -> None:
    steps(Source.PROJECT_LEAD)
    entries = submit_week(cast)
    assert (lines(cast, cast.manager), lines(cast, wei)) == (5, 0)
    edit_project(project=cast.project, by=cast.owner, lead=wei.staff_member)
    assert waits_for(entries) == {wei.staff_member}
    assert (lines(cast, cast.manager), lines(cast, wei)) == (0, 5)
    decided = approve_time(entry_ids=[entry.pk for entry in entries], by=wei, at=timezone.now())
    assert len(decided.entry_ids) == 5


def test_the_history_says_who_was_asked_before(cast: Cast, wei: User) -> None:
    steps(Source.PROJECT_LEAD, Source.LINE_MANAGER)
    entries = submit_week(cast)
    edit_project(project=cast.project, by=cast.owner, lead=wei.staff_member)
    # Going on to the next step is a decision, which the history tells itself.
    approve_time(entry_ids=[entry.pk for entry in entries], by=wei, at=timezone.now())
    told = story_of(TimeEntry.objects.filter(pk__in=[entry.pk for entry in entries]), "decimal")
    passed = [event for event in told if event.words == "Passed on"]
    (event,) = passed
    (difference,) = event.differences
    assert (event.who, difference.old, difference.new) == ("Olu Hartwell", "Dana Ruiz", "Wei Chen")
    assert len(event.lines) == 5


def test_other_projects_other_steps_and_other_changes_move_nothing(cast: Cast, wei: User) -> None:
    steps(Source.LINE_MANAGER)
    entries = submit_week(cast)
    edit_project(project=cast.project, by=cast.owner, lead=wei.staff_member)
    assert waits_for(entries) == {cast.manager.staff_member}


def test_a_change_of_something_else_leaves_the_lead(cast: Cast) -> None:
    steps(Source.PROJECT_LEAD)
    entries = submit_week(cast)
    edit_project(project=cast.project, by=cast.owner, name="Another name")
    assert waits_for(entries) == {cast.manager.staff_member}


@pytest.mark.parametrize("is_gone", [True, False])
def test_without_a_lead_it_waits_for_whoever_decides_on_everything(
    cast: Cast, wei: User, is_gone: bool
) -> None:
    steps(Source.PROJECT_LEAD)
    entries = submit_week(cast)
    StaffMember.objects.filter(pk=member_of(wei).pk).update(is_active=not is_gone)
    lead = StaffMember.objects.get(pk=member_of(wei).pk) if is_gone else None
    edit_project(project=cast.project, by=cast.owner, lead=lead)
    assert waits_for(entries) == {None}
    assert lines(cast, cast.owner) == 5


def test_a_new_lead_does_not_get_their_own(cast: Cast) -> None:
    steps(Source.PROJECT_LEAD)
    entries = submit_week(cast)
    edit_project(project=cast.project, by=cast.owner, lead=cast.member.staff_member)
    assert waits_for(entries) == {None}


def test_what_was_decided_stays_decided(cast: Cast, wei: User) -> None:
    steps(Source.PROJECT_LEAD, Source.LINE_MANAGER)
    entries = submit_week(cast, wei)
    approve_time(entry_ids=[entry.pk for entry in entries], by=cast.manager, at=timezone.now())
    edit_project(project=cast.project, by=cast.owner, lead=wei.staff_member)
    assert waits_for(entries) == {cast.owner.staff_member}
    assert set(Seat.objects.filter(state=Seat.State.APPROVED).values_list("waits_for__name", flat=True)) == {
        "Dana Ruiz"
    }


def in_department(person: User, department: Department | None, by: User, **values: Any) -> None:
    staff = member_of(person)
    edit_staff(
        staff=staff, by=by, name=staff.name, job_title=staff.job_title, manager=staff.manager,
        department=department, **values,
    )  # fmt: skip


def test_a_new_head_of_department_decides_on_what_waits(cast: Cast, wei: User) -> None:
    steps(Source.DEPARTMENT_HEAD)
    design = Department.objects.create(name="Design", head=cast.finance.staff_member)
    in_department(cast.member, design, cast.owner)
    mine = submit_week(cast)
    other = submit_week(cast, cast.manager)
    set_head(department=design, head=wei.staff_member, by=cast.owner)
    assert waits_for(mine) == {wei.staff_member}
    assert waits_for(other) == {None}, "in no department: whoever decides on everything"
    set_head(department=design, head=None, by=cast.owner)
    assert waits_for(mine) == {None}


def test_who_changes_department_is_decided_on_by_its_head(cast: Cast, wei: User) -> None:
    steps(Source.DEPARTMENT_HEAD)
    design = Department.objects.create(name="Design", head=cast.finance.staff_member)
    survey = Department.objects.create(name="Survey", head=wei.staff_member)
    in_department(cast.member, design, cast.owner)
    mine = submit_week(cast)
    in_department(cast.member, survey, cast.owner)
    assert waits_for(mine) == {wei.staff_member}


def test_a_new_manager_decides_on_what_waits(cast: Cast, wei: User) -> None:
    mine = submit_week(cast)
    set_manager(staff=member_of(cast.member), manager=wei.staff_member, by=cast.owner)
    assert waits_for(mine) == {wei.staff_member}


def test_a_new_lead_costs_the_same_however_much_waits(cast: Cast, wei: User) -> None:
    steps(Source.PROJECT_LEAD)
    submit_week(cast, days=1)
    with CaptureQueriesContext(connection) as few:
        edit_project(project=cast.project, by=cast.owner, lead=wei.staff_member)
    for person in (cast.finance, cast.owner):
        submit_week(cast, person)
    with CaptureQueriesContext(connection) as many:
        edit_project(project=cast.project, by=cast.owner, lead=cast.manager.staff_member)
    assert len(many) <= len(few)


def asked_about(invoice: Invoice) -> StaffMember | None:
    """Whom the open review of a draft waits for."""
    return Request.objects.waiting().get(subject_kind=REVIEW, subject_id=invoice.pk).waits_for


def test_a_draft_in_review_follows_the_lead_of_its_projects(cast: Cast, wei: User) -> None:
    policy = Policy.objects.get(subject_kind=REVIEW)
    Step.objects.create(policy=policy, position=1, source=Source.PROJECT_LEAD)
    both = of_two_projects(cast)
    second = Project.objects.get(name="Alder bridge")
    edit_project(project=second, by=cast.owner, lead=cast.manager.staff_member)
    submit_for_review(invoice=both, by=cast.finance, at=timezone.now())
    assert asked_about(both) == cast.manager.staff_member
    # They have two leads now: whoever may review everything is asked, until one leads both again.
    edit_project(project=cast.project, by=cast.owner, lead=wei.staff_member)
    assert asked_about(both) is None
    edit_project(project=second, by=cast.owner, lead=wei.staff_member)
    assert asked_about(both) == wei.staff_member
    alone = drafted(cast, 60)
    submit_for_review(invoice=alone, by=cast.finance, at=timezone.now())
    edit_project(project=cast.project, by=cast.owner, lead=cast.manager.staff_member)
    assert asked_about(alone) == cast.manager.staff_member
