"""tools/find-python believes only what runs."""

import subprocess
import sys
from pathlib import Path

FIND = Path(__file__).resolve().parents[2] / "tools" / "find-python"


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def find(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Runs it with nothing on the PATH but what the test put there (and a shell)."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    for name in ("bash", "env"):
        if not (tmp_path / "bin" / name).exists():
            (tmp_path / "bin" / name).symlink_to(f"/usr/bin/{name}")
    environment = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}
    return subprocess.run([str(FIND)], env=environment, capture_output=True, text=True, check=False)


def test_an_old_python3_and_a_shim_that_refuses_are_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "python3.12", "echo 'pyenv: python3.12: command not found' >&2; exit 127")
    program(tmp_path / "bin" / "python3", "exit 1  # what an assertion about the version does in an old one")
    program(tmp_path / "bin" / "python3.13", f'exec {sys.executable} "$@"')
    found = find(tmp_path)
    assert found.returncode == 0
    assert found.stdout.strip() == sys.executable


def test_versions_under_pyenv_are_found_although_none_is_on_the_path(tmp_path: Path) -> None:
    program(tmp_path / ".pyenv" / "versions" / "3.12.9" / "bin" / "python", f'exec {sys.executable} "$@"')
    assert find(tmp_path).stdout.strip() == sys.executable


def test_none_is_said_by_the_exit_code_alone(tmp_path: Path) -> None:
    found = find(tmp_path)
    assert (found.returncode, found.stdout, found.stderr) == (1, "", "")
