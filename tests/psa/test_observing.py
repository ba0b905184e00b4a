"""Each answer has an id, a line and a count, and says nothing about firms or secrets to whoever watches."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.test import Client as Web
from gunicorn.config import Config

from core.models import Job, OutboxRow
from psa import metrics, observing, request_ids
from psa.access_log import AccessLog
from psa.celery import fan_out
from psa.depths import _read
from psa.logs import FirmFilter, JsonLines
from tenants.models import Firm
from tests.cast import NOW, Cast

TOKEN = "t0ken-of-the-dashboard"


@pytest.fixture(autouse=True)
def own_numbers(settings: Any, monkeypatch: pytest.MonkeyPatch, own_cache: None) -> Iterator[None]:
    """Counts of this test alone."""
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(metrics, "HASH", "psa:metrics:test")
    monkeypatch.setattr(metrics, "_counts", metrics.Counts())
    broker = redis.Redis.from_url(django_settings.REDIS_URL)
    broker.delete("psa:metrics:test")
    yield
    broker.delete("psa:metrics:test")


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines of a production log so far."""
    console = logging.StreamHandler(StringIO())
    console.addFilter(FirmFilter())
    console.setFormatter(JsonLines())
    level = observing.logger.level
    observing.logger.setLevel(logging.INFO)
    logging.getLogger().addHandler(console)
    yield lambda: [json.loads(line) for line in console.stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(console)
    observing.logger.setLevel(level)


def page() -> dict[str, float]:
    """What Prometheus would read."""
    answer = Web(headers={"host": "10.0.0.3", "authorization": f"Bearer {TOKEN}"}).get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    told = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.e+-]+', line) for line in told)
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in told)}


def test_an_answer_has_an_id_a_line_and_a_count(
    cast: Cast, web: Callable[..., Web], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    answer = web(cast.member).get("/time/?week=2026-11-16", headers={"x-request-id": "caller-0815"})
    assert answer["X-Request-ID"] == "caller-0815"
    line = next(line for line in lines() if line["logger"] == "psa.requests")
    assert line["request_id"] == "caller-0815"
    assert (line["firm"], line["method"], line["path"], line["status"]) == (
        *("firm_hm", "GET", "/time/"),
        answer.status_code,
    )
    found = page()
    route = line["route"]
    count = f'psa_requests_total{{method="GET",route="{route}",status="{answer.status_code}"}}'
    assert found[count] == 1
    assert found[f'psa_request_seconds_bucket{{le="+Inf",route="{route}"}}'] == 1
    assert found[f'psa_request_seconds_count{{route="{route}"}}'] == 1
    assert 0 < found[f'psa_request_seconds_sum{{route="{route}"}}'] < 60


@pytest.mark.parametrize("wanted", ["", "short", "x" * 65, 'quote"quote', "two words"])
def test_an_id_that_a_log_cannot_hold_is_replaced(firm: object, wanted: str) -> None:
    answer = Web(headers={"host": "localhost"}).get("/", headers={"x-request-id": wanted})
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])


