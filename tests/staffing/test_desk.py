"""Asking about leave: the request goes on waiting, the person answers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from approvals.asking import NoQuestion, NothingToAsk, answer
from approvals.asking import ask as put
from core.errors import NotAllowed
from core.models import Mail
from staffing.desk import LEAVE
from staffing.leave_list import lines_of, waiting_leave
from staffing.models import LeaveRequest
from tests.cast import NOW, TODAY, Cast
from tests.staffing.deciding import approve, give_back
from tests.staffing.leave import ask, kind


@pytest.fixture
def leave(cast: Cast) -> LeaveRequest:
    return ask(cast.member)


def question(leave: LeaveRequest, by: Any) -> None:
    put(desk=LEAVE, ids=[leave.pk], text="Who covers the bid?", by=by, at=NOW)


def reply(leave: LeaveRequest, by: Any) -> None:
    answer(desk=LEAVE, subject_id=leave.pk, text="Emi does.", by=by, at=NOW)


def test_it_waits_on_with_its_dialogue(leave: LeaveRequest, cast: Cast) -> None:
    question(leave, cast.manager)
    (item,) = waiting_leave(cast.manager, TODAY)
    assert item.line.state == ("wait", "message-question", "Question of Dana Ruiz")
    with pytest.raises(NotAllowed):
        reply(leave, cast.manager)
    reply(leave, cast.member)
    (item,) = waiting_leave(cast.manager, TODAY)
    assert [said.text for said in item.line.dialogue.said] == ["Who covers the bid?", "Emi does."]
    assert item.line.state[2] == "Waits for Dana Ruiz"
    assert {letter.kind: letter.to for letter in Mail.objects.filter(kind__startswith="approvals.")} == {
        "approvals.asked": ["priya@hm.example"],
        "approvals.answered": ["dana@hm.example"],
    }
    approve(cast.manager, leave)
    with pytest.raises(NoQuestion):
        reply(leave, cast.member)
    with pytest.raises(NothingToAsk):
        question(leave, cast.manager)


def test_who_decides_on_nothing_asks_nothing(leave: LeaveRequest, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        question(leave, cast.member)


def test_a_returned_request_takes_a_reply(leave: LeaveRequest, cast: Cast) -> None:
    give_back(cast.manager, leave, "The bid is due then.")
    reply(leave, cast.member)
    leave.refresh_from_db()
    (line,) = lines_of([leave], cast.member, TODAY)
    assert line.returned
    assert line.dialogue.reply


def test_who_may_not_know_the_kind_reads_no_dialogue(leave: LeaveRequest, cast: Cast) -> None:
    kind(seen_by="APPROVERS")
    leave = LeaveRequest.objects.select_related("staff", "leave_type").get(pk=leave.pk)
    question(leave, cast.manager)
    (line,) = lines_of([leave], cast.finance, TODAY)
    assert not line.is_seen
    assert not line.dialogue
    (line,) = lines_of([leave], cast.manager, TODAY, decides=True)
    assert line.dialogue


def test_over_http(leave: LeaveRequest, cast: Cast, web: Callable[..., Any]) -> None:
    manager, member = web(cast.manager), web(cast.member)
    asking = reverse("staffing:leave-ask", args=[leave.pk])
    assert "Ask about 1 request of Priya Raman" in manager.get(asking).text
    assert member.get(asking).status_code in (403, 404)
    assert manager.post(asking, {"text": "Who covers?"}).status_code == 204
    assert "Who covers?" in manager.get(reverse("staffing:leave-requests")).text
    dialog = reverse("staffing:leave-question", args=[leave.pk])
    assert dialog in member.get(f"{reverse('staffing:leave')}?year={leave.starts_on.year}").text
    assert member.post(dialog, {"text": "Emi."}).status_code == 204
    assert "Question answered" in manager.get("/inbox/").text
    assert web(cast.finance).get(dialog).status_code == 404
