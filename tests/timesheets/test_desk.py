"""Asking about lines of time: it stays in the queue, the owner answers, neither is a decision."""

import pytest
from django.utils import timezone

from approvals.asking import AnswerIsMissing, NoQuestion, NothingToAsk, QuestionIsMissing, answer, ask
from core.errors import NotAllowed
from core.models import Mail
from tests.cast import NOW, TODAY, Cast
from tests.timesheets.sheets import submit_week
from timesheets.approvals_queue import queue
from timesheets.desk import TIME
from timesheets.models import TimeEntry


def flags(cast: Cast) -> list[str]:
    (sheet,) = queue(cast.manager, timezone.now(), TODAY).sheets
    return [flag.words for flag in sheet.flags]


def test_a_question_keeps_the_line_in_the_queue_until_it_is_answered(cast: Cast) -> None:
    (entry, *_) = submit_week(cast)
    assert ask(desk=TIME, ids=[entry.pk], text="Rev B or C?", by=cast.manager, at=NOW) == [entry.pk]
    assert flags(cast) == ["Question open"]
    entry.refresh_from_db()
    assert entry.state == TimeEntry.State.SUBMITTED
    answer(desk=TIME, subject_id=entry.pk, text="Rev C", by=cast.member, at=NOW)
    assert flags(cast) == ["Question answered"]
    line = queue(cast.manager, NOW, TODAY).sheets[0].lines[0]
    assert [(message.by_name, message.text) for message in line.messages] == [
        ("Dana Ruiz", "Rev B or C?"),
        ("Priya Raman", "Rev C"),
    ]


def test_only_approvers_ask_and_only_owners_answer(cast: Cast) -> None:
    (entry, *_) = submit_week(cast)
    with pytest.raises(NotAllowed):
        ask(desk=TIME, ids=[entry.pk], text="Why?", by=cast.member, at=NOW)
    with pytest.raises(QuestionIsMissing):
        ask(desk=TIME, ids=[entry.pk], text="  ", by=cast.manager, at=NOW)
    with pytest.raises(NoQuestion):
        answer(desk=TIME, subject_id=entry.pk, text="Because", by=cast.member, at=NOW)
    ask(desk=TIME, ids=[entry.pk], text="Why?", by=cast.manager, at=NOW)
    for person in (cast.manager, cast.owner, cast.finance):
        with pytest.raises(NotAllowed):
            answer(desk=TIME, subject_id=entry.pk, text="Because", by=person, at=NOW)
    with pytest.raises(AnswerIsMissing):
        answer(desk=TIME, subject_id=entry.pk, text=" ", by=cast.member, at=NOW)


def test_lines_that_wait_for_somebody_else_are_not_asked_about(cast: Cast) -> None:
    (theirs, *_) = submit_week(cast, cast.finance)
    with pytest.raises(NothingToAsk):
        ask(desk=TIME, ids=[theirs.pk], text="Why?", by=cast.manager, at=NOW)


def test_the_owner_is_told_once_and_the_asker_hears_the_answer(cast: Cast) -> None:
    entries = submit_week(cast)
    ask(desk=TIME, ids=[entry.pk for entry in entries], text="Rev B or C?", by=cast.manager, at=NOW)
    letter = Mail.objects.get(kind="approvals.asked")
    assert letter.to == ["priya@hm.example"]
    assert letter.subject == "Dana Ruiz asks about 5 lines"
    assert "Rev B or C?" in letter.text
    assert f"/time/{entries[0].worked_on}/" in letter.text
    answer(desk=TIME, subject_id=entries[0].pk, text="Rev C", by=cast.member, at=NOW)
    letter = Mail.objects.get(kind="approvals.answered")
    assert letter.to == ["dana@hm.example"]
    assert "Rev C" in letter.text
    assert "/time/approvals/?sheet=" in letter.text
