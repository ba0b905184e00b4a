"""Who is asked: sources, conditions, side by side or in turn, never the owner, never somebody twice."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.deciding import Mandate
from approvals.models import Request, Step
from approvals.ports import Outcome
from people.models import Department, Role, User
from tests.approvals.things import Source, approve, give_back, hand_in, make_policy, seats_of, thing
from tests.cast import Cast

MANAGER = {"source": Source.LINE_MANAGER}
LEAD = {"source": Source.PROJECT_LEAD}


def finance() -> dict[str, object]:
    return {"source": Source.ROLE, "role": Role.objects.get(name="Finance")}


def test_side_by_side_all_must_approve_in_any_order(cast: Cast, owner: User) -> None:
    make_policy(LEAD | {"position": 1}, finance() | {"position": 1})
    it = thing(cast, lead=owner)
    (request,) = hand_in(cast, it)
    assert seats_of(request) == [(1, "Olu Hartwell", "WAITING"), (1, "Finance", "WAITING")]
    assert approve(cast.finance, it).outcomes == {1: Outcome.WAITING}
    request.refresh_from_db()
    assert request.waits_for == owner.staff_member
    assert approve(owner, it).outcomes == {1: Outcome.APPROVED}


def test_who_has_approved_side_by_side_is_not_asked_again(cast: Cast, owner: User) -> None:
    make_policy(LEAD | {"position": 1}, finance() | {"position": 1})
    it = thing(cast, lead=owner)
    hand_in(cast, it)
    approve(cast.finance, it)
    assert approve(cast.finance, it).skipped == {1: "It waits for Olu Hartwell."}


def test_one_return_ends_the_others_seats(cast: Cast, owner: User) -> None:
    make_policy(LEAD | {"position": 1}, finance() | {"position": 1})
    it = thing(cast, lead=owner)
    (request,) = hand_in(cast, it)
    assert give_back(cast.finance, it).outcomes == {1: Outcome.REJECTED}
    assert seats_of(request) == [(1, "Olu Hartwell", "SKIPPED"), (1, "Finance", "REJECTED")]


def test_who_decides_on_everything_decides_for_all_seats_but_with_a_seat_only_for_it(
    cast: Cast, owner: User
) -> None:
    everything = Mandate(decides_all=True)
    make_policy(MANAGER | {"position": 1}, finance() | {"position": 1})
    one, two = thing(cast, 1), thing(cast, 2)
    hand_in(cast, one, two)
    assert approve(owner, one, mandate=everything).outcomes == {1: Outcome.APPROVED}
    assert approve(cast.finance, two, mandate=everything).outcomes == {2: Outcome.WAITING}


def test_the_head_of_the_department_is_asked(cast: Cast, owner: User) -> None:
    department = Department.objects.create(name="Water", head=cast.finance.staff_member)
    make_policy({"source": Source.DEPARTMENT_HEAD})
    (request,) = hand_in(cast, thing(cast, department_id=department.pk))
    assert request.waits_for == cast.finance.staff_member


def test_somebody_who_left_is_not_asked(cast: Cast, owner: User) -> None:
    staff = cast.manager.staff_member
    assert staff
    staff.is_active = False
    staff.save()
    make_policy({"source": Source.PERSON, "person": staff}, LEAD)
    (request,) = hand_in(cast, thing(cast, lead=owner))
    assert request.waits_for == owner.staff_member


@pytest.mark.parametrize(
    ("condition", "facts", "is_asked"),
    [
        ({"least_amount": Decimal(500)}, {"amount": Decimal("499.99")}, False),
        ({"least_amount": Decimal(500)}, {"amount": Decimal("500.00")}, True),
        ({"most_amount": Decimal(500)}, {"amount": Decimal("500.00")}, True),
        ({"most_amount": Decimal(500)}, {"amount": Decimal("500.01")}, False),
        # What nobody can value is not waved through, nor is what is in another currency.
        ({"least_amount": Decimal(500)}, {}, True),
        ({"least_amount": Decimal(500)}, {"amount": Decimal(1), "currency": "EUR"}, True),
        ({"least_amount": Decimal(500)}, {"amount": Decimal(1), "currency": "USD"}, False),
        ({"billable": Step.Billable.BILLABLE}, {"is_billable": False}, False),
        ({"billable": Step.Billable.BILLABLE}, {"is_billable": True}, True),
        ({"billable": Step.Billable.NON_BILLABLE}, {"is_billable": True}, False),
        ({"project_id": 7}, {"project_id": 8}, False),
        ({"project_id": 7}, {"project_id": 7}, True),
        ({"project_id": 7}, {}, False),
    ],
)
def test_a_step_is_asked_where_its_condition_holds(
    cast: Cast, condition: dict[str, object], facts: dict[str, object], is_asked: bool
) -> None:
    make_policy(finance() | condition, MANAGER)
    (request,) = hand_in(cast, thing(cast, **facts))
    assert (request.waits_for_id is None) == is_asked


def test_a_step_for_one_department_asks_about_its_people_only(cast: Cast, owner: User) -> None:
    water = Department.objects.create(name="Water")
    make_policy(finance() | {"department": water}, MANAGER)
    there, elsewhere = hand_in(cast, thing(cast, 1, department_id=water.pk), thing(cast, 2))
    assert [there.waits_for_id, elsewhere.waits_for] == [None, cast.manager.staff_member]


def test_what_a_step_approved_decides_whether_the_next_is_asked(cast: Cast) -> None:
    """Hours cut by the first step are what the second's condition looks at."""
    make_policy(MANAGER, finance() | {"least_amount": Decimal(500)})
    hand_in(cast, thing(cast, amount=Decimal(600)))
    assert approve(cast.manager, thing(cast, amount=Decimal(400))).outcomes == {1: Outcome.APPROVED}


