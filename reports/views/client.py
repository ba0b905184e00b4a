"""The page of one client."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from billing.access import MANAGE_BILLING
from clients.access import VIEW_CLIENTS, can_manage, can_merge
from clients.countries import country_name
from clients.models import Client
from core.clock import now, today
from core.pages import page
from people.access import has_right
from people.guards import guarded
from projects.access import MANAGE_RATES
from projects.access import can_manage as can_manage_projects
from reports.client_page import client_page


@guarded(VIEW_CLIENTS)
@require_GET
def client(request: HttpRequest, client_id: int) -> HttpResponse:
    """Contacts, projects, invoices with balances, unbilled work. The address of a merged client leads on."""
    known = get_object_or_404(Client.objects.select_related("payment_terms", "tax_code"), pk=client_id)
    if known.merged_into_id:
        return redirect("reports:client", known.merged_into_id)
    context = {
        "client": known,
        "shown": client_page(known, by=request.user, today=today(request.user), at=now()),
        "country": country_name(known.country),
        "can_manage": can_manage(request.user),
        "can_merge": can_merge(request.user),
        "can_open": can_manage_projects(request.user) and known.is_active,
        "can_round": has_right(request.user, MANAGE_RATES),
        "can_design": has_right(request.user, MANAGE_BILLING),
    }
    return page(request, "reports/client.html", context)
