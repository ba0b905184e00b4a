"""The whole product as it runs in production, beside the tests: web server, worker, beat, and the vendors' stand-ins.

It has a database and a Redis number of its own on the servers that the environment names, and writes what its
processes say to build/e2e/.
"""

import contextlib
import http.client
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql
from psycopg.rows import dict_row

from tests.ready import database
from tests.stand_ins import Sandbox, run_sandbox
from tools.processes import free_port, spawn, stop_all, wait_for

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "e2e"
STATIC = ROOT / "build" / "static"
REDIS_NUMBER = 15  # the tests in processes count theirs from 0
UNDO_SECONDS = 1  # people get 15; the story need not wait for them


@dataclass(frozen=True)
class Product:
    """Where it runs, and how to look behind its pages."""

    port: int
    database_url: str
    sandbox: Sandbox
    environment: dict[str, str]

    def run(self, module: str, *words: str) -> None:
        """Runs a module in a process of its own, beside the product."""
        subprocess.run([sys.executable, "-m", module, *words], env=self.environment, cwd=ROOT, check=True)

    @property
    def root(self) -> str:
        return f"http://localhost:{self.port}"

    def firm(self, slug: str, *, port: int = 0) -> str:
        return f"http://{slug}.localhost:{port or self.port}"

    def rows(self, slug: str, query: str, *values: Any) -> list[dict[str, Any]]:
        """What the database holds for a firm, read past the product."""
        schema = sql.Identifier(f"firm_{slug.replace('-', '_')}")
        with psycopg.connect(self.database_url, row_factory=dict_row) as connection:
            connection.execute(sql.SQL("SET search_path TO {}, public").format(schema))
            return connection.execute(query.encode(), values).fetchall()


@contextlib.contextmanager
def run_product() -> Iterator[Product]:
    """Everything from an empty database on; ended with the block."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for log in BUILD.glob("*.log"):
        log.unlink()
    port, files = free_port(), BUILD / "files"
    shutil.rmtree(files, ignore_errors=True)
    target = {"webhook_url": f"http://127.0.0.1:{port}/webhooks/stripe", "webhook_host": f"localhost:{port}"}
    with database(_name()) as database_url, run_sandbox(files / "sandbox", **target) as sandbox:
        environment = _environment(port, database_url, sandbox, files)
        _manage(environment, "set_up")
        if not _static_is_fresh():
            _manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
        web = spawn("web", _web(port), log=BUILD / "web.log", env=environment, cwd=ROOT)
        worker = spawn("worker", _worker(files), log=BUILD / "worker.log", env=environment, cwd=ROOT)
        try:
            wait_for(lambda: _is_ready(port), process=web, seconds=60)
            wait_for(lambda: _is_listening(environment), process=worker, seconds=60)
            yield Product(port, database_url, sandbox, environment)
        finally:
            stop_all([web, worker])


def _name() -> str:
    return (
        urlsplit(os.environ.get("DATABASE_URL", "postgres://psa:psa@127.0.0.1:5532/psa")).path.lstrip("/")
        + "_e2e"
    )


def _environment(port: int, database_url: str, sandbox: Sandbox, files: Path) -> dict[str, str]:
    redis_url = urlsplit(os.environ.get("REDIS_URL", "redis://127.0.0.1:6399/0"))
    own_redis = urlunsplit(redis_url._replace(path=f"/{REDIS_NUMBER}"))
    redis.Redis.from_url(own_redis).flushdb()
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "psa.settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": own_redis,
        "DATA_DIR": str(files),
        "STATIC_ROOT": str(STATIC),
        "DEBUG": "0",
        "DEMO": "0",
        "PRODUCTION": "0",
        "BASE_DOMAIN": "localhost",
        "PUBLIC_SCHEME": "http",
        "PUBLIC_PORT": str(port),
        "SMTP_URL": f"smtp://127.0.0.1:{sandbox.smtp_port}",
        "STRIPE_API_KEY": sandbox.api_key,
        "STRIPE_API_BASE": sandbox.http_url,
        "STRIPE_WEBHOOK_SECRETS": sandbox.webhook_secret,
        "SANDBOX_URL": sandbox.http_url,
        "MAIL_UNDO_SECONDS": str(UNDO_SECONDS),
        "PYTHONUNBUFFERED": "1",
    }


def _static_is_fresh() -> bool:
    """Whether the collected files are newer than their sources, as they are under `make test`."""
    manifest = STATIC / "staticfiles.json"
    sources = [*(ROOT / "static").rglob("*"), ROOT / "package-lock.json", ROOT / "psa" / "staticfiles.py"]
    return manifest.exists() and manifest.stat().st_mtime > max(path.stat().st_mtime for path in sources)


def _manage(environment: dict[str, str], *words: str) -> None:
    log = BUILD / f"{words[0]}.log"
    process = spawn(words[0], [sys.executable, "manage.py", *words], log=log, env=environment, cwd=ROOT)
    if process.popen.wait(timeout=180) != 0:
        raise RuntimeError(f"manage.py {words[0]} failed: {process.last_words()} (see {log})")


def _web(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "psa.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--preload", "--worker-class", "gthread", "--workers", "2", "--threads", "8"),
        *("--graceful-timeout", "2", "--no-control-socket", "--access-logfile", str(BUILD / "access.log")),
    ]


def _worker(files: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--app", "psa.celery", "worker", "--beat", "--concurrency", "1"),
        *("--schedule", str(files / "beat"), "--loglevel", "INFO", "--without-gossip", "--without-mingle"),
    ]


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _is_listening(environment: dict[str, str]) -> bool:
    """Whether the worker has come as far as its queue."""
    bindings = redis.Redis.from_url(environment["REDIS_URL"]).exists("_kombu.binding.celery")
    return bool(bindings)
