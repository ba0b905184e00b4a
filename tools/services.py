"""PostgreSQL and Redis for work on the project.

    python -m tools.services keep [--directory D] [--postgres-port N] [--redis-port N]
        in the foreground, until Ctrl-C
    python -m tools.services env
        the export lines of a kept pair
    python -m tools.services run [--fresh] -- COMMAND...
        with DATABASE_URL and REDIS_URL; a kept pair is used if it runs, else one is made and thrown away

What the caller's environment names already (DATABASE_URL, REDIS_URL) is used and nothing is started for it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tools import redis_server
from tools.postgres import UNSAFE_AND_FAST, Cluster
from tools.processes import CannotRun, Process, free_port, port_is_free, stop_all

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".test" / "dev"
POSTGRES_PORT = 5532
REDIS_PORT = 6399
PASSWORD = "psa"  # of servers that listen on 127.0.0.1 only and hold nothing but test rows


@dataclass(frozen=True)
class Addresses:
    database_url: str
    redis_url: str

    def variables(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


def start(directory: Path, *, postgres_port: int, redis_port: int) -> tuple[Addresses, list[Process]]:
    """Starts what the environment does not name. The role may create databases, since tests make their own."""
    processes: list[Process] = []
    database_url, redis_url = (
        os.environ.get("DATABASE_URL", ""),
        os.environ.get("REDIS_URL", ""),
    )
    logs = directory / "logs"
    try:
        if not database_url:
            cluster = Cluster(
                directory=directory / "pg",
                port=postgres_port,
                password=PASSWORD,
                log=logs / "postgres.log",
                may_create_databases=True,
                settings=UNSAFE_AND_FAST,
            )
            processes.append(cluster.start())
            database_url = cluster.url
        if not redis_url:
            log = logs / "redis.log"
            processes.append(
                redis_server.start(directory=directory / "redis", port=redis_port, log=log, keeps=False)
            )
            redis_url = redis_server.url(redis_port)
    except BaseException:
        stop_all(processes)
        raise
    return Addresses(database_url, redis_url), processes


@contextlib.contextmanager
def throw_away() -> Iterator[Addresses]:
    """A pair on free ports in a directory that is removed at the end."""
    directory = Path(tempfile.mkdtemp(prefix="psa-test-"))
    try:
        addresses, processes = start(directory, postgres_port=free_port(), redis_port=free_port())
        try:
            yield addresses
        finally:
            stop_all(processes)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def kept() -> Addresses | None:
    """The pair that `keep` holds at the usual ports, if it runs."""
    if not (KEPT / "pg" / "postmaster.pid").exists() or port_is_free(POSTGRES_PORT):
        return None
    if not redis_server.answers(REDIS_PORT):
        return None
    url = f"postgres://psa:{PASSWORD}@127.0.0.1:{POSTGRES_PORT}/psa"
    return Addresses(url, redis_server.url(REDIS_PORT))


@contextlib.contextmanager
def available(*, fresh: bool) -> Iterator[Addresses]:
    running = None if fresh else kept()
    if running is not None:
        yield running
        return
    with throw_away() as addresses:
        yield addresses


def keep(directory: Path, *, postgres_port: int, redis_port: int) -> int:
    for name, port in (("PostgreSQL", postgres_port), ("Redis", redis_port)):
        if not port_is_free(port):
            raise CannotRun(
                f"Port {port}, wanted for {name}, is taken: stop what listens there, or name another port."
            )
    addresses, processes = start(directory, postgres_port=postgres_port, redis_port=redis_port)
    try:
        for name, value in addresses.variables().items():
            print(f"export {name}={value}", flush=True)
        while all(process.is_running for process in processes):
            for process in processes:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.popen.wait(timeout=0.5)
        dead = [process.name for process in processes if not process.is_running]
        raise CannotRun(f"{' and '.join(dead)} stopped by itself; see {directory / 'logs'}")
    finally:
        stop_all(processes)


def run(command: list[str], *, fresh: bool) -> int:
    """Runs the command and returns its exit code; a signal to us is passed on by ending it with us."""
    with available(fresh=fresh) as addresses:
        child = subprocess.Popen(command, env=os.environ | addresses.variables())
        try:
            return child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=10)
                child.kill()


def leave_orderly(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(128 + number)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/services", description=(__doc__ or "").splitlines()[0])
    actions = parser.add_subparsers(dest="action", required=True)
    keeping = actions.add_parser("keep")
    keeping.add_argument("--directory", type=Path, default=KEPT)
    keeping.add_argument("--postgres-port", type=int, default=POSTGRES_PORT)
    keeping.add_argument("--redis-port", type=int, default=REDIS_PORT)
    actions.add_parser("env")
    running = actions.add_parser("run")
    running.add_argument("--fresh", action="store_true", help="use a pair of its own")
    running.add_argument("command", nargs=argparse.REMAINDER)
    running.usage = "%(prog)s [--fresh] -- COMMAND..."
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    signal.signal(signal.SIGTERM, leave_orderly)
    signal.signal(signal.SIGINT, leave_orderly)
    try:
        if options.action == "keep":
            directory = options.directory.resolve()
            return keep(
                directory,
                postgres_port=options.postgres_port,
                redis_port=options.redis_port,
            )
        if options.action == "run":
            command = [word for position, word in enumerate(options.command) if position or word != "--"]
            if not command:
                raise CannotRun("Name the command to run: tools/with-services COMMAND...")
            return run(command, fresh=options.fresh)
        addresses = kept()
        if addresses is None:
            raise CannotRun("No kept services run: start them with `make services`.")
        for name, value in addresses.variables().items():
            print(f"export {name}={value}")
        return 0
    except CannotRun as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
