"""Where vendors' messages arrive, on the root host: no session, no user, no form of ours."""

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.quickbooks import webhooks as quickbooks_webhooks
from integrations.stripe.webhooks import arrive, is_genuine


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """200 once the event is stored (or was before, or is nobody's); 400 for what Stripe did not sign."""
    if not is_genuine(request.body, request.headers.get("Stripe-Signature", "")):
        return HttpResponse("signature does not match", status=400, content_type="text/plain")
    # Also for an account of nobody here: repeating it would not help.
    is_ours = arrive(json.loads(request.body))
    return HttpResponse("stored" if is_ours else "nobody's", content_type="text/plain")


@csrf_exempt
@require_POST
def quickbooks(request: HttpRequest) -> HttpResponse:
    """200 once each event is stored (or was before, or is nobody's); 401 for what Intuit did not sign."""
    if not quickbooks_webhooks.is_genuine(request.body, request.headers.get("intuit-signature", "")):
        return HttpResponse("signature does not match", status=401, content_type="text/plain")
    count = quickbooks_webhooks.arrive(request.body)
    return HttpResponse(f"{count} stored", content_type="text/plain")
