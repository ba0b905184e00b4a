"""tools/with-services: a command with a database and a Redis of its own."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tools import services
from tools.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
SERVICES = [sys.executable, "-m", "tools.services"]
ASK = (
    "import os, psycopg, redis;"
    "print(psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT current_user').fetchone()[0]);"
    "print(redis.from_url(os.environ['REDIS_URL']).ping()); raise SystemExit(7)"
)


def environment(**more: str) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "TMPDIR": more.pop("tmp"), **more}


def test_a_command_reaches_both_and_its_exit_code_comes_back(tmp_path: Path) -> None:
    command = [*SERVICES, "run", "--fresh", "--", sys.executable, "-c", ASK]
    result = subprocess.run(
        command, cwd=ROOT, env=environment(tmp=str(tmp_path)), capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout.split(), result.stderr) == (7, ["psa", "True"], "")
    assert list(tmp_path.iterdir()) == []


def test_what_the_environment_names_is_used_and_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example/psa")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example")
    addresses, processes = services.start(tmp_path, postgres_port=1, redis_port=1)
    assert addresses.variables() == {
        "DATABASE_URL": "postgres://db.example/psa",
        "REDIS_URL": "redis://redis.example",
    }
    assert processes == []


@pytest.mark.parametrize("signals", [1, 2])
def test_kept_services_end_with_their_keeper_also_when_told_twice(signals: int, tmp_path: Path) -> None:
    """`make` passes a signal on that its whole group got already."""
    ports = ["--postgres-port", str(free_port()), "--redis-port", str(free_port())]
    keeper = subprocess.Popen(
        [*SERVICES, "keep", "--directory", str(tmp_path), *ports],
        cwd=ROOT,
        env=environment(tmp=str(tmp_path)),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdout is not None
    assert [keeper.stdout.readline().split("=")[0] for _ in range(2)] == [
        "export DATABASE_URL",
        "export REDIS_URL",
    ]
    for _ in range(signals):
        keeper.terminate()
    assert keeper.wait(timeout=20) == 128 + signal.SIGTERM
    lines = subprocess.run(
        ["ps", "-ww", "-eo", "command="], capture_output=True, text=True, check=True
    ).stdout
    assert [line for line in lines.splitlines() if str(tmp_path) in line] == []


def test_a_command_is_asked_for() -> None:
    result = subprocess.run([*SERVICES, "run", "--"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "Name the command" in result.stderr
