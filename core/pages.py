"""How views answer: whole page or fragment, refusals beside their field, toasts."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.db import DatabaseError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.template.context import make_context
from django.utils.cache import patch_vary_headers

from core.errors import NotAllowed, Refusal
from core.promises import translate
from core.spreadsheets import comma_separated

# Where a refusal that belongs to no form is shown: in the open dialog if there is one, else at the top of the page.
NOTICE_PLACE = (
    "body:has(dialog[open] [data-notices]) dialog[open] [data-notices], "
    "body:not(:has(dialog[open] [data-notices])) #page-notices"
)


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page, not for a page to show whole (boosted, or from its history)."""
    asked = request.headers
    whole = asked.get("HX-Boosted") == "true" or asked.get("HX-History-Restore-Request") == "true"
    return asked.get("HX-Request") == "true" and not whole


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Renders a page (`room/page.html`) or a fragment of it (`room/page.html#part`)."""
    response = HttpResponse(_markup(request, template, dict(context or {})), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _markup(request: HttpRequest, template: str, context: dict[str, Any]) -> str:
    """As `render`, but what the page showed goes as soon as it is shown.

    A block keeps its context, and the context its block: all that the view read would wait for the collector.
    """
    found: Any = loader.get_template(template)
    spoken = make_context(context, request, autoescape=found.backend.engine.autoescape)
    try:
        return str(found.template.render(spoken))
    finally:
        spoken.dicts = []


@contextmanager
def refusals_into(form: BaseForm) -> Iterator[None]:
    """Shows a Refusal raised inside at its field of the form, or above the form. The view then renders the form again.

    A missing right is not the form's matter and passes through. Refusals of the database speak their registered words.
    """
    try:
        yield
    except NotAllowed:
        raise
    except Refusal as refusal:
        _add(form, refusal)
    except DatabaseError as error:
        translated = translate(error)
        if translated is None:
            raise
        _add(form, translated)


def _add(form: BaseForm, refusal: Refusal) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def toast(request: HttpRequest, text: str, undo_url: str | None = None) -> None:
    """One line at the bottom of the page, with Undo (a POST to `undo_url`). Never for errors.

    Shown by the answer to this request when htmx asked, else by the next page; ToastMiddleware decides.
    """
    messages.success(request, text, extra_tags=undo_url or "")


def spreadsheet(name: str, head: Sequence[str], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """A table to be kept under this name."""
    return HttpResponse(
        comma_separated(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def dialog_done(*events: str) -> HttpResponse:
    """The answer to a dialog's form that has done its work: closes the dialog and tells the page what changed.

    Parts of the page listen with hx-trigger="tasks-changed from:body".
    """
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps(dict.fromkeys(["psa:close-dialog", *events], ""))
    return response


def problem(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a refusal that no form shows: a notice for htmx, JSON for programs, else a page."""
    if is_fragment(request):
        response = page(request, "core/refused.html", {"message": refusal.message}, status=refusal.status)
        response["HX-Retarget"], response["HX-Reswap"] = NOTICE_PLACE, "innerHTML"
        return response
    if not request.accepts("text/html"):
        return JsonResponse({"message": refusal.message, "field": refusal.field}, status=refusal.status)
    template = "403.html" if isinstance(refusal, NotAllowed) else "core/refusal.html"
    context = {"message": refusal.message, "status": refusal.status, "back_url": _came_from(request)}
    return page(request, template, context, status=refusal.status)


def _came_from(request: HttpRequest) -> str:
    """The page of this host that sent the person here, to go back to."""
    origin = f"{request.scheme}://{request.get_host()}/"
    came_from = request.headers.get("Referer", "")
    return came_from if came_from.startswith(origin) else ""
