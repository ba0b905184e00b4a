"""The id of a request: taken from the caller or made, written on each line of the log, passed on to the workers."""

import re
import uuid
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun

HEADER = "X-Request-ID"
FIT = re.compile(r"[A-Za-z0-9._-]{8,64}")

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of the request or task that this thread works for; empty outside."""
    return _current.get()


def taken_or_made(wanted: str) -> str:
    """The caller's id when it is one that a log can hold, else a new one."""
    return wanted if FIT.fullmatch(wanted) else uuid.uuid4().hex


class working_for(AbstractContextManager[None]):  # noqa: N801 - read as a verb: with working_for(id)
    """This thread works for a request until the block ends."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id

    def __enter__(self) -> None:
        self.token = _current.set(self.request_id)

    def __exit__(self, *unused: object) -> None:
        _current.reset(self.token)


@before_task_publish.connect(dispatch_uid="pass-request-id")
def pass_on(headers: dict[str, Any] | None = None, **unused: Any) -> None:
    """A task carries the id of the request that asked for it."""
    if headers is not None and current():
        headers.setdefault("psa_request_id", current())


@task_prerun.connect(dispatch_uid="take-request-id")
def take_up(task: Any, task_id: str, **unused: Any) -> None:
    """A worker goes on under that id; a task that nobody's request asked for is known by its own."""
    if not task.request.is_eager:
        _current.set(str(task.request.get("psa_request_id") or task_id))


@task_postrun.connect(dispatch_uid="drop-request-id")
def put_down(task: Any, **unused: Any) -> None:
    """The next task is somebody else's."""
    if not task.request.is_eager:
        _current.set("")
