"""`make demo` says at once, in a sentence, what keeps it from starting."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def demo(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "tools" / "demo")],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = demo(PORT=str(port), DATA_DIR=str(tmp_path / "data"))
    assert result.returncode == 1
    assert result.stderr.startswith(f"Port {port} is taken: stop what listens there, or choose another")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("port", ["http", "80a", "-1"])
def test_a_port_that_is_no_number_is_refused(port: str, tmp_path: Path) -> None:
    result = demo(PORT=port, DATA_DIR=str(tmp_path / "data"))
    assert (result.returncode, result.stderr.strip()) == (1, f'PORT must be a number, not "{port}".')


def test_a_directory_that_is_not_the_demos_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    result = demo(PORT=str(port), DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert "holds other files: choose an empty directory as DATA_DIR" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