def test_what_no_step_fits_waits_for_those_who_decide_on_everything(cast: Cast) -> None:
    make_policy(MANAGER | {"least_amount": Decimal(500)})
    (request,) = hand_in(cast, thing(cast, amount=Decimal(1)))
    assert (request.state, request.step, request.waits_for) == (Request.State.WAITING, None, None)


def test_where_nothing_is_required_it_passes_undecided(cast: Cast) -> None:
    make_policy(MANAGER | {"least_amount": Decimal(500)}, is_required=False)
    small, large = hand_in(cast, thing(cast, 1, amount=Decimal(1)), thing(cast, 2, amount=Decimal(500)))
    assert (small.state, large.state) == (Request.State.APPROVED, Request.State.WAITING)
    assert not small.decisions.exists()


def test_where_nothing_is_required_a_fitting_step_without_anybody_still_asks(cast: Cast) -> None:
    make_policy(LEAD, is_required=False)
    (request,) = hand_in(cast, thing(cast, lead=cast.member))
    assert request.state == Request.State.WAITING


def test_nobody_decides_on_their_own_even_as_holder_of_the_role(cast: Cast) -> None:
    make_policy(finance())
    own = thing(cast, owner=cast.finance)
    hand_in(cast, own)
    assert approve(cast.finance, own).skipped == {1: "Nobody decides on their own things."}


def test_a_policy_may_let_people_decide_on_their_own(cast: Cast) -> None:
    make_policy(LEAD, allows_self_approval=True)
    own = thing(cast, lead=cast.member)
    hand_in(cast, own)
    assert approve(cast.member, own).outcomes == {1: Outcome.APPROVED}


def test_who_approved_an_earlier_step_is_not_asked_again(cast: Cast) -> None:
    make_policy(LEAD, MANAGER)
    it = thing(cast, lead=cast.manager)
    hand_in(cast, it)
    assert approve(cast.manager, it).outcomes == {1: Outcome.APPROVED}


def test_who_approved_without_a_signature_is_asked_again_where_one_is_due(cast: Cast) -> None:
    make_policy(LEAD, MANAGER | {"certification": Step.Certification.PASSWORD})
    it = thing(cast, lead=cast.manager)
    hand_in(cast, it)
    assert approve(cast.manager, it).outcomes == {1: Outcome.WAITING}


def test_what_somebody_else_approved_in_their_place_is_not_their_approval(cast: Cast, owner: User) -> None:
    make_policy(LEAD, MANAGER)
    it = thing(cast, lead=cast.manager)
    hand_in(cast, it)
    everything = Mandate(decides_all=True)
    assert approve(owner, it, mandate=everything).outcomes == {1: Outcome.WAITING}
    assert Request.objects.get().waits_for == cast.manager.staff_member


def test_a_hundred_things_take_as_many_statements_as_two(cast: Cast, owner: User) -> None:
    make_policy(LEAD | {"position": 1}, finance() | {"position": 1}, MANAGER)
    counts = []
    for first, last in ((1, 3), (3, 103)):
        things = [
            thing(cast, number, lead=owner if number % 2 else cast.finance) for number in range(first, last)
        ]
        with CaptureQueriesContext(connection) as captured:
            hand_in(cast, *things)
            approve(owner, *things)
            approve(cast.finance, *things)
            approve(cast.manager, *things)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert Request.objects.filter(state=Request.State.APPROVED).count() == 102
