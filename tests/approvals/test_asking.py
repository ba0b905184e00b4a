"""A question stays with the request in the queue; the last word decides whether it is open."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from approvals.asking import AnswerIsMissing, NoQuestion, NothingToAsk, QuestionIsMissing, answer, ask
from approvals.history import dialogues, last_questions, last_returns, last_words, questions
from approvals.models import Message, Request
from core.errors import NotAllowed
from core.models import Mail
from people.models import User
from tests.approvals.things import DESK, Source, approve, give_back, hand_in, make_policy, thing
from tests.cast import NOW, Cast

MANAGER = {"source": Source.LINE_MANAGER}


@pytest.fixture(autouse=True)
def handed_in(cast: Cast) -> None:
    make_policy(MANAGER)
    hand_in(cast, thing(cast, 1), thing(cast, 2))


def put(by: User, text: str = "Which pump?", *ids: int) -> list[int]:
    return ask(desk=DESK, ids=ids or (1, 2), text=text, by=by, at=NOW)


def reply(by: User, text: str = "The second.", subject_id: int = 1) -> None:
    answer(desk=DESK, subject_id=subject_id, text=text, by=by, at=NOW + timedelta(minutes=1))


def open_ids() -> set[int]:
    return {pk for (_, pk), is_answer in last_words().items() if not is_answer}


def test_a_question_about_two_is_answered_for_one(cast: Cast) -> None:
    assert put(cast.manager) == [1, 2]
    assert open_ids() == {1, 2}
    reply(cast.member)
    assert open_ids() == {2}
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
    assert open_ids() == {1}


def test_deciding_closes_it_and_the_dialogue_stays(cast: Cast) -> None:
    put(cast.manager)
    approve(cast.manager, thing(cast, 1))
    give_back(cast.manager, thing(cast, 2))
    hand_in(cast, thing(cast, 2))
    assert open_ids() == set()
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
    with pytest.raises(QuestionIsMissing):
        put(cast.manager, "   ")
    put(cast.manager)
    with pytest.raises(AnswerIsMissing):
        reply(cast.member, " ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(request=Request.objects.first(), text="", by_name="x", at=NOW)


def test_what_was_said_stays_as_it_was_said(cast: Cast) -> None:
    put(cast.manager)
    with pytest.raises(DatabaseError, match="kept as they are"), transaction.atomic():
        Message.objects.update(text="Never mind")
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.all().delete()


def test_the_person_reads_what_is_asked_of_them(cast: Cast) -> None:
    put(cast.manager)
    member = cast.member.staff_member
    assert member
    assert [message.request.subject_id for message in last_questions(member)] == [1, 2]
    reply(cast.member)
    assert [message.request.subject_id for message in last_questions(member)] == [2]
    assert cast.manager.staff_member
    assert last_questions(cast.manager.staff_member) == []


def test_what_came_back_takes_a_reply_that_goes_along(cast: Cast) -> None:
    give_back(cast.manager, thing(cast, 1))
    reply(cast.member, "It was the second.")
    with pytest.raises(NotAllowed):
        reply(cast.manager, "No.")
    returns = last_returns("thing", [1, 2])
    said = dialogues("thing", [1, 2], returns)
    assert [(each.kind, each.text) for each in said[1].said] == [
        ("return", "Not yet."),
        ("answer", "It was the second."),
    ]
    assert said[1].reply
    hand_in(cast, thing(cast, 1))
    again = dialogues("thing", [1], last_returns("thing", [1]))[1]
    assert again.said == said[1].said
    assert not again.is_asked
    assert not again.is_answered
    with pytest.raises(NoQuestion):
        reply(cast.member)


def test_both_are_told(cast: Cast) -> None:
    put(cast.manager)
    letter = Mail.objects.get(kind="approvals.asked")
    assert (letter.to, letter.subject) == (["priya@hm.example"], "Dana Ruiz asks about 2 things")
    assert "/thing/1" in letter.text
    reply(cast.member)
    letter = Mail.objects.get(kind="approvals.answered")
    assert (letter.to, letter.subject) == (["dana@hm.example"], "Priya Raman answered your question")
    assert "/queue/1" in letter.text
    give_back(cast.manager, thing(cast, 2))
    reply(cast.member, "Look again.", 2)
    letter = Mail.objects.filter(kind="approvals.answered").latest("pk")
    assert (letter.to, letter.subject) == (["dana@hm.example"], "Priya Raman answered what you returned")


def test_asking_about_many_costs_what_one_costs(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as one:
        put(cast.manager, "One?", 1)
    hand_in(cast, *(thing(cast, number) for number in range(3, 40)))
    with CaptureQueriesContext(connection) as many:
        put(cast.manager, "Many?", *range(1, 40))
    assert len(many) <= len(one)
