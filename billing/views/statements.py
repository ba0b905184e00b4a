"""A client's statement of account: on the page, as PDF, and by mail."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

from billing.access import ISSUE_INVOICES, VIEW_BILLING
from billing.dunning_forms import SendStatementForm, StatementForm
from billing.models import SentStatement
from billing.recipients import recipients_by_client
from billing.statement_paper import statement_file_name, statement_paper, statement_pdf
from billing.statements import Statement, statement_of
from billing.stating import send_statement
from billing.stating_to_all import STATEMENTS_KIND, owing_clients, start_statements
from clients.entities import entity_of
from clients.models import Client
from core import clock
from core.files import PDF
from core.mail import UNDO_SECONDS
from core.models import Job
from core.pages import page, refusals_into, toast
from core.responses import file_response
from people.access import has_right
from people.guards import guarded


def _usual_days(request: HttpRequest) -> dict[str, Any]:
    """The month before and this one so far."""
    today = clock.today(request.user)
    before = today.replace(day=1) - timedelta(days=1)
    return {"first_on": before.replace(day=1), "last_on": today}


def _asked(request: HttpRequest, client: Client) -> tuple[StatementForm, Statement]:
    """The form as the address asks it, and the statement of its days; of the usual ones where they are none."""
    usual = _usual_days(request)
    form = StatementForm(request.GET or None, initial=usual)
    with translation.override(client.language):
        if form.is_valid():
            with refusals_into(form):
                return form, statement_of(client, **form.cleaned_data)
        return form, statement_of(client, **usual)


@guarded(VIEW_BILLING)
@require_GET
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement as the client would see it, of the days in the address."""
    client = get_object_or_404(Client, pk=pk)
    form, found = _asked(request, client)
    with translation.override(client.language):
        paper = statement_paper(found, entity_of(client))
    days = f"?first_on={found.first_on or ''}&last_on={found.last_on}"
    context = {"client": client, "form": form, "statement": found, "paper": paper, "days": days}
    context |= {
        "can_send": has_right(request.user, ISSUE_INVOICES),
        "sent": SentStatement.objects.filter(client=client).select_related("mail")[:20],
    }
    return page(request, "billing/statement.html", context, status=422 if form.errors else 200)


@guarded(VIEW_BILLING)
@require_GET
def pdf(request: HttpRequest, pk: int) -> FileResponse:
    """The PDF of the days in the address."""
    client = get_object_or_404(Client, pk=pk)
    _, found = _asked(request, client)
    printed = statement_pdf(found, entity_of(client))
    name = statement_file_name(client.name, found.last_on)
    return FileResponse(BytesIO(printed), as_attachment=True, filename=name, content_type=PDF)


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog with days and addresses, and the sending itself."""
    client = get_object_or_404(Client, pk=pk)
    people = recipients_by_client([pk]).get(pk)
    known = _usual_days(request) | {
        name: request.GET[name] for name in ("first_on", "last_on") if name in request.GET
    }
    known |= {"to": ", ".join(people.to), "cc": ", ".join(people.cc)} if people else {}
    # The page below has fields of the same names.
    form = SendStatementForm(request.POST or None, initial=known, auto_id="send_%s")
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            send_statement(client=client, by=request.user, at=clock.now(), **form.cleaned_data)
            toast(request, f"The statement to {client.name} leaves in a few seconds.")
            return HttpResponse(headers={"HX-Redirect": reverse("billing:debtor", args=[pk])})
    context = {"form": form, "client": client, "action": request.path, "undo_seconds": UNDO_SECONDS}
    return page(request, "billing/statement_send.html", context, status=422 if form.errors else 200)


@guarded(ISSUE_INVOICES)
@require_http_methods(["GET", "POST"])
def send_to_all(request: HttpRequest) -> HttpResponse:
    """The dialog with the days, and the start of the job."""
    form = StatementForm(request.POST or None, initial=_usual_days(request))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            job = start_statements(by=request.user, at=clock.now(), **form.cleaned_data)
            return HttpResponse(headers={"HX-Redirect": reverse("core:job", args=[job.pk])})
    context = {"form": form, "count": len(owing_clients()), "action": request.path}
    return page(request, "billing/statements_send.html", context, status=422 if form.errors else 200)


@guarded(VIEW_BILLING)
@require_GET
def sent_to_all(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom statements went, and why to somebody none did."""
    job = get_object_or_404(Job, pk=pk, kind=STATEMENTS_KIND)
    rows = (job.result or {}).get("clients", [])
    context = {
        "job": job,
        "sent": [row | {"amount": Decimal(row["amount"])} for row in rows if row["sent_id"]],
        "skipped": [row for row in rows if not row["sent_id"]],
        "last_on": date.fromisoformat(job.arguments["last_on"]),
    }
    return page(request, "billing/statements_sent.html", context)


@guarded(VIEW_BILLING)
@require_GET
def sent_pdf(request: HttpRequest, pk: int) -> FileResponse:
    """A statement as it was sent."""
    sent = get_object_or_404(SentStatement.objects.select_related("pdf"), pk=pk, pdf__isnull=False)
    assert sent.pdf is not None
    return file_response(sent.pdf, download=True)
