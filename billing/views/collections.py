"""Collections: who owes what, what was last heard, what comes next; one client's page with its reminders and notes."""

from collections.abc import Collection
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import ISSUE_INVOICES, RECORD_PAYMENTS, VIEW_BILLING
from billing.dunning import STOP_WORDS
from billing.dunning_days import local_time
from billing.dunning_forms import NoteForm, RemindForm
from billing.dunning_ruling import note_collection
from billing.models import PaymentReminder
from billing.reminding import Preview, call_off_reminder, preview_reminder, remind_client
from billing.work_list import debtor_page, work_list
from clients.entities import entity_of
from clients.models import Client
from core import clock
from core.mail import UNDO_SECONDS
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import guarded

FILTERS = [
    ("", "All"),
    ("overdue", "Overdue"),
    ("promised", "Promised"),
    ("stopped", "Stopped"),
    ("follow-up", "To look at"),
]


@guarded(VIEW_BILLING)
@require_GET
def collections(request: HttpRequest) -> HttpResponse:
    """The work list, with `?only=` a part of it."""
    only = request.GET.get("only", "")
    only = only if only in dict(FILTERS) else ""
    today = clock.today(request.user)
    context = {"debtors": work_list(today, only=only), "filters": FILTERS, "only": only, "today": today}
    context["can_send"] = has_right(request.user, ISSUE_INVOICES)
    return page(request, "billing/collections.html", context)


@guarded(VIEW_BILLING)
@require_GET
def debtor(request: HttpRequest, pk: int) -> HttpResponse:
    """One client: what it owes, what stops reminders, what was said."""
    found = get_object_or_404(Client, pk=pk)
    context = {
        "client": found,
        "shown": debtor_page(found, clock.today(request.user)),
        "can_remind": has_right(request.user, ISSUE_INVOICES),
        "can_note": has_right(request.user, RECORD_PAYMENTS),
        "today": clock.today(request.user),
    }
    return page(request, "billing/collections_client.html", context)


def their_day(client: Client) -> date:
    """Today where the client is."""
    return local_time(clock.now(), client.time_zone, entity_of(client).time_zone).date()


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog with what would go, and the sending itself."""
    client = get_object_or_404(Client, pk=pk)
    today = their_day(client)
    preview = preview_reminder(client, on=today)
    payable = [case.invoice.pk for case in preview.cases if case.payable_amount > 0]
    form = RemindForm(request.POST or None, initial=_first_words(preview), known=payable)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            sent = remind_client(client=client, by=request.user, on=today, at=clock.now(), **form.wish)
            return _sent(request, sent)
    context = {"form": form, "client": client, "preview": preview, "action": request.path}
    chosen = {int(each) for each in form["invoices"].value() or [] if str(each).isdecimal()}
    context |= {"undo_seconds": UNDO_SECONDS, "rows": _rows(preview, chosen)}
    return page(request, "billing/remind.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest, sent: PaymentReminder) -> HttpResponse:
    undo = reverse("billing:reminder-call-off", args=[sent.pk])
    toast(request, f"The reminder to {sent.client.name} leaves in a few seconds.", undo_url=undo)
    return HttpResponse(headers={"HX-Refresh": "true"})


def _first_words(preview: Preview) -> dict[str, object]:
    if preview.wish is None:
        return {}
    wish = preview.wish
    return {
        "to": ", ".join(wish.people.to),
        "cc": ", ".join(wish.people.cc),
        "message": wish.message,
        "invoices": [case.invoice.pk for case in wish.cases],
    }


def _rows(preview: Preview, chosen: Collection[int]) -> list[dict[str, object]]:
    """What can be asked for, ticked where it is meant to go, with why nothing goes by itself."""
    return [
        {
            "case": case,
            "is_chosen": case.invoice.pk in chosen,
            "words": STOP_WORDS.get(case.stop, ""),
        }
        for case in preview.cases
        if case.payable_amount > 0
    ]


@guarded(ISSUE_INVOICES)
@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a reminder back that has not left yet."""
    reminder = get_object_or_404(PaymentReminder, pk=pk)
    call_off_reminder(reminder=reminder, by=request.user, at=clock.now())
    return HttpResponse(status=204)


@guarded(RECORD_PAYMENTS)
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog of a note."""
    client = get_object_or_404(Client, pk=pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            note_collection(client=client, by=request.user, **form.cleaned_data)
            toast(request, "Noted.")
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"form": form, "client": client, "action": request.path}
    return page(request, "billing/collections_note.html", context, status=422 if form.errors else 200)
