"""Any number of steps: each is decided by somebody else, an empty one is skipped."""

from datetime import date

import pytest

from approvals.approvers import waiting_for
from approvals.deciding import decide
from approvals.models import Decision, Delegation, Policy, Request, Step
from approvals.ports import Outcome, Subject
from approvals.rerouting import reroute_leaver, reroute_to_manager
from approvals.submitting import AlreadyDecidedOn, NoPolicy, submit, withdraw
from core.errors import Refusal
from people.deactivating import deactivate
from people.models import Role
from tests.cast import NOW, TODAY, add_person

APPROVED, REJECTED = Decision.Outcome.APPROVED, Decision.Outcome.REJECTED


@pytest.fixture
def policy(cast):
    """Lead, then line manager, then everybody in finance."""
    policy = Policy.objects.create(subject_kind="thing", name="Things", statement="Yes.")
    Step.objects.create(policy=policy, position=1, source=Step.Source.PROJECT_LEAD)
    Step.objects.create(policy=policy, position=2, source=Step.Source.LINE_MANAGER)
    Step.objects.create(
        policy=policy, position=3, source=Step.Source.ROLE, role=Role.objects.get(name="Finance")
    )
    return policy


def thing(cast, number=1, lead=None, owner=None):
    owner = owner or cast.member
    return Subject("thing", number, owner.staff_member.pk, lead_id=lead.staff_member.pk if lead else None)


def approve(cast, by, *things):
    return decide(subjects=things, outcome=APPROVED, by=by, at=NOW)


def test_a_request_passes_all_steps_in_order(cast, owner, policy):
    it = thing(cast, lead=owner)
    submit(subjects=[it], by=cast.member, at=NOW)
    assert approve(cast, owner, it).outcomes == {1: Outcome.WAITING}
    assert approve(cast, cast.manager, it).outcomes == {1: Outcome.WAITING}
    assert approve(cast, cast.finance, it).outcomes == {1: Outcome.APPROVED}
    assert Request.objects.get().state == Request.State.APPROVED


def test_a_step_without_anybody_is_skipped(cast, policy):
    it = thing(cast)
    assert submit(subjects=[it], by=cast.member, at=NOW)[0].waits_for == cast.manager.staff_member


def test_a_step_whose_approver_is_the_owner_is_skipped(cast, policy):
    it = thing(cast, lead=cast.member)
    assert submit(subjects=[it], by=cast.member, at=NOW)[0].step.position == 2


def test_somebody_else_is_told_for_whom_it_waits(cast, owner, policy):
    it = thing(cast, lead=owner)
    submit(subjects=[it], by=cast.member, at=NOW)
    assert approve(cast, cast.manager, it).skipped == {1: "It waits for Olu Hartwell."}


def test_a_return_at_any_step_ends_it_and_a_new_submission_begins_anew(cast, owner, policy):
    it = thing(cast, lead=owner)
    submit(subjects=[it], by=cast.member, at=NOW)
    approve(cast, owner, it)
    decide(subjects=[it], outcome=REJECTED, by=cast.manager, at=NOW, reason="No.")
    assert submit(subjects=[it], by=cast.member, at=NOW)[0].step.position == 1


def test_a_delegate_decides_in_the_place_of_the_approver_and_it_says_so(cast, owner, policy):
    Delegation.objects.create(
        approver=owner.staff_member, delegate=cast.finance.staff_member, starts_on=TODAY, ends_on=TODAY
    )
    it = thing(cast, lead=owner)
    submit(subjects=[it], by=cast.member, at=NOW)
    assert Request.objects.filter(waiting_for(cast.finance, on=TODAY)).count() == 1
    assert Request.objects.filter(waiting_for(cast.finance, on=date(2027, 1, 1))).count() == 0
    assert approve(cast, cast.finance, it).outcomes == {1: Outcome.WAITING}
    assert Decision.objects.get().for_name == "Olu Hartwell"


def test_the_inbox_holds_what_waits_for_the_person_or_a_role_of_theirs(cast, owner, policy):
    it = thing(cast, lead=owner)
    submit(subjects=[it], by=cast.member, at=NOW)
    inbox = [Request.objects.filter(waiting_for(p, on=TODAY)).count() for p in (owner, cast.manager)]
    assert inbox == [1, 0]
    approve(cast, owner, it)
    approve(cast, cast.manager, it)
    assert Request.objects.filter(waiting_for(cast.finance, on=TODAY)).count() == 1


def test_the_same_thing_waits_once(cast, policy):
    submit(subjects=[thing(cast)], by=cast.member, at=NOW)
    with pytest.raises(Refusal, match="already waiting"):
        submit(subjects=[thing(cast)], by=cast.member, at=NOW)


def test_recalling_is_possible_until_a_step_was_decided(cast, owner, policy):
    it = thing(cast, lead=owner)
    submit(subjects=[it], by=cast.member, at=NOW)
    withdraw(kind="thing", ids=[1], at=NOW)
    submit(subjects=[it], by=cast.member, at=NOW)
    approve(cast, owner, it)
    with pytest.raises(AlreadyDecidedOn):
        withdraw(kind="thing", ids=[1], at=NOW)


def test_a_kind_without_a_policy_cannot_be_submitted(cast):
    with pytest.raises(NoPolicy):
        submit(subjects=[Subject("unheard", 1, cast.member.staff_member.pk)], by=cast.member, at=NOW)


def test_a_new_manager_takes_over_what_waits(cast, owner, policy):
    it = thing(cast)
    submit(subjects=[it], by=cast.member, at=NOW)
    staff = cast.member.staff_member
    staff.manager = owner.staff_member
    staff.save()
    assert reroute_to_manager(owner=staff) == 1
    assert Request.objects.get().waits_for == owner.staff_member


def test_what_waits_for_somebody_who_leaves_waits_for_their_manager(cast, owner, policy):
    hand_over = [thing(cast, 1), thing(cast, 2, owner=cast.finance, lead=cast.manager)]
    submit(subjects=hand_over, by=cast.member, at=NOW)
    assert reroute_leaver(leaver=cast.manager.staff_member) == 2
    assert {request.waits_for for request in Request.objects.all()} == {owner.staff_member}


def test_nobody_inherits_their_own(cast, owner, policy):
    """The owner's thing waits for their report as lead; who leaves would hand it to the owner."""
    own = thing(cast, owner=owner, lead=cast.manager)
    submit(subjects=[own], by=owner, at=NOW)
    reroute_leaver(leaver=cast.manager.staff_member)
    assert Request.objects.get().waits_for is None


def test_deactivating_somebody_sends_on_what_waits_for_them(cast, owner, policy):
    lead = add_person("Wei Chen", "wei@hm.example", "Manager", manager=owner.staff_member)
    submit(subjects=[thing(cast, lead=lead)], by=cast.member, at=NOW)
    deactivate(staff=lead.staff_member, by=owner, on=TODAY)
    assert Request.objects.get().waits_for == owner.staff_member
