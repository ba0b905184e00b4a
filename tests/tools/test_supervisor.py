"""The supervisor starts again what ends by itself, says so, and gives up on what keeps ending."""

import signal
import sys
from pathlib import Path

import pytest

from tools.processes import CannotRun, Process, spawn
from tools.supervisor import RESTARTS, Program, Supervisor


class EnoughError(Exception):
    pass


def program(tmp_path: Path, code: str, started: list[Process], *, enough: int = 0) -> Program:
    def start() -> Process:
        if enough and len(started) == enough:
            raise EnoughError
        started.append(spawn("child", [sys.executable, "-u", "-c", code], log=tmp_path / "child.log"))
        return started[-1]

    return Program("Child", start)


def test_a_child_that_ends_is_started_again_with_its_last_words(tmp_path: Path) -> None:
    said: list[str] = []
    started: list[Process] = []
    supervisor = Supervisor(said.append)
    supervisor.begin(program(tmp_path, "print('out of luck')", started, enough=2))
    with pytest.raises(EnoughError):
        supervisor.watch(pause_seconds=0.01)
    assert len(said) == 2
    assert "Child stopped by itself (out of luck) and is started again" in said[0]


def test_a_child_that_keeps_ending_ends_the_whole(tmp_path: Path) -> None:
    started: list[Process] = []
    supervisor = Supervisor(lambda text: None)
    supervisor.begin(program(tmp_path, "print('no luck at all')", started))
    with pytest.raises(CannotRun, match="Child keeps stopping: no luck at all"):
        supervisor.watch(pause_seconds=0.01)
    assert len(started) == RESTARTS + 1


def test_the_last_group_stops_first_and_the_stubborn_are_killed(tmp_path: Path) -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(60)"
    started: list[Process] = []
    supervisor = Supervisor(lambda text: None)
    supervisor.begin(program(tmp_path, "import time; time.sleep(60)", started))
    supervisor.begin(program(tmp_path, stubborn, started))
    while "up" not in (tmp_path / "child.log").read_text():
        assert started[1].is_running
    supervisor.stop(grace_seconds=0.2)
    assert [process.popen.returncode for process in started] == [-signal.SIGTERM, -signal.SIGKILL]
