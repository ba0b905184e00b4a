"""The client's page: what is due, how to pay it, and what became of it."""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from billing.checkout import Visit, check_checkout, open_checkout
from billing.models import BillingRules, Invoice, Payment
from billing.payment_forms import PayForm
from billing.ports import takes_online_payments
from billing.recipients import PAY, recipients_of
from billing.rendering import ensure_pdf
from billing.standing import standing_of
from core import clock
from core.errors import Refusal
from core.hosts import firm_url
from core.pages import page, refusals_into
from core.responses import file_response
from core.tokens import LinkRefused, TokenUnknown, open_link
from people.guards import open_page
from people.letterhead import letterhead

Method = Payment.Method
WHY = "a client pays by a signed, revocable link that opens one invoice; GET changes nothing"


def opened(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view the link's invoice, in the client's language; a dead link gets a page that says so."""

    @open_page(WHY)
    @wraps(view)
    def opened_view(request: HttpRequest, link: str) -> HttpResponse:
        try:
            found = open_link(PAY, link, at=clock.now())
        except LinkRefused as refusal:
            return _dead(request, refusal)
        invoice = Invoice.objects.select_related("client", "entity", "project", "document").get(
            pk=found.subject_id
        )
        with translation.override(invoice.client.language):
            response = view(request, invoice, link)
        # Not for search engines, not for shared caches, and the link is not passed on to other sites.
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return opened_view


def _dead(request: HttpRequest, refusal: LinkRefused) -> HttpResponse:
    context = {**letterhead(), "unknown": isinstance(refusal, TokenUnknown), "message": refusal.message}
    return page(request, "billing/pay_dead.html", context, status=404 if context["unknown"] else 410)


def _today(invoice: Invoice) -> Any:
    return clock.now().astimezone(ZoneInfo(invoice.entity.time_zone)).date()


def _context(invoice: Invoice, link: str, **more: Any) -> dict[str, Any]:
    standing = standing_of(invoice, on=_today(invoice))
    rules = BillingRules.objects.get(pk=1)
    return {
        **letterhead(invoice.entity),
        "theme": "auto",
        "invoice": invoice,
        "document": invoice.document.content,
        "link": link,
        "standing": standing,
        "takes_payments": takes_online_payments(),
        "methods": _methods(invoice),
        "minimum": min(rules.minimum_payment_amount, standing.payable),
        "allows_partial": rules.allows_partial_payment,
        "entity": invoice.entity,
        **more,
    }


def _methods(invoice: Invoice) -> list[dict[str, Any]]:
    """What the client may choose, the cheapest for the firm first. Bank debits exist in US dollars only."""
    card = {"value": Method.CARD.value, "kind": "card"}
    bank = {"value": Method.BANK_DEBIT.value, "kind": "bank"}
    return [bank, card] if invoice.currency == "USD" else [card]


@opened
@require_GET
def show(request: HttpRequest, invoice: Invoice, link: str) -> HttpResponse:
    context = _context(invoice, link)
    context["form"] = PayForm(
        initial={"amount": context["standing"].payable, "method": context["methods"][0]["value"]},
        methods=[method["value"] for method in context["methods"]],
        currency=invoice.currency,
    )
    return page(request, _template(context), context)


def _template(context: dict[str, Any]) -> str:
    kind = context["standing"].kind
    return "billing/pay.html" if kind in ("open", "overdue", "partly") else "billing/pay_result.html"


@opened
@require_POST
def start(request: HttpRequest, invoice: Invoice, link: str) -> HttpResponse:
    """Opens the checkout and answers with a page that moves on to it: a form's redirect must not leave the host."""
    context = _context(invoice, link)
    form = PayForm(
        request.POST, methods=[method["value"] for method in context["methods"]], currency=invoice.currency
    )
    if form.is_valid() and context["standing"].payable > 0:
        with refusals_into(form):
            payment = open_checkout(
                invoice=invoice,
                amount=form.cleaned_data["amount"] or Decimal(context["standing"].payable),
                method=form.cleaned_data["method"],
                visit=_visit(invoice, link),
                on=_today(invoice),
                at=clock.now(),
            )
            return page(
                request, "core/leaving.html", {**context, "url": payment.checkout_url, "to": "Stripe"}
            )
    # A refusal may mean that it was paid meanwhile: then the page says that, instead of the form.
    context = _context(invoice, link, form=form)
    return page(request, _template(context), context, status=422)


def _visit(invoice: Invoice, link: str) -> Visit:
    return Visit(
        success_url=firm_url(reverse("pay:back", args=[link])),
        cancel_url=firm_url(reverse("pay:show", args=[link])),
        email=next(iter(recipients_of(invoice).to), ""),
        language=invoice.client.language,
    )


@opened
@require_GET
def back(request: HttpRequest, invoice: Invoice, link: str) -> HttpResponse:
    """Where the checkout sends the client back to. The page asks by itself (POST) what became of the payment."""
    context = _context(invoice, link)
    if context["standing"].kind in ("paid", "processing") or not _last_attempt(invoice):
        return redirect("pay:show", link)
    return page(request, "billing/pay_back.html", context)


def _last_attempt(invoice: Invoice) -> Payment | None:
    attempts = Payment.objects.filter(intended_invoice=invoice).exclude(checkout_id="")
    return attempts.order_by("-pk").first()


@opened
@require_POST
def check(request: HttpRequest, invoice: Invoice, link: str) -> HttpResponse:
    """Asks the provider; then the page goes on to what is so. The signed message may come earlier or later."""
    attempt = _last_attempt(invoice)
    try:
        if attempt is not None:
            attempt = check_checkout(payment=attempt, on=_today(invoice), at=clock.now())
    except Refusal:
        # The provider is away: the message will come, and the page asks again.
        attempt = None
    if attempt is None or attempt.state == Payment.State.PENDING:
        return HttpResponse(status=204)
    response = HttpResponse()
    response["HX-Redirect"] = reverse("pay:show", args=[link])
    return response


@opened
@require_GET
def pdf(request: HttpRequest, invoice: Invoice, link: str) -> HttpResponse:
    return file_response(ensure_pdf(invoice))


@opened
@require_GET
def logo(request: HttpRequest, invoice: Invoice, link: str) -> HttpResponse:
    if invoice.entity.logo is None:
        raise Http404
    return file_response(invoice.entity.logo)
