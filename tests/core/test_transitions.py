"""Moves between stored states."""

import pytest

from core.models import Job
from core.transitions import IllegalMove, Transitions

State = Job.State
moves = Transitions({State.QUEUED: {State.RUNNING, State.CANCELED}, State.RUNNING: {State.DONE}})


def test_a_legal_move_sets_the_state() -> None:
    job = Job(state=State.QUEUED)
    moves.move(job, State.RUNNING)
    assert job.state == State.RUNNING


def test_an_illegal_move_says_why_and_changes_nothing() -> None:
    job = Job(state="DONE")
    with pytest.raises(IllegalMove, match=r"This job is done and cannot become running.") as refusal:
        moves.move(job, State.RUNNING)
    assert refusal.value.facts == {"start": "DONE", "end": State.RUNNING}
    assert job.state == "DONE"


def test_a_repeated_move_says_so() -> None:
    with pytest.raises(IllegalMove, match=r"This job is already running."):
        moves.check(Job(state="RUNNING"), State.RUNNING)


def test_what_may_follow() -> None:
    assert moves.next("QUEUED") == {State.RUNNING, State.CANCELED}
    assert moves.next("DONE") == frozenset()
    assert moves.allows("RUNNING", "DONE")
    assert not moves.allows("DONE", "RUNNING")
