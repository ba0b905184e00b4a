"""Asking about expenses: they stay in the queue until decided; their owner answers, also what came back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from approvals.asking import NothingToAsk, answer, ask
from core import clock
from core.errors import NotAllowed
from core.models import Mail
from reports.inbox import inbox
from tests.cast import NOW, TODAY, Cast
from tests.timesheets.expenses.test_approving import give_back
from timesheets.expenses.desk import EXPENSES
from timesheets.expenses.queue import queue
from timesheets.expenses.sheet import sheet_of
from timesheets.models import Expense, ExpenseReport


@pytest.fixture
def line(record: Any, submit: Any, report: ExpenseReport) -> Expense:
    record(vendor="City Cab")
    return submit(report)[0]


def put(line: Expense, by: Any, text: str = "Who was there?") -> list[int]:
    return ask(desk=EXPENSES, ids=[line.pk], text=text, by=by, at=NOW)


def reply(line: Expense, by: Any, text: str = "Two of the city.") -> None:
    answer(desk=EXPENSES, subject_id=line.pk, text=text, by=by, at=clock.now())


def first_words(cast: Cast) -> str:
    return queue(cast.manager, NOW, TODAY).sheets[0].first_words


def test_a_question_keeps_the_line_in_the_queue_and_out_of_the_clean(line: Expense, cast: Cast) -> None:
    assert queue(cast.manager, NOW, TODAY).clean
    put(line, cast.manager)
    assert not queue(cast.manager, NOW, TODAY).clean
    assert first_words(cast) == "Question open"
    shown = sheet_of(line.report).lines[0]
    assert (shown.standing.icon, shown.standing.words) == ("message-question", "Question of Dana Ruiz")
    reply(line, cast.member)
    assert first_words(cast) == "Question answered"
    assert sheet_of(line.report).lines[0].standing.words == "Waits for Dana Ruiz"
    line.refresh_from_db()
    assert line.state == Expense.State.SUBMITTED


def test_only_whom_it_waits_for_asks_and_only_the_owner_answers(line: Expense, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        put(line, cast.member)
    put(line, cast.manager)
    for person in (cast.manager, cast.finance):
        with pytest.raises(NotAllowed):
            reply(line, person)
    give_back(line, by=cast.manager)
    with pytest.raises(NothingToAsk):
        put(line, cast.manager)


def test_both_read_it_in_the_inbox_and_by_mail(line: Expense, cast: Cast) -> None:
    put(line, cast.manager)
    assert [(item.kind, item.question) for item in inbox(cast.manager, TODAY, NOW).items] == [
        ("Expenses", "asked")
    ]
    (question,) = inbox(cast.member, TODAY, NOW).items
    assert (question.kind, question.title) == ("Question", "Ground transport, $22.00")
    assert question.sub == "Dana Ruiz: “Who was there?”"
    letter = Mail.objects.get(kind="approvals.asked")
    assert letter.to == ["priya@hm.example"]
    assert f"/time/expenses/reports/{line.report_id}/?line={line.pk}" in letter.text
    reply(line, cast.member)
    assert inbox(cast.member, TODAY, NOW).items == []
    assert inbox(cast.manager, TODAY, NOW).items[0].question == "answered"
    assert (
        f"/time/expenses/approvals/?report={line.report_id}"
        in Mail.objects.get(kind="approvals.answered").text
    )


def test_a_reply_goes_along_with_the_next_submission(line: Expense, submit: Any, cast: Cast) -> None:
    give_back(line, by=cast.manager, reason="Whose lunch?")
    reply(line, cast.member, "The client's.")
    shown = sheet_of(line.report).lines[0]
    assert shown.returned
    assert shown.dialogue.reply
    submit(line.report)
    (again,) = queue(cast.manager, NOW, TODAY).sheets[0].sheet.lines
    assert [(said.kind, said.text) for said in again.dialogue.said] == [
        ("return", "Whose lunch?"),
        ("answer", "The client's."),
    ]
    assert again.returned is None


def test_over_http(line: Expense, cast: Cast, web: Callable[..., Any]) -> None:
    manager, member, stranger = web(cast.manager), web(cast.member), web(cast.finance)
    asking = reverse("timesheets:expense-ask")
    lines = f"{line.pk}.{line.version}"
    assert "Ask about 1 line of Priya Raman" in manager.get(f"{asking}?lines={lines}").text
    assert manager.post(asking, {"lines": lines, "text": " "}).status_code == 422
    told = manager.post(asking, {"lines": lines, "text": "Who was there?"}, headers={"HX-Request": "true"})
    assert told.status_code == 200
    assert "Who was there?" in told.text
    question = reverse("timesheets:expense-question", args=[line.pk])
    page = member.get(reverse("timesheets:expense-report", args=[line.report_id])).text
    assert (
        question
        in member.get(f"{reverse('timesheets:expense-report', args=[line.report_id])}?line={line.pk}").text
    )
    assert "Question of Dana Ruiz" in page
    assert "Who was there?" in member.get("/").text
    assert "Answer" in member.get(question).text
    assert member.post(question, {"text": "Two of the city."}).status_code == 204
    assert "Two of the city." in manager.get(question).text
    assert "Your answer" not in manager.get(question).text
    assert stranger.post(question, {"text": "x"}).status_code in (403, 404)
