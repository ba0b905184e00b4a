"""Every answer that is not what was asked for, as application/problem+json (RFC 9457)."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, RawPostDataException

from core.api import NotClean
from core.errors import Refusal

MEDIA_TYPE = "application/problem+json"
Errors = Iterable[tuple[str, str]]
# What went wrong where no operation said it.
SENTENCES = {
    400: "The request is damaged, so it cannot be read.",
    401: "Send a valid token: Authorization: Bearer psa_…",
    403: "You do not have the right to do this.",
    404: "There is nothing at this address, or you may not see it.",
    405: "This address does not take this method.",
    429: "Too many requests. Wait as long as Retry-After says.",
    500: "Something went wrong on our side. It is recorded; nothing was half done.",
}


def problem(
    status: int, detail: str = "", *, kind: str = "", errors: Errors = (), facts: dict[str, Any] | None = None
) -> HttpResponse:
    """One problem. `kind` is the name of its class; without it the status says all."""
    words = HTTPStatus(status).phrase
    body = {
        "type": f"urn:psa:problem:{_kebab(kind or words)}",
        "title": words,
        "status": status,
        "detail": detail or SENTENCES.get(status, words),
        "errors": [{"path": path, "message": message} for path, message in errors],
        "facts": {name: value for name, value in (facts or {}).items() if _is_plain(value)},
    }
    return HttpResponse(json.dumps(body, cls=DjangoJSONEncoder), status=status, content_type=MEDIA_TYPE)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The problem that a refusal is: its status, its sentence, its field."""
    if isinstance(refusal, NotClean):
        errors = refusal.errors
    else:
        errors = [(_path(request, refusal.field), refusal.message)] if refusal.field else []
    return problem(
        refusal.status, refusal.message, kind=type(refusal).__name__, errors=errors, facts=refusal.facts
    )


def _path(request: HttpRequest, field: str) -> str:
    """The name by which the wish had the field: operations say `client` where the API says `client_id`."""
    try:
        wish = json.loads(request.body)
    except (ValueError, RawPostDataException):
        return field
    if isinstance(wish, dict) and field not in wish:
        return next((name for name in (f"{field}_id", f"{field}_ids") if name in wish), field)
    return field


def _kebab(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()).strip("-")


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | bool)
