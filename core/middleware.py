"""What surrounds every request: how it came in, what a refusal answers, where toasts are shown."""

import json
import logging
from collections.abc import Callable

from django.contrib.messages import get_messages
from django.db import DatabaseError, DataError
from django.http import HttpRequest, HttpResponse

from core import audit
from core.errors import NotReadable, Refusal
from core.models.audit import Channel
from core.pages import is_fragment, problem
from core.promises import translate

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


class AuditChannelMiddleware:
    """Actions of this request are recorded with its channel (web or API) and its network address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = Channel.API if request.path.startswith("/api/") else Channel.WEB
        with audit.through(name, from_address=request.META.get("REMOTE_ADDR", "")):
            return self.get_response(request)


class RefusalMiddleware:
    """Answers a Refusal that no view caught: 422, or the status of its class. Database refusals speak too.

    What the database cannot even read (a character that no text holds, a number beyond all numbers) comes from a
    damaged address or form: 400.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refusal = translate(exception) if isinstance(exception, DatabaseError) else exception
        if refusal is None and isinstance(exception, DataError):
            logger.warning("Not readable: %s", exception, exc_info=exception)
            refusal = NotReadable()
        return problem(request, refusal) if isinstance(refusal, Refusal) else None


class ToastMiddleware:
    """Sends toasts along with an answer to htmx, as the event `psa:toast`. Stands below MessageMiddleware.

    Where the answer leads to another page the toast waits for that page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        leads_on = any(name in response for name in ("HX-Redirect", "HX-Location", "HX-Refresh"))
        if response.status_code < 300 and is_fragment(request) and not leads_on:
            self.send(request, response)
        return response

    @staticmethod
    def send(request: HttpRequest, response: HttpResponse) -> None:
        toasts = list(get_messages(request))
        if not toasts:
            return
        events = response.get("HX-Trigger", "")
        # The header holds either event names with commas or an object of events.
        known = (
            json.loads(events)
            if events.startswith("{")
            else dict.fromkeys(filter(None, events.split(",")), "")
        )
        last = toasts[-1]
        text = " ".join(str(each.message) for each in toasts)
        response["HX-Trigger"] = json.dumps(
            known | {"psa:toast": {"text": text, "undo": last.extra_tags or ""}}
        )
