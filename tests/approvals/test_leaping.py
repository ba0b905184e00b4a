"""All steps at once: whoever is later may decide before whoever is earlier, and approves for them as well."""

from datetime import timedelta

import pytest

from approvals.deciding import reopen
from approvals.history import waits_for_names
from approvals.models import Request
from approvals.ports import Outcome
from approvals.preview import who_is_asked
from people.models import Role
from tests.approvals.things import Source, approve, give_back, hand_in, make_policy, seats_of, thing
from tests.cast import NOW, Cast

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def together(cast: Cast) -> Cast:
    """The lead's manager, finance, then the owner: all at once."""
    make_policy(
        {"source": Source.LINE_MANAGER},
        {"source": Source.ROLE, "role": Role.objects.get(name="Finance")},
        {"source": Source.PERSON, "person": cast.owner.staff_member},
        is_together=True,
    )
    return cast


def test_a_later_step_approves_the_earlier_ones_as_well(together: Cast) -> None:
    cast, it = together, thing(together)
    (request,) = hand_in(cast, it)
    assert waits_for_names("thing", [1]) == {1: "Dana Ruiz and Finance and " + cast.owner.name}
    assert approve(cast.finance, it, at=LATER).outcomes == {1: Outcome.WAITING}
    # Dana is asked no more; the last step still is.
    assert [state for _, _, state in seats_of(request)] == ["SKIPPED", "APPROVED", "WAITING"]
    assert approve(cast.manager, it, at=LATER).skipped == {1: f"It waits for {cast.owner.name}."}
    assert approve(cast.owner, it, at=LATER).outcomes == {1: Outcome.APPROVED}
    request.refresh_from_db()
    assert request.state == Request.State.APPROVED


def test_the_last_step_is_enough(together: Cast) -> None:
    it = thing(together)
    (request,) = hand_in(together, it)
    assert approve(together.owner, it, at=LATER).outcomes == {1: Outcome.APPROVED}
    assert [state for _, _, state in seats_of(request)] == ["SKIPPED", "SKIPPED", "APPROVED"]
    # Taken back, everybody is asked again.
    assert reopen(kind="thing", ids=[1], by=together.owner, at=LATER) == [1]
    assert [state for _, _, state in seats_of(request)] == ["WAITING"] * 3


def test_in_order_nobody_leaps_and_nothing_is_asked_twice(together: Cast) -> None:
    it = thing(together)
    (request,) = hand_in(together, it)
    for by, outcome in (
        (together.manager, Outcome.WAITING),
        (together.finance, Outcome.WAITING),
        (together.owner, Outcome.APPROVED),
    ):
        assert approve(by, it, at=LATER).outcomes == {1: outcome}
    assert [state for _, _, state in seats_of(request)] == ["APPROVED"] * 3


def test_taking_an_early_approval_back_leaves_the_later_seats(together: Cast) -> None:
    it = thing(together)
    (request,) = hand_in(together, it)
    approve(together.manager, it, at=LATER)
    reopen(kind="thing", ids=[1], by=together.manager, at=LATER)
    assert [state for _, _, state in seats_of(request)] == ["WAITING"] * 3
    assert approve(together.owner, it, at=LATER).outcomes == {1: Outcome.APPROVED}


def test_anybody_may_return_it(together: Cast) -> None:
    it = thing(together)
    (request,) = hand_in(together, it)
    assert give_back(together.owner, it, at=LATER).outcomes == {1: Outcome.REJECTED}
    assert [state for _, _, state in seats_of(request)] == ["SKIPPED", "SKIPPED", "REJECTED"]
    assert [[each.name for each in stage.asked] for stage in who_is_asked("thing", it)] == [
        ["Dana Ruiz"],
        ["Finance"],
        [together.owner.name],
    ]
