"""Which lines a dialog is about, and how it and its answer are shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from approvals.models import Decision
from core import clock
from core.minutes import format_minutes
from core.pages import is_fragment, page, toast
from timesheets.approval_forms import DecideForm, chosen_ids, chosen_sheets
from timesheets.approvals_keys import Scope, SheetKey
from timesheets.approvals_queue import in_sheets, queue, waiting_entries
from timesheets.approving import Decided
from timesheets.models import TimeEntry, TimeRules
from timesheets.subjects import KIND
from timesheets.views.approvals import queue_context, queue_url, scope_of

MOST_SHOWN = 50


@dataclass(frozen=True)
class Skipped:
    """Lines that were not decided on for one reason, at most fifty of them."""

    reason: str
    count: int
    entries: list[TimeEntry]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.entries)


def posted_ids(request: HttpRequest) -> list[int]:
    """Ids of the lines that a dialog's form names, before it is cleaned: `5.1,6.2`."""
    parts = request.POST.get("lines", "").split(",")
    numbers = (part.partition(".")[0] for part in parts)
    return [int(text) for text in numbers if text.isascii() and text.isdecimal() and len(text) < 18]


def chosen(request: HttpRequest) -> list[TimeEntry]:
    """The dialog's lines: those posted, else ticked, clean, or of the ticked sheets; only what waits for the person."""
    user, asked, on, scope = request.user, request.GET, clock.today(request.user), scope_of(request)
    waiting = waiting_entries(user, on, mine_only=scope.mine_only).select_related("staff").order_by("pk")
    if request.method == "POST":
        return list(waiting.filter(pk__in=posted_ids(request)))
    if ids := chosen_ids(asked):
        return list(waiting.filter(pk__in=ids))
    if asked.get("clean") == "1":
        clean = queue(user, clock.now(), on, scope=scope).clean
        return list(waiting.filter(pk__in=[line.entry.pk for sheet in clean for line in sheet.waiting]))
    return list(waiting.filter(in_sheets(chosen_sheets(asked), TimeRules.objects.get(pk=1))))


def dialog(
    request: HttpRequest, template: str, form: DecideForm, entries: list[TimeEntry], more: Mapping[str, Any]
) -> HttpResponse:
    """The question with its numbers. The lines are named with the version that these numbers are of."""
    scope = scope_of(request)
    context: dict[str, Any] = {
        "form": form,
        "scope": scope,
        "action": request.path,
        "lines": ",".join(f"{entry.pk}.{entry.version}" for entry in entries),
        "count": len(entries),
        "sheets": len(keys_of(entries, scope)),
        "names": list(dict.fromkeys(sorted(entry.staff.name for entry in entries))),
        "worked": sum(entry.worked_minutes for entry in entries),
        "billable": sum(entry.billable_minutes for entry in entries),
    }
    return page(request, template, context | dict(more), status=422 if form.errors else 200)


def keys_of(entries: Collection[TimeEntry], scope: Scope) -> list[SheetKey]:
    """The sheets or blocks that the lines belong to."""
    rules = TimeRules.objects.get(pk=1)
    return list(dict.fromkeys(scope.key_of(entry, rules) for entry in entries))


def done(request: HttpRequest, form: DecideForm, decided: Decided, verb: str) -> HttpResponse:
    """The queue as it is now, what was done with the way back, and at the top what was skipped and why."""
    ids = [*decided.entry_ids, *decided.waiting_ids]
    scope = scope_of(request)
    some = TimeEntry.objects.filter(pk__in=ids).only("staff_id", "project_id", "worked_on")
    sheets = len(keys_of(some, scope))
    noun = "project" if scope.lens == "project" else "sheet"
    what = count(sheets, noun) if sheets > 1 else count(len(ids), "line")
    skipped = f" {len(decided.skipped)} skipped." if decided.skipped else ""
    hours = format_minutes(decided.minutes, request.user.hours_style)
    toast(request, f"{what} {verb}, {hours} h.{skipped}", undo_url(request, ids))
    return answer(
        request, form.cleaned_data["open"], form.cleaned_data["then"], skipped=skipped_lines(decided.skipped)
    )


def skipped_lines(skipped: Mapping[int, str]) -> list[Skipped]:
    """The lines that were left out, by reason. One statement."""
    if not skipped:
        return []
    shown = TimeEntry.objects.filter(pk__in=list(skipped)).select_related("staff", "project", "task")
    by_reason: dict[str, list[TimeEntry]] = {}
    for entry in shown.order_by("staff__name", "worked_on", "pk"):
        by_reason.setdefault(skipped[entry.pk], []).append(entry)
    return [Skipped(reason, len(found), found[:MOST_SHOWN]) for reason, found in by_reason.items()]


def undo_url(request: HttpRequest, entry_ids: Sequence[int]) -> str | None:
    """Names the go by one of its decisions, so that it stays short."""
    made = Decision.objects.filter(
        by=request.user.pk, request__subject_kind=KIND, request__subject_id__in=entry_ids
    )
    latest = made.order_by("-pk").values_list("pk", flat=True).first()
    if latest is None:
        return None
    query = urlencode(scope_of(request).asked)
    return reverse("timesheets:take-back", args=[latest]) + (f"?{query}" if query else "")


def answer(request: HttpRequest, *keys: str, skipped: Sequence[Skipped] = ()) -> HttpResponse:
    """The page's parts that a decision changes, put into place by htmx; the dialog closes. Other pages load anew."""
    if urlsplit(request.headers.get("HX-Current-URL", "")).path not in ("", reverse("timesheets:approvals")):
        return refresh(request)
    context = queue_context(request, *keys)
    response = page(request, "timesheets/approvals_answer.html", context | {"skipped": skipped})
    response["HX-Replace-Url"] = queue_url(context)
    return response


def refresh(request: HttpRequest) -> HttpResponse:
    """The page as it is now, for dialogs on the lists beside the queue."""
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponse(status=303, headers={"Location": reverse("timesheets:approvals")})


def count(number: int, noun: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def first_error(form: Form) -> str:
    """The first sentence that says what is wrong; empty for nothing."""
    return next((str(error) for found in form.errors.values() for error in found), "")
