"""A question stays with the request in the queue; the last word decides whether it is open."""

import pytest
from django.db import DatabaseError, transaction

from approvals.asking import NoQuestion, NothingToAsk, answer, ask
from approvals.history import open_questions, questions
from approvals.models import Message, Request
from core.errors import NotAllowed, Refusal
from people.models import User
from tests.approvals.things import Source, approve, give_back, hand_in, make_policy, thing
from tests.cast import NOW, Cast

MANAGER = {"source": Source.LINE_MANAGER}


@pytest.fixture(autouse=True)
def handed_in(cast: Cast) -> None:
    make_policy(MANAGER)
    hand_in(cast, thing(cast, 1), thing(cast, 2))


def put(by: User, text: str = "Which pump?", *ids: int) -> int:
    return ask(kind="thing", ids=ids or (1, 2), text=text, by=by, at=NOW)


def reply(by: User, text: str = "The second.", subject_id: int = 1) -> None:
    answer(kind="thing", subject_id=subject_id, text=text, by=by, at=NOW)


def test_a_question_about_two_is_answered_for_one(cast: Cast) -> None:
    assert put(cast.manager) == 2
    assert open_questions("thing", [1, 2]) == {1, 2}
    reply(cast.member)
    assert open_questions("thing", [1, 2]) == {2}
    said = questions("thing", [1])[1]
    assert [(m.by_name, m.text, m.is_answer) for m in said] == [
        ("Dana Ruiz", "Which pump?", False),
        ("Priya Raman", "The second.", True),
    ]
    assert Request.objects.waiting().count() == 2


def test_asking_again_opens_it_again(cast: Cast) -> None:
    put(cast.manager, "Which pump?", 1)
    reply(cast.member)
    put(cast.manager, "And why?", 1)
    assert open_questions("thing", [1, 2]) == {1}


def test_deciding_closes_it_and_the_dialogue_stays(cast: Cast) -> None:
    put(cast.manager)
    approve(cast.manager, thing(cast, 1))
    give_back(cast.manager, thing(cast, 2))
    hand_in(cast, thing(cast, 2))
    assert open_questions("thing", [1, 2]) == set()
    assert set(questions("thing", [1, 2])) == {1, 2}


def test_only_those_whom_it_waits_for_ask(cast: Cast, owner: User) -> None:
    for stranger in (cast.finance, cast.member):
        with pytest.raises(NothingToAsk):
            put(stranger)


def test_only_the_owner_answers_and_only_what_was_asked(cast: Cast) -> None:
    with pytest.raises(NoQuestion):
        reply(cast.member)
    put(cast.manager)
    with pytest.raises(NotAllowed):
        reply(cast.finance)


def test_a_question_says_something(cast: Cast) -> None:
    with pytest.raises(Refusal, match="Write your question"):
        put(cast.manager, "   ")


def test_what_was_said_stays_as_it_was_said(cast: Cast) -> None:
    put(cast.manager)
    with pytest.raises(DatabaseError, match="kept as they are"), transaction.atomic():
        Message.objects.update(text="Never mind")
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.all().delete()
