"""What happens, written down: each answer and each task is counted, timed and logged under its request's id."""

import logging
import logging.config
import time
from collections.abc import Callable
from typing import Any

from celery.signals import setup_logging, task_postrun, task_prerun
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from psa import metrics, request_ids
from psa.logs import without_secrets

logger = logging.getLogger("psa.requests")

GetResponse = Callable[[HttpRequest], HttpResponse]
METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())
PROBES = frozenset(("/healthz", "/readyz", "/metrics"))


class RequestMiddleware:
    """Outermost: gives the request its id, and writes down what became of it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request_ids.taken_or_made(request.headers.get(request_ids.HEADER, ""))
        with request_ids.working_for(request_id):
            started = time.perf_counter()
            response = self.get_response(request)
            if request.path not in PROBES:
                note(request, response.status_code, time.perf_counter() - started)
        response[request_ids.HEADER] = request_id
        return response


def note(request: HttpRequest, status: int, seconds: float) -> None:
    """Counts and logs one answer. Its path is logged without secrets and without what was asked for in it."""
    method = request.method if request.method in METHODS else "OTHER"
    route = route_of(request)
    metrics.count("psa_requests_total", method=method or "", route=route, status=str(status))
    metrics.observe("psa_request_seconds", seconds, route=route)
    if logger.isEnabledFor(logging.INFO):
        firm = getattr(getattr(request, "tenant", None), "schema_name", "public")
        fields = {
            "method": method,
            "path": without_secrets(request.path),
            "route": route,
            "status": status,
            "ms": int(seconds * 1000),
            "firm": firm,
        }
        logger.info("%s %s %s", method, without_secrets(request.path), status, extra={"fields": fields})


def route_of(request: HttpRequest) -> str:
    """The name of the address that answered: few, whatever visitors try."""
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return match.view_name or match.route or "unnamed"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


@setup_logging.connect(dispatch_uid="our-logging")
def log_as_the_web_does(**unused: Any) -> None:
    """Workers and beat write the same lines; without a receiver Celery would put its own format in place."""
    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect(dispatch_uid="time-task")
def begin(task: Any, **unused: Any) -> None:
    """Notes when the task began."""
    task.request.psa_started = time.perf_counter()


@task_postrun.connect(dispatch_uid="count-task")
def end(task: Any, state: str | None = None, **unused: Any) -> None:
    """Counts and times one task."""
    metrics.count("psa_tasks_total", task=task.name, state=state or "UNKNOWN")
    began = getattr(task.request, "psa_started", None)
    if began is not None:
        metrics.observe("psa_task_seconds", time.perf_counter() - began, task=task.name)
