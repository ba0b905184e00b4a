"""The embedded PostgreSQL: an ordinary role, and nothing left behind however its starter ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tools.postgres import UNSAFE_AND_FAST, Cluster, command_of
from tools.processes import CannotRun, free_port

ROOT = Path(__file__).resolve().parents[2]


def cluster_in(directory: Path) -> Cluster:
    return Cluster(
        directory / "pg", free_port(), "secret", directory / "postgres.log", settings=UNSAFE_AND_FAST
    )


def running_in(directory: Path) -> list[str]:
    lines = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,command="], capture_output=True, text=True, check=True
    ).stdout
    return [
        line for line in lines.splitlines() if str(directory) in line and str(os.getpid()) not in line.split()
    ]


def until(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_the_role_owns_its_database_and_is_no_superuser(tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    process = cluster.start()
    try:
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            rights = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
            assert connection.execute(rights).fetchone() == (False, False, False)
            connection.execute("CREATE EXTENSION btree_gist")
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(cluster.url.replace("secret", "wrong"))
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(cluster.url.replace("psa:secret", "postgres:secret"))
    finally:
        process.stop()
    assert running_in(tmp_path) == []


def test_rows_survive_a_stop_and_another_start_on_another_port(tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    process = cluster.start()
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    process.stop()
    cluster.port = free_port()
    process = cluster.start()
    try:
        with psycopg.connect(cluster.url) as connection:
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    finally:
        process.stop()


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="other kernels tell no child of its parent's end"
)
def test_it_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from tests.tools.test_postgres import cluster_in;"
        "cluster_in(Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == "up\n"
    assert running_in(tmp_path) != []
    starter.kill()
    starter.wait()
    assert until(lambda: running_in(tmp_path) == [])


def test_a_left_over_server_is_ended_and_a_foreign_process_is_not(tmp_path: Path) -> None:
    cluster = cluster_in(tmp_path)
    old = cluster.start()
    new = cluster_in(tmp_path).start()
    try:
        assert not old.is_running
    finally:
        new.stop()
    foreign = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (tmp_path / "pg" / "postmaster.pid").write_text(f"{foreign.pid}\n")
        cluster_in(tmp_path).start().stop()
        assert foreign.poll() is None
        assert command_of(foreign.pid) != ""
    finally:
        foreign.send_signal(signal.SIGKILL)
        foreign.wait()


def test_data_of_another_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text("15\n")
    with pytest.raises(CannotRun, match=r"PostgreSQL 15, this is 18: .*make demo-reset"):
        cluster_in(tmp_path).start()


def test_an_interrupted_first_start_leaves_nothing_half_made(tmp_path: Path) -> None:
    (tmp_path / "pg.new").mkdir()
    (tmp_path / "pg.new" / "PG_VERSION").write_text("18\n")
    process = cluster_in(tmp_path).start()
    process.stop()
    assert not (tmp_path / "pg.new").exists()