def test_whatever_visitors_try_makes_no_new_series(
    firm: object, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    for path in ("/nowhere-1", "/nowhere-2", "/pay/5f0c.secret/"):
        Web(headers={"host": "hm.localhost"}, raise_request_exception=False).generic("GET", path)
    Web(headers={"host": "hm.localhost"}).generic("PROPFIND", "/nowhere")
    routes = {name for name in page() if name.startswith("psa_requests_total")}
    assert len(routes) == 3
    assert 'psa_requests_total{method="OTHER",route="none",status="404"}' in routes
    told = json.dumps(lines())
    assert "5f0c" not in told
    assert "hm" not in "".join(page())


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", TOKEN[:-1]])
def test_the_page_is_for_the_token_alone(firm: object, given: str) -> None:
    answer = Web(headers={"host": "10.0.0.3", "authorization": given}).get("/metrics")
    assert answer.status_code == 404


def test_without_a_token_there_is_no_page(firm: object, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert Web(headers={"host": "10.0.0.3", "authorization": "Bearer "}).get("/metrics").status_code == 404


def test_what_waits_in_all_firms(cast: Cast) -> None:
    before = _read()
    states = ("QUEUED", "QUEUED", "UNKNOWN", "ATTENTION", "DONE")
    OutboxRow.objects.bulk_create(
        OutboxRow(kind="probe", key=str(number), state=state, not_before=NOW)
        for number, state in enumerate(states)
    )
    Job.objects.create(kind="probe", title="Probe")
    after = _read()
    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert grown.pop("psa_outbox_oldest_seconds", 0) >= 0
    assert grown == {
        'psa_outbox_rows{state="QUEUED"}': 2,
        'psa_outbox_rows{state="UNKNOWN"}': 1,
        'psa_outbox_rows{state="ATTENTION"}': 1,
        'psa_jobs{state="QUEUED"}': 1,
    }
    assert after["psa_firms"] == Firm.objects.working().count() >= 2


def test_the_clock_says_when_it_ticked(firm: object) -> None:
    fan_out("core.sweep_jobs")
    assert page()['psa_fan_out_timestamp_seconds{task="core.sweep_jobs"}'] > 1_700_000_000


def test_a_task_goes_on_under_the_id_of_its_request(lines: Callable[[], list[dict[str, Any]]]) -> None:
    headers: dict[str, Any] = {}
    with request_ids.working_for("caller-0815"):
        request_ids.pass_on(headers=headers)
    asked = SimpleNamespace(is_eager=False, get=headers.get)
    task = SimpleNamespace(name="core.probe", request=asked)
    request_ids.take_up(task=task, task_id="own-id")
    observing.begin(task=task)
    logging.getLogger("core.probe").warning("at work")
    observing.end(task=task, state="SUCCESS")
    request_ids.put_down(task=task)
    assert lines()[-1]["request_id"] == "caller-0815"
    assert request_ids.current() == ""
    counted = metrics.gathered()
    assert counted['psa_tasks_total{state="SUCCESS",task="core.probe"}'] == 1
    asked.get = {}.get
    request_ids.take_up(task=task, task_id="own-id")
    assert request_ids.current() == "own-id"
    request_ids.put_down(task=task)


def test_counts_wait_while_redis_is_away(settings: Any) -> None:
    here = settings.REDIS_URL
    metrics.count("psa_tasks_total", task="core.probe", state="SUCCESS")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    metrics._counts.hand_over()
    metrics.set_now("psa_fan_out_timestamp_seconds", 1.0, task="core.probe")
    settings.REDIS_URL = here
    assert metrics.gathered() == {'psa_tasks_total{state="SUCCESS",task="core.probe"}': 1}


def test_families_stand_together_with_their_help() -> None:
    text = metrics.as_text(
        {"psa_firms": 2.0, 'psa_jobs{state="QUEUED"}': 1.0, 'psa_jobs{state="RUNNING"}': 0.0}
    )
    assert text.splitlines() == [
        "# HELP psa_firms Firms that are open.",
        "# TYPE psa_firms gauge",
        "psa_firms 2",
        "# HELP psa_jobs Long work that is not over, of all firms, by state.",
        "# TYPE psa_jobs gauge",
        'psa_jobs{state="QUEUED"} 1',
        'psa_jobs{state="RUNNING"} 0',
    ]


def test_an_error_is_one_line_with_its_traceback(lines: Callable[[], list[dict[str, Any]]]) -> None:
    try:
        raise ValueError("broken at /pay/5f0c.secret/")
    except ValueError:
        logging.getLogger("core.probe").exception("It failed")
    line = lines()[-1]
    assert (line["level"], line["message"]) == ("ERROR", "It failed")
    assert "ValueError: broken at /pay/…/" in line["exception"]


def test_the_web_servers_own_lines_are_json_too(settings: Any) -> None:
    settings.LOG_FORMAT = "json"
    log = AccessLog(Config())
    assert all(isinstance(handler.formatter, JsonLines) for handler in log.error_log.handlers)
    settings.LOG_FORMAT = "line"
    AccessLog(Config())
