"""Steps are replaced, and only re-signed in place: what waits keeps its words and its seats."""

from dataclasses import replace
from decimal import Decimal

import pytest

from approvals.arranging import StepIsWrong, StepRules, TooManySteps, arrange, edit_policy, stages_of
from approvals.certifying import steps_asked
from approvals.models import Step
from approvals.ports import Outcome
from approvals.submitting import policy_for
from core.errors import Conflict, NotAllowed, Refusal
from people.models import Role, StaffMember, User
from tests.approvals.things import Source, approve, hand_in, make_policy, thing
from tests.cast import Cast

MANAGER = StepRules(Source.LINE_MANAGER)
LEAD = StepRules(Source.PROJECT_LEAD)


def finance() -> StepRules:
    return StepRules(Source.ROLE, role=Role.objects.get(name="Finance"))


def test_a_step_that_stays_keeps_its_row_and_others_are_retired(owner: User) -> None:
    make_policy({"source": Source.LINE_MANAGER}, {"source": Source.PROJECT_LEAD})
    manager, lead = Step.objects.filter(policy__subject_kind="thing")
    policy = arrange(kind="thing", stages=[[finance()], [], [MANAGER]], by=owner)
    assert stages_of(policy) == [[finance()], [MANAGER]]
    manager.refresh_from_db()
    lead.refresh_from_db()
    assert (manager.position, manager.is_retired, lead.is_retired) == (2, False, True)
    assert policy.version == 1


def test_what_waits_keeps_its_seat_and_goes_through_the_new_steps(cast: Cast, owner: User) -> None:
    make_policy({"source": Source.LINE_MANAGER})
    it = thing(cast)
    hand_in(cast, it)
    arrange(kind="thing", stages=[[LEAD], [finance()]], by=owner)
    assert approve(cast.manager, it).outcomes == {1: Outcome.WAITING}
    assert approve(cast.finance, it).outcomes == {1: Outcome.APPROVED}


def test_another_signature_holds_for_what_waits_already(cast: Cast, owner: User) -> None:
    make_policy({"source": Source.LINE_MANAGER}, {"source": Source.PROJECT_LEAD})
    it = thing(cast)
    hand_in(cast, it)
    signed = replace(MANAGER, certification=Step.Certification.PASSWORD, certified_for_minutes=30)
    arrange(kind="thing", stages=[[LEAD], [signed]], by=owner)
    (asked,) = steps_asked("thing", [it.id])
    assert (asked.certification, asked.certified_for_minutes) == ("PASSWORD", 30)
    assert not asked.is_retired
    arrange(kind="thing", stages=[[MANAGER]], by=owner)
    (asked,) = steps_asked("thing", [it.id])
    assert asked.certification == Step.Certification.NONE


def test_a_step_that_is_the_same_is_found_before_one_with_another_signature(owner: User) -> None:
    signed = replace(MANAGER, certification=Step.Certification.PASSWORD)
    make_policy({"source": Source.LINE_MANAGER}, {"source": Source.LINE_MANAGER, "certification": "PASSWORD"})
    plain, with_name = Step.objects.filter(policy__subject_kind="thing")
    arrange(kind="thing", stages=[[signed]], by=owner)
    plain.refresh_from_db()
    with_name.refresh_from_db()
    assert (plain.is_retired, with_name.is_retired, with_name.position) == (True, False, 1)


def test_needless_fields_are_dropped(owner: User, cast: Cast) -> None:
    make_policy()
    wished = StepRules(
        Source.LINE_MANAGER, role=finance().role, person=cast.manager.staff_member, certified_for_minutes=30
    )
    assert stages_of(arrange(kind="thing", stages=[[wished]], by=owner)) == [[MANAGER]]


def test_a_step_names_somebody_who_can_decide(owner: User) -> None:
    make_policy()
    contractor = StaffMember.objects.create(name="Contractor")
    for rules, words in (
        (StepRules(Source.ROLE), "Choose the role"),
        (StepRules(Source.PERSON), "Choose the person"),
        (StepRules(Source.PERSON, person=contractor), "Contractor cannot sign in"),
    ):
        with pytest.raises(StepIsWrong, match=words):
            arrange(kind="thing", stages=[[rules]], by=owner)


def test_limits_are_kept(owner: User) -> None:
    make_policy()
    with pytest.raises(TooManySteps):
        arrange(kind="thing", stages=[[MANAGER]] * 21, by=owner)
    upside_down = StepRules(Source.LINE_MANAGER, least_amount=Decimal(2), most_amount=Decimal(1))
    with pytest.raises(Refusal, match="upper amount"):
        arrange(kind="thing", stages=[[upside_down]], by=owner)
    with pytest.raises(Refusal, match="Remind earlier"):
        edit_policy(kind="thing", by=owner, reminds_after_days=3, escalates_after_days=3)
    assert edit_policy(kind="thing", by=owner, escalates_after_days=3).escalates_after_days == 3


def test_two_who_change_it_at_once_do_not_overwrite_each_other(owner: User) -> None:
    version = make_policy().version
    arrange(kind="thing", stages=[[MANAGER]], by=owner, version=version)
    with pytest.raises(Conflict):
        arrange(kind="thing", stages=[[LEAD]], by=owner, version=version)
    with pytest.raises(Conflict):
        edit_policy(kind="thing", by=owner, version=version, statement="No.")
    assert stages_of(policy_for("thing")) == [[MANAGER]]


def test_only_those_with_the_right(cast: Cast) -> None:
    make_policy()
    for by in (cast.member, cast.manager, cast.finance):
        with pytest.raises(NotAllowed):
            arrange(kind="thing", stages=[], by=by)
        with pytest.raises(NotAllowed):
            edit_policy(kind="thing", by=by, allows_self_approval=True)
