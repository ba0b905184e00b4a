"""Taking a decision back opens exactly the seats that it ended."""

from approvals.deciding import reopen
from approvals.history import story
from approvals.models import Request
from approvals.ports import Outcome
from approvals.submitting import withdraw
from people.models import Role, StaffMember, User
from tests.approvals.things import Source, approve, give_back, hand_in, make_policy, seats_of, thing
from tests.cast import NOW, Cast


def finance(position: int) -> dict[str, object]:
    return {"source": Source.ROLE, "role": Role.objects.get(name="Finance"), "position": position}


MANAGER = {"source": Source.LINE_MANAGER}
LEAD = {"source": Source.PROJECT_LEAD}


def take_back(by: User, *ids: int) -> list[int]:
    return reopen(kind="thing", ids=ids, by=by, at=NOW)


def test_only_the_last_step_is_asked_again(cast: Cast, owner: User) -> None:
    make_policy(LEAD, MANAGER)
    it = thing(cast, lead=owner)
    (request,) = hand_in(cast, it)
    approve(owner, it)
    approve(cast.manager, it)
    assert take_back(cast.manager, 1) == [1]
    assert seats_of(request) == [(1, "Olu Hartwell", "APPROVED"), (2, "Dana Ruiz", "WAITING")]
    request.refresh_from_db()
    assert (request.state, request.waits_for) == (Request.State.WAITING, cast.manager.staff_member)
    assert approve(cast.manager, it).outcomes == {1: Outcome.APPROVED}


def test_side_by_side_only_the_last_ones_seat_opens(cast: Cast, owner: User) -> None:
    make_policy(LEAD | {"position": 1}, finance(1))
    it = thing(cast, lead=owner)
    (request,) = hand_in(cast, it)
    approve(owner, it)
    approve(cast.finance, it)
    take_back(cast.finance, 1)
    assert seats_of(request) == [(1, "Olu Hartwell", "APPROVED"), (1, "Finance", "WAITING")]


def test_a_return_taken_back_asks_everybody_who_was_asked(cast: Cast, owner: User) -> None:
    make_policy(LEAD | {"position": 1}, finance(1))
    it = thing(cast, lead=owner)
    (request,) = hand_in(cast, it)
    give_back(cast.finance, it)
    take_back(cast.finance, 1)
    assert [state for _, _, state in seats_of(request)] == ["WAITING", "WAITING"]


def test_an_approval_that_only_moved_it_on_is_taken_back_too(cast: Cast, owner: User) -> None:
    make_policy(LEAD, MANAGER)
    it = thing(cast, lead=owner)
    (request,) = hand_in(cast, it)
    approve(owner, it)
    assert take_back(owner, 1) == [1]
    assert seats_of(request) == [(1, "Olu Hartwell", "WAITING")]
    # Nobody has decided any more, so it can be recalled.
    withdraw(kind="thing", ids=[1], at=NOW)


def test_taken_back_twice_it_is_where_it_began_and_history_says_all(cast: Cast, owner: User) -> None:
    make_policy(LEAD, MANAGER)
    it = thing(cast, lead=owner)
    (request,) = hand_in(cast, it)
    approve(owner, it)
    approve(cast.manager, it)
    take_back(cast.manager, 1)
    take_back(owner, 1)
    assert seats_of(request) == [(1, "Olu Hartwell", "WAITING")]
    assert take_back(owner, 1) == []
    assert [d.outcome for d in story("thing", 1)] == ["APPROVED", "APPROVED", "UNAPPROVED", "UNAPPROVED"]


def test_what_was_withdrawn_or_submitted_again_is_left_alone(cast: Cast, owner: User) -> None:
    make_policy(MANAGER)
    it = thing(cast)
    hand_in(cast, it)
    give_back(cast.manager, it)
    (again,) = hand_in(cast, it)
    assert take_back(cast.manager, 1) == []
    assert seats_of(again) == [(1, "Dana Ruiz", "WAITING")]


def test_who_has_left_meanwhile_is_not_asked_again(cast: Cast, owner: User) -> None:
    make_policy(MANAGER)
    it = thing(cast)
    (request,) = hand_in(cast, it)
    approve(cast.manager, it)
    StaffMember.objects.filter(pk=cast.manager.staff_member.pk).update(is_active=False)
    take_back(owner, 1)
    request.refresh_from_db()
    assert request.waits_for is None
    assert seats_of(request) == [(1, "whoever decides on everything", "WAITING")]
