"""Where vendors send people back to, on the root host: no session, no user; each is moved on to their firm's host."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from integrations.quickbooks.connecting import StateIsStale, way_back


@never_cache
@require_GET
def quickbooks(request: HttpRequest) -> HttpResponse:
    """Moves the code on to the firm that stands in the signed state; what we did not sign goes nowhere."""
    try:
        return redirect(way_back(request.GET.dict()))
    except StateIsStale as refusal:
        return HttpResponse(refusal.message, status=400, content_type="text/plain")
