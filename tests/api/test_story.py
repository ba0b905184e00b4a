"""The story of docs/api.md, its commands run as they stand, against a web server beside the tests."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection

from billing.models import Invoice
from core.models import Mail, OutboxRow
from people.models import Invitation
from psa.settings import STATIC_ROOT
from tenants.cloning import drop_firm
from tenants.models import Firm
from tools.processes import free_port, spawn, stop_all, wait_for

ROOT = Path(__file__).resolve().parents[2]
SLUG = "blue-oak-engineering"
REDIS_NUMBER = 14  # the tests in processes count theirs from 0; the browser's product has 15
# Older curls do not know where hosts below localhost are.
CURLRC = 'resolve = "*:{port}:127.0.0.1"\n'


def commands() -> str:
    """The story's blocks, one after the other in one shell that stops at the first failure."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    story = text.split("## A whole story in curl")[1].split("\n## ")[0]
    return "set -euo pipefail\n" + "\n".join(re.findall(r"```sh\n(.*?)```", story, re.DOTALL))


@pytest.fixture
def installation(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a web server on the tests' database; what the story makes there is dropped."""
    port = free_port()
    database = urlsplit(os.environ.get("DATABASE_URL", "postgres://psa:psa@127.0.0.1:5532/psa"))
    redis = urlsplit(settings.REDIS_URL)._replace(path=f"/{REDIS_NUMBER}")
    (tmp_path / ".curlrc").write_text(CURLRC.format(port=port), encoding="utf-8")
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(database._replace(path=f"/{connection.settings_dict['NAME']}")),
        "REDIS_URL": urlunsplit(redis),
        "PUBLIC_PORT": str(port),
        "DATA_DIR": str(tmp_path / "files"),
        "STATIC_ROOT": str(STATIC_ROOT),
        "CURL_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "psa.settings",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}:{add_curl(tmp_path / 'bin')}",
    }
    web = spawn(
        "web",
        [sys.executable, "-m", "gunicorn", "psa.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "2"],
        log=tmp_path / "web.log",
        env=environment,
        cwd=ROOT,
    )
    with django_db_blocker.unblock():
        try:
            wait_for(lambda: answers(port), process=web, seconds=60)
            yield environment
        finally:
            stop_all([web])
            connection.set_schema_to_public()  # type: ignore[attr-defined]
            for firm in Firm.objects.filter(slug=SLUG):
                drop_firm(firm)


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def add_curl(folder: Path) -> str:
    """A folder with a curl, for the end of the PATH: a real one goes first."""
    folder.mkdir()
    curl = folder / "curl"
    curl.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "tests" / "api" / "curl.py"}" "$@"\n', encoding="utf-8"
    )
    curl.chmod(0o755)
    return str(folder)


def test_the_story_runs_as_it_stands(installation: dict[str, str], tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (place / "manage.py").symlink_to(ROOT / "manage.py")
    told = subprocess.run(
        ["bash", "-c", commands()], cwd=place, env=installation, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]

    connection.set_tenant(Firm.objects.get(slug=SLUG))  # type: ignore[attr-defined]
    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.total_amount) == ("ISSUED", 712_50 / 100)
    payments = list(invoice.applications.values_list("payment_id", flat=True))
    assert len(payments) == 1
    # The repeated payment was answered with the same number.
    lines = told.stdout.splitlines()
    assert f"{payments[0]}" in lines
    assert (place / "invoice.pdf").read_bytes().startswith(b"%PDF")
    assert Mail.objects.filter(to__contains=["ap@larkspur.example"]).exists()
    assert Invitation.objects.get().email == "priya@blueoak.example"
    assert not OutboxRow.objects.filter(state="DEAD").exists()
