"""The product as the deployment's files run it, on servers of its own, with hands that break it.

Web, worker and beat are started with the very commands of docker-compose.yml and the Dockerfile, with production's
settings. PostgreSQL and Redis are processes of this installation alone, so that they can be killed. What all of them
say is in build/faults/.
"""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis
from psycopg import sql
from psycopg.rows import dict_row

from tests import deployment, ready
from tests.stand_ins import Sandbox, run_sandbox
from tools import redis_server
from tools.postgres import Cluster
from tools.processes import CannotRun, Process, free_port, spawn, stop_all, wait_for

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "faults"
DOMAIN = "psa.example.com"
SECRETS = {
    "BASE_DOMAIN": DOMAIN,
    "MAIL_FROM": f"billing@{DOMAIN}",
    "SMTP_URL": "smtp://127.0.0.1:25",
    "POSTGRES_ADMIN_PASSWORD": "unused",
    "POSTGRES_PASSWORD": "unused",
    "SECRET_KEY": "0123456789abcdef" * 6,
    "FIELD_KEYS": "ZGV2ZWxvcG1lbnQtb25seS1kZXZlbG9wbWVudC1vbmw=",
}
PROGRAMS = {"gunicorn", "celery"}
# Columns that say when something happened or may happen; moving them back is time passing.
CLOCKS = {
    "core_outboxrow": ("not_before", "claimed_at"),
    "core_job": ("heartbeat_at",),
    "core_mail": ("not_before", "claimed_at"),
}


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Installation:
    """What runs, where it listens, and how to stop it without warning."""

    cluster: Cluster
    postgres: Process
    redis: Process
    redis_port: int
    sandbox: Sandbox
    environment: dict[str, str]
    web_port: int
    running: dict[str, Process] = field(default_factory=dict)
    commands: dict[str, list[str]] = field(default_factory=dict)

    # --- the processes of the deployment

    def start(self, name: str, service: str = "", *more: str) -> Process:
        """Starts a service of docker-compose.yml (by default the one of that name) as a process of its own."""
        words = [self._here(word) for word in deployment.command(service or name, SECRETS)]
        if words[0] in PROGRAMS:
            words[:1] = [sys.executable, "-m", words[0]]
        if (service or name) == "beat":
            words[words.index("--schedule") + 1] = str(BUILD / f"{name}-schedule")
        self.commands[name] = [*words, *more]
        return self._spawn(name)

    def _spawn(self, name: str) -> Process:
        log = BUILD / f"{name}.log"
        self.running[name] = spawn(name, self.commands[name], log=log, env=self.environment, cwd=ROOT)
        return self.running[name]

    def supervise(self) -> list[str]:
        """Starts again what ended by itself, as `restart: unless-stopped` does. Returns what that was."""
        ended = [name for name, process in self.running.items() if not process.is_running]
        for name in ended:
            self._spawn(name)
        return ended

    def start_web(self) -> None:
        web = self.start("web")
        wait_for(self.is_ready, process=web, seconds=60)

    def start_worker(self, name: str = "worker") -> None:
        """Starts a worker and waits until it says that it takes tasks."""
        words = f"{name}@{DOMAIN} ready."
        log = BUILD / f"{name}.log"
        before = log.read_text().count(words) if log.exists() else 0
        worker = self.start(name, "worker", "--hostname", f"{name}@{DOMAIN}")
        wait_for(lambda: log.read_text().count(words) > before, process=worker, seconds=60)

    def health_check(self, service: str) -> bool:
        """What docker-compose.yml asks a service for, asked of ours."""
        kind, *words = deployment.compose(SECRETS)["services"][service]["healthcheck"]["test"]
        if kind == "CMD-SHELL":
            words = ["sh", "-c", *words]
        here = [
            self._here(word).replace("/tmp", str(BUILD)).replace("8000", str(self.web_port)) for word in words
        ]
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return self._run(here, PATH=path, HOSTNAME=DOMAIN).returncode == 0

    def kill(self, name: str) -> None:
        """SIGKILL to a process and all its children: no handler runs, nothing is finished."""
        process = self.running.pop(name)
        os.killpg(process.popen.pid, signal.SIGKILL)
        process.ensure_stopped(5)

    def _here(self, word: str) -> str:
        return word.replace("0.0.0.0:8000", f"127.0.0.1:{self.web_port}")

    # --- the servers below

    def kill_postgres(self) -> None:
        """SIGKILL to the server's first process; its others end when they notice."""
        os.kill(self.postgres.popen.pid, signal.SIGKILL)
        self.postgres.popen.wait()

    def start_postgres(self) -> None:
        """Starts it again. For a moment the killed one's processes still hold its memory, and it refuses."""
        until = time.monotonic() + 30
        while True:
            try:
                self.postgres = self.cluster.start()
                return
            except CannotRun:
                if time.monotonic() > until:
                    raise

    def kill_redis(self) -> None:
        os.kill(self.redis.popen.pid, signal.SIGKILL)
        self.redis.popen.wait()

    def start_redis(self) -> None:
        """Starts it again, empty: queue, cache and limits are lost."""
        self.redis = start_redis(self.redis_port)

    def queue(self) -> redis.Redis:
        return redis.Redis.from_url(self.environment["REDIS_URL"])

    # --- asking

    def ask(
        self, method: str, path: str, body: Any = None, *, slug: str = "", timeout: float = 20, **headers: str
    ) -> Answer:
        """One request as the proxy passes it on. Raises OSError when no whole answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.web_port, timeout=timeout)
        host = f"{slug}.{DOMAIN}" if slug else DOMAIN
        sent = {"Host": host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", **headers}
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, path, body and json.dumps(body), sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), dict(answer.headers))
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            return self.ask("GET", "/readyz", timeout=5).status == 200
        return False

    def manage(self, *words: str) -> str:
        """A command's standard output. Raises RuntimeError with what it said when it failed."""
        return self.run("manage.py", *words)

    def run(self, *words: str) -> str:
        done = self._run([sys.executable, *words])
        if done.returncode != 0:
            raise RuntimeError(f"{words}: {done.stderr.decode()}")
        return done.stdout.decode()

    def _run(self, words: list[str], **more: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(words, env=self.environment | more, cwd=ROOT, capture_output=True, check=False)

    # --- behind the pages

    def rows(self, slug: str, query: str, *values: Any) -> list[dict[str, Any]]:
        """What the database holds for a firm, read (or changed) past the product."""
        schema = sql.Identifier(f"firm_{slug.replace('-', '_')}")
        with psycopg.connect(self.cluster.url, row_factory=dict_row) as connection:
            connection.execute(sql.SQL("SET search_path TO {}, public").format(schema))
            found = connection.execute(query.encode(), values)
            return found.fetchall() if found.description else []

    def let_time_pass(self, slug: str, minutes: int) -> None:
        """As if so many minutes had gone by: what the firm's waiting work remembers is that much older."""
        for table, columns in CLOCKS.items():
            moved = ", ".join(f"{name} = {name} - make_interval(mins => {minutes})" for name in columns)
            self.rows(slug, f"UPDATE {table} SET {moved}")

    def tick(self, task: str = "core.drain_outbox") -> None:
        """What beat would do next, now: has the periodic task sent to each firm."""
        code = f"from psa.celery import fan_out; fan_out.delay({task!r})"
        self.run("-c", f"import django; import psa; django.setup(); {code}")

    def is_quiet(self, slug: str) -> bool:
        """Whether no worker has anything in hand, and nothing moved for a moment. What has ended is started again."""
        self.supervise()
        look = "SELECT count(*), sum(attempts) FROM core_outboxrow WHERE state IN ('QUEUED', 'SENDING', 'UNKNOWN')"
        before = self.rows(slug, look)
        time.sleep(0.5)
        return not self.queue().llen("celery") and self.rows(slug, look) == before

    def files(self, slug: str) -> Path:
        return Path(self.environment["DATA_DIR"]) / "files" / f"firm_{slug.replace('-', '_')}"


@contextlib.contextmanager
def run_installation() -> Iterator[Installation]:
    """An empty installation with everything but web, worker and beat started; ended with the block."""
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        # PostgreSQL's account must reach its directory, which it may not in a root's home.
        cluster = Cluster(
            directory=BUILD / "pg", port=free_port(), password="psa", log=BUILD / "postgres.log"
        )
        web_port, redis_port = free_port(), free_port()
        postgres, queue = cluster.start(), start_redis(redis_port)
        target = {"webhook_url": f"http://127.0.0.1:{web_port}/webhooks/stripe", "webhook_host": DOMAIN}
        sandbox = stack.enter_context(run_sandbox(BUILD / "sandbox", **target))
        installation = Installation(
            cluster,
            postgres,
            queue,
            redis_port,
            sandbox,
            _environment(cluster, redis_port, sandbox),
            web_port,
        )
        try:
            ready.copy_to(cluster.url)
            installation.manage("set_up")
            yield installation
        finally:
            stop_all([*installation.running.values()], grace_seconds=2)
            stop_all([installation.redis, installation.postgres])
            shutil.rmtree(BUILD / "pg", ignore_errors=True)


def start_redis(port: int) -> Process:
    return redis_server.start(directory=BUILD / "redis", port=port, log=BUILD / "redis.log", keeps=False)


def _environment(cluster: Cluster, redis_port: int, sandbox: Sandbox) -> dict[str, str]:
    """As docker-compose.yml and the image give it; addresses and directories are those of this machine."""
    web = deployment.compose(SECRETS)["services"]["web"]["environment"]
    return (
        os.environ
        | {name: str(value) for name, value in web.items()}
        | {
            "PRODUCTION": "1",
            "DJANGO_SETTINGS_MODULE": "psa.settings",
            "DATABASE_URL": cluster.url,
            "REDIS_URL": redis_server.url(redis_port),
            "DATA_DIR": str(BUILD / "data"),
            "STATIC_ROOT": str(ROOT / "build" / "static"),
            "SMTP_URL": f"smtp://127.0.0.1:{sandbox.smtp_port}",
            "STRIPE_API_KEY": sandbox.api_key,
            "STRIPE_API_BASE": sandbox.http_url,
            "STRIPE_WEBHOOK_SECRETS": sandbox.webhook_secret,
            "SANDBOX_URL": sandbox.http_url,
            "API_REQUESTS_PER_MINUTE": "1000000",
            "METRICS_TOKEN": "watching",
            "MAIL_UNDO_SECONDS": "0",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "",
        }
    )
