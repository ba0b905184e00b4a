"""Runs the whole application on this machine: PostgreSQL, Redis, web, worker, beat and the vendors' stand-ins.

Started by `make demo`, which sets up what is missing before. PORT and DATA_DIR say where it listens and keeps its
data; DATABASE_URL and REDIS_URL, if set, are used instead of servers of its own. Ends everything on SIGINT and SIGTERM.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from tools import demo_directory, redis_server
from tools.postgres import Cluster
from tools.processes import CannotRun, Process, port_is_free, spawn, wait_for
from tools.stamps import Stamp, fingerprint
from tools.supervisor import Program, Supervisor

ROOT = demo_directory.ROOT
PYTHON = sys.executable
STARTED = float(os.environ.get("PSA_STARTED") or time.time())
MIGRATIONS = ("*/migrations/*.py", "tenants/cloning.py", "psa/settings.py", "requirements/demo.txt")
# The application as it is registered at the stand-in for QuickBooks.
QUICKBOOKS_CLIENT, QUICKBOOKS_SECRET = "sandbox-client", "sandbox-secret"
QUICKBOOKS_VERIFIER = "sandbox-verifier"
DEMO_FILES = ("psa/demo/**/*.py", "psa/management/**/*.py", "psa/founding.py")


class Ended(Exception):
    """Somebody asked for the end: Ctrl-C, or SIGTERM."""


def say(text: str) -> None:
    print(f"{time.time() - STARTED:4.0f} s  {text}", flush=True)


class Demo:
    def __init__(self, directory: Path, port: int) -> None:
        self.directory = directory
        self.port = port
        self.logs = directory / "logs"
        self.secrets = demo_directory.made_once(directory)
        self.ports = demo_directory.ports(directory, port)
        self.environment: dict[str, str] = {}
        self.supervisor = Supervisor(say)
        self.sandbox = Program("Sandbox", lambda: self.program("sandbox", self.sandbox_command()))

    # --- servers

    def start_servers(self) -> None:
        """PostgreSQL and Redis, where the environment names none."""
        addresses = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
        programs = []
        if not addresses["DATABASE_URL"]:
            password = self.secrets["database_password"]
            cluster = Cluster(
                self.directory / "pg",
                self.ports["postgres"],
                password,
                self.logs / "postgres.log",
            )
            programs.append(Program("PostgreSQL", cluster.start))
            addresses["DATABASE_URL"] = cluster.url
        if not addresses["REDIS_URL"]:
            programs.append(Program("Redis", self.start_redis))
            addresses["REDIS_URL"] = redis_server.url(self.ports["redis"], self.secrets["redis_password"])
        self.supervisor.begin(*programs)
        self.environment = os.environ | addresses | self.application_variables()
        say("PostgreSQL and Redis")

    def start_redis(self) -> Process:
        return redis_server.start(
            directory=self.directory / "redis",
            port=self.ports["redis"],
            log=self.logs / "redis.log",
            password=self.secrets["redis_password"],
            keeps=True,
        )

    def application_variables(self) -> dict[str, str]:
        """What psa/settings.py reads."""
        return {
            "DJANGO_SETTINGS_MODULE": "psa.settings",
            "PRODUCTION": "0",
            "DEBUG": "0",
            "DEMO": "1",
            "SECRET_KEY": self.secrets["secret_key"],
            "FIELD_KEYS": self.secrets["field_keys"],
            "DATA_DIR": str(self.directory),
            "STATIC_ROOT": str(self.directory / "static"),
            "BASE_DOMAIN": "localhost",
            "PUBLIC_SCHEME": "http",
            "PUBLIC_PORT": str(self.port),
            "SMTP_URL": f"smtp://127.0.0.1:{self.ports['smtp']}",
            "STRIPE_API_KEY": self.secrets["stripe_api_key"],
            "STRIPE_API_BASE": self.sandbox_address,
            "STRIPE_WEBHOOK_SECRETS": self.secrets["stripe_webhook_secret"],
            "QUICKBOOKS_CLIENT_ID": QUICKBOOKS_CLIENT,
            "QUICKBOOKS_CLIENT_SECRET": QUICKBOOKS_SECRET,
            "QUICKBOOKS_DISCOVERY_URL": f"{self.sandbox_address}/quickbooks/discovery",
            "QUICKBOOKS_API_BASE": f"{self.sandbox_address}/quickbooks/v3",
            "QUICKBOOKS_RECORD_URL": f"{self.sandbox_address}/quickbooks/company/{{realm}}/{{entity}}/{{id}}",
            "QUICKBOOKS_WEBHOOK_VERIFIER": QUICKBOOKS_VERIFIER,
            # Intuit's library refuses http:// without it; the demo's stand-in is on this machine.
            "OAUTHLIB_INSECURE_TRANSPORT": "1",
            "SANDBOX_URL": self.sandbox_address,
            "PYTHONUNBUFFERED": "1",
        }

    @property
    def sandbox_address(self) -> str:
        return f"http://localhost:{self.ports['sandbox']}"

    # --- what is done once

    def manage(self, *arguments: str) -> Process:
        log = self.logs / f"{arguments[0]}.log"
        return spawn(
            f"manage.py {arguments[0]}",
            [PYTHON, "manage.py", *arguments],
            log=log,
            env=self.environment,
            cwd=ROOT,
        )

    def finish(self, process: Process) -> None:
        """Waits for a command; a signal that ends us ends it too. Raises CannotRun if it failed."""
        try:
            code = process.popen.wait()
        except BaseException:
            process.stop(2)
            raise
        if code != 0:
            raise CannotRun(f"{process.name} failed: {process.last_words()} (see {process.log})")

    def prepare(self) -> None:
        """Schema, static files and the demo's firms; each is skipped when nothing it depends on has changed.

        Founding the firms needs the other two and the sandbox, where they open their accounts at Stripe.
        """
        migrations = fingerprint(files(MIGRATIONS), self.environment["DATABASE_URL"])
        assets = fingerprint(
            [
                *files(("static/**/*",)),
                ROOT / "package-lock.json",
                ROOT / "psa" / "staticfiles.py",
            ]
        )
        firms = fingerprint(files(DEMO_FILES), migrations, str(self.port))
        migrated, collected, founded = (self.stamp(name) for name in ("migrated", "collected", "founded"))
        collecting = None
        if not collected.holds(assets):
            collecting = self.manage("collectstatic", "--noinput", "--verbosity", "0")
        try:
            if not migrated.holds(migrations):
                self.finish(self.manage("set_up"))
                migrated.set(migrations)
                say("Database schema")
        finally:
            if collecting is not None:
                self.finish(collecting)
                collected.set(assets)
        if not founded.holds(firms):
            self.wait(self.sandbox, lambda: accepts(self.ports["sandbox"]))
            self.finish(self.manage("demo"))
            self.write_sign_ins()
            founded.set(firms)
            say("Two demo firms with three months of work")

    def stamp(self, name: str) -> Stamp:
        return Stamp(self.directory / "stamps", name)

    def write_sign_ins(self) -> None:
        result = subprocess.run(
            [PYTHON, "manage.py", "demo", "--sign-ins"],
            check=False,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=ROOT,
        )
        if result.returncode != 0:
            raise CannotRun(f"manage.py demo --sign-ins failed: {result.stderr.strip().splitlines()[-1:]}")
        (self.directory / "sign-ins.txt").write_text(result.stdout)

    # --- what keeps running

    def start_programs(self) -> None:
        programs = (
            Program("Web server", lambda: self.program("web", self.web_command())),
            Program("Worker", lambda: self.program("worker", self.worker_command())),
        )
        self.supervisor.begin(*programs)
        self.wait(self.sandbox, lambda: accepts(self.ports["sandbox"]))
        self.wait(programs[0], lambda: is_ready(self.port))
        self.wait(programs[1], lambda: True)

    @staticmethod
    def wait(program: Program, answers: Callable[[], bool]) -> None:
        if program.process is not None:
            wait_for(lambda: program.is_running and answers(), process=program.process, seconds=60)

    def program(self, name: str, arguments: list[str]) -> Process:
        command = [PYTHON, "-m", *arguments]
        return spawn(name, command, log=self.logs / f"{name}.log", env=self.environment, cwd=ROOT)

    def web_command(self) -> list[str]:
        return [
            *(
                "gunicorn",
                "psa.wsgi:application",
                "--bind",
                f"127.0.0.1:{self.port}",
                "--preload",
            ),
            *(
                "--worker-class",
                "gthread",
                "--workers",
                "2",
                "--threads",
                "4",
                "--graceful-timeout",
                "4",
            ),
            *("--no-control-socket", "--access-logfile", str(self.logs / "access.log")),
            *("--logger-class", "psa.access_log.AccessLog"),
        ]

    def worker_command(self) -> list[str]:
        schedule = self.directory / "beat-schedule"
        return [
            *(
                "celery",
                "--app",
                "psa.celery",
                "--quiet",
                "worker",
                "--concurrency",
                "2",
                "--loglevel",
                "INFO",
            ),
            *(
                "--without-gossip",
                "--without-mingle",
                "--beat",
                "--schedule",
                str(schedule),
            ),
        ]

    def sandbox_command(self) -> list[str]:
        return [
            *(
                "sandbox",
                "--host",
                "127.0.0.1",
                "--http-port",
                str(self.ports["sandbox"]),
            ),
            *(
                "--smtp-port",
                str(self.ports["smtp"]),
                "--data-dir",
                str(self.directory / "sandbox"),
            ),
            *("--public-url", self.sandbox_address),
            *("--webhook-url", f"http://127.0.0.1:{self.port}/webhooks/stripe"),
            *("--webhook-host", f"localhost:{self.port}"),
            *("--quickbooks-client-id", QUICKBOOKS_CLIENT),
            *("--quickbooks-client-secret", QUICKBOOKS_SECRET),
            *("--quickbooks-verifier", QUICKBOOKS_VERIFIER),
            *("--quickbooks-redirect-url", f"http://localhost:{self.port}/oauth/quickbooks"),
            *("--quickbooks-webhook-url", f"http://127.0.0.1:{self.port}/webhooks/quickbooks"),
            *(
                "--webhook-secret",
                self.secrets["stripe_webhook_secret"],
                "--api-key",
                self.secrets["stripe_api_key"],
            ),
        ]

    # --- the whole

    def run(self) -> None:
        try:
            self.start_servers()
            self.supervisor.begin(self.sandbox)
            self.prepare()
            self.start_programs()
            self.greet()
            self.supervisor.watch()
        finally:
            self.supervisor.stop(grace_seconds=4)

    def greet(self) -> None:
        print(f"\nReady: http://demo.localhost:{self.port}\n")
        with contextlib.suppress(FileNotFoundError):
            print((self.directory / "sign-ins.txt").read_text().rstrip())
        print(f"\nNew firms sign up at http://localhost:{self.port}")
        print(
            f"Mail that the demo sends, its card payments and its accounting arrive at {self.sandbox_address}"
        )
        print("Ctrl-C ends everything; the data stays for the next start.", flush=True)


def files(patterns: tuple[str, ...]) -> list[Path]:
    """The project's files of these patterns; a virtual environment's are never met, since none starts above it."""
    found = (path for pattern in patterns for path in ROOT.glob(pattern))
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wanted_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotRun(f'PORT must be a number from 1 to 65535, not "{text}".')
    if not port_is_free(int(text)):
        raise CannotRun(
            f"Port {text} is taken: stop what listens there, or choose another with PORT=8080 make demo."
        )
    return int(text)


def end(number: int, frame: FrameType | None) -> None:
    """Once: `make` passes a signal on that its whole group got already, and the second must not break the ending."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Ended


def main() -> int:
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        port, directory = wanted_port(), demo_directory.chosen()
        demo_directory.prepare(directory)
        with demo_directory.hold(directory):
            Demo(directory, port).run()
    except Ended:
        print("Stopped.", flush=True)
        return 0
    except CannotRun as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
