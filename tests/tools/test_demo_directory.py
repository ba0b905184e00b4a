"""The demo's directory: secrets made once, ports that are free, and never deleting what is not ours."""

import socket
import stat
from pathlib import Path

import pytest

from tools import demo_directory
from tools.processes import CannotRun


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    made = demo_directory.made_once(tmp_path)
    assert demo_directory.made_once(tmp_path) == made
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert len(set(made.values())) == len(made)


def test_ports_stay_and_give_way_to_what_took_one(tmp_path: Path) -> None:
    first = demo_directory.ports(tmp_path, 8000)
    assert len({8000, *first.values()}) == 5
    assert demo_directory.ports(tmp_path, 8000) == first
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first["redis"]))
        taken.listen()
        second = demo_directory.ports(tmp_path, 8000)
    assert second["redis"] != first["redis"]
    assert second["postgres"] == first["postgres"]


def test_a_web_port_that_another_part_had_is_given_to_the_web(tmp_path: Path) -> None:
    first = demo_directory.ports(tmp_path, 8000)
    assert demo_directory.ports(tmp_path, first["smtp"])["smtp"] != first["smtp"]


def test_a_directory_with_other_files_is_refused_and_never_deleted(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CannotRun, match="holds other files"):
        demo_directory.prepare(tmp_path)
    with pytest.raises(CannotRun, match="not deleted"):
        demo_directory.reset(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_demo_that_runs_keeps_others_and_the_reset_out(tmp_path: Path) -> None:
    directory = tmp_path / "demo"
    demo_directory.prepare(directory)
    with demo_directory.hold(directory):
        with pytest.raises(CannotRun, match="Another demo runs"):
            demo_directory.hold(directory)
        with pytest.raises(CannotRun, match="Another demo runs"):
            demo_directory.reset(directory)
    demo_directory.reset(directory)
    assert not directory.exists()
