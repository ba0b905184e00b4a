"""In another's place, on the days of that other's own calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest

from approvals.approvers import delegations_of, waiting_for
from approvals.delegating import AlreadyDelegated, CannotDecide, DaysAreOver, delegate, end_delegation
from approvals.models import Decision, Delegation, Request
from approvals.ports import Outcome
from core.errors import NotAllowed, Refusal
from people.models import StaffMember, User
from tests.approvals.things import Source, approve, hand_in, make_policy, thing
from tests.cast import NOW, TODAY, Cast

TOMORROW = TODAY + timedelta(days=1)


def staff(user: User) -> StaffMember:
    assert user.staff_member
    return user.staff_member


def hand_over(
    cast: Cast,
    to: User | None = None,
    first: date = TODAY,
    last: date = TODAY,
    by: User | None = None,
    at: datetime = NOW,
) -> Delegation:
    return delegate(
        approver=staff(cast.manager),
        delegate=staff(to or cast.finance),
        starts_on=first,
        ends_on=last,
        by=by or cast.manager,
        at=at,
    )


def test_the_log_says_who_decided_for_whom(cast: Cast) -> None:
    make_policy({"source": Source.LINE_MANAGER})
    it = thing(cast)
    hand_in(cast, it)
    hand_over(cast)
    assert approve(cast.finance, it).outcomes == {1: Outcome.APPROVED}
    assert Decision.objects.get().by_whom == "Kemi Ogundipe for Dana Ruiz"


def test_what_is_ones_own_is_not_for_the_delegate_either(cast: Cast) -> None:
    make_policy({"source": Source.LINE_MANAGER})
    it = thing(cast)
    hand_in(cast, it)
    hand_over(cast, to=cast.member)
    assert approve(cast.member, it).skipped == {1: "Nobody decides on their own things."}


def test_it_is_not_handed_on(cast: Cast, owner: User) -> None:
    make_policy({"source": Source.PROJECT_LEAD})
    it = thing(cast, lead=owner)
    hand_in(cast, it)
    delegate(
        approver=staff(owner), delegate=staff(cast.manager), starts_on=TODAY, ends_on=TODAY, by=owner, at=NOW
    )
    hand_over(cast)
    assert approve(cast.finance, it).skipped == {1: "It waits for Olu Hartwell."}


@pytest.mark.parametrize(
    ("zone", "at", "is_in_place"),
    [
        # 23:30 on the 25th in New York is the 26th in UTC, 00:30 on the 26th there is too late.
        ("America/New_York", datetime(2026, 11, 26, 4, 30, tzinfo=UTC), True),
        ("America/New_York", datetime(2026, 11, 26, 5, 30, tzinfo=UTC), False),
        # 08:00 on the 25th in Auckland is still the 24th in UTC.
        ("Pacific/Auckland", datetime(2026, 11, 24, 19, 0, tzinfo=UTC), True),
        ("Pacific/Auckland", datetime(2026, 11, 24, 10, 30, tzinfo=UTC), False),
    ],
)
def test_the_days_are_the_approvers(cast: Cast, zone: str, at: datetime, is_in_place: bool) -> None:
    User.objects.filter(pk=cast.manager.pk).update(time_zone=zone)
    make_policy({"source": Source.LINE_MANAGER})
    it = thing(cast)
    hand_in(cast, it)
    Delegation.objects.create(
        approver=staff(cast.manager), delegate=staff(cast.finance), starts_on=TODAY, ends_on=TODAY
    )
    assert Request.objects.filter(waiting_for(cast.finance, on=at)).exists() == is_in_place
    assert bool(approve(cast.finance, it, at=at).outcomes) == is_in_place


def test_everybody_hands_over_their_own_and_administrators_others(cast: Cast, owner: User) -> None:
    with pytest.raises(NotAllowed):
        hand_over(cast, by=cast.finance)
    assert hand_over(cast, by=owner).by_name == "Olu Hartwell"


def test_the_same_days_are_handed_over_once(cast: Cast, owner: User) -> None:
    hand_over(cast, first=TODAY, last=TOMORROW)
    with pytest.raises(AlreadyDelegated, match="Kemi Ogundipe decides for Dana Ruiz"):
        hand_over(cast, first=TOMORROW, last=TOMORROW)
    hand_over(cast, to=owner, first=TOMORROW, last=TOMORROW)


def test_days_must_be_in_order_and_not_over(cast: Cast) -> None:
    with pytest.raises(DaysAreOver):
        hand_over(cast, first=TODAY - timedelta(days=2), last=TODAY - timedelta(days=1))
    with pytest.raises(Refusal, match="before the first"):
        hand_over(cast, first=TOMORROW, last=TODAY)
    with pytest.raises(Refusal, match="somebody else"):
        hand_over(cast, to=cast.manager)


def test_a_delegate_must_be_able_to_sign_in(cast: Cast) -> None:
    contractor = StaffMember.objects.create(name="Contractor")
    with pytest.raises(CannotDecide, match="Contractor cannot sign in"):
        delegate(
            approver=staff(cast.manager),
            delegate=contractor,
            starts_on=TODAY,
            ends_on=TODAY,
            by=cast.manager,
            at=NOW,
        )


def test_ending_it_keeps_the_days_that_were(cast: Cast) -> None:
    made = hand_over(cast, first=TODAY, last=TOMORROW)
    end_delegation(delegation=made, by=cast.manager, at=NOW + timedelta(days=1))
    made.refresh_from_db()
    assert made.ends_on == TODAY
    with pytest.raises(DaysAreOver):
        end_delegation(delegation=made, by=cast.manager, at=NOW + timedelta(days=2))


def test_ending_what_has_not_begun_removes_it(cast: Cast) -> None:
    made = hand_over(cast, first=TOMORROW, last=TOMORROW)
    with pytest.raises(NotAllowed):
        end_delegation(delegation=made, by=cast.finance, at=NOW)
    end_delegation(delegation=made, by=cast.manager, at=NOW)
    assert not delegations_of(staff(cast.finance), TOMORROW).exists()
    assert not Delegation.objects.exists()
