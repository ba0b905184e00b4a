"""The client's page: what is due, how to pay it, and what became of it."""

from datetime import date
from functools import wraps
from typing import Any

from babel.numbers import get_currency_symbol
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.balance import balance_of
from billing.checkout import Visit, check_checkout, open_checkout
from billing.early import settling_amount
from billing.models import BillingRules, Invoice, Payment
from billing.pay_page import early_offer, lines_of
from billing.payment_forms import PayForm
from billing.ports import online_methods
from billing.recipients import PAY, recipients_of
from billing.rendering import ensure_pdf
from billing.standing import is_disputed, standing_of
from core import clock
from core.errors import Refusal
from core.hosts import firm_url
from core.limits import TooManyTries, count_try
from core.locales import active_locale
from core.pages import page, refusals_into
from core.responses import file_response
from core.tokens import LinkRefused, TokenUnknown, open_link
from people.guards import View, open_page
from people.letterhead import letterhead

WHY = "a client pays by a signed, revocable link that opens one invoice; GET changes nothing"
STOP_POLLING = 286

# For search engines, shared caches and other sites: nothing. The address is the secret, so no other site is told it;
# with `no-referrer` browsers would send forms without their origin, and ours would be refused as forged.
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "same-origin",
}


def opened(view: View) -> View:
    """Gives the view the link's invoice, in the client's language; a dead link gets a page that says so."""

    @open_page(WHY)
    @wraps(view)
    def opened_view(request: HttpRequest, link: str) -> HttpResponseBase:
        response: HttpResponseBase
        try:
            found = open_link(PAY, link, at=clock.now())
        except LinkRefused as refusal:
            response = _dead(request, refusal)
        else:
            response = _answer(view, request, found.subject_id, link)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return opened_view


def _answer(view: View, request: HttpRequest, pk: str, link: str) -> HttpResponseBase:
    invoice = Invoice.objects.select_related("client", "entity", "project", "document").get(pk=pk)
    with translation.override(invoice.client.language), timezone.override(invoice.entity.time_zone):
        return view(request, invoice, link)


def _dead(request: HttpRequest, refusal: LinkRefused) -> HttpResponse:
    """Says nothing about any invoice: whoever has the address may have found it anywhere."""
    context = {**letterhead(), "theme": "auto", "unknown": isinstance(refusal, TokenUnknown)}
    with translation.override(translation.get_language_from_request(request)):
        return page(request, "billing/pay_dead.html", context, status=refusal.status)


def _today(invoice: Invoice) -> date:
    return clock.date_in(invoice.entity.time_zone, clock.now())


def _context(invoice: Invoice, link: str, **more: Any) -> dict[str, Any]:
    today = _today(invoice)
    standing = standing_of(invoice, on=today)
    offer = early_offer(invoice, standing.payable, on=today)
    rules = BillingRules.objects.get(pk=1)
    return {
        **letterhead(invoice.entity),
        "theme": "auto",
        "invoice": invoice,
        "lines": lines_of(invoice.document.content),
        "link": link,
        "standing": standing,
        "offer": offer,
        "to_pay": offer.amount if offer else standing.payable,
        "is_disputed": is_disputed(invoice),
        "methods": online_methods(invoice.currency),
        "minimum": min(rules.minimum_payment_amount, standing.payable),
        "sign": get_currency_symbol(invoice.currency, active_locale()),
        "allows_partial": rules.allows_partial_payment,
        "entity": invoice.entity,
        **more,
    }


def _template(context: dict[str, Any]) -> str:
    kind = context["standing"].kind
    return "billing/pay.html" if kind in ("open", "overdue", "partly") else "billing/pay_result.html"


@opened
@require_safe
def show(request: HttpRequest, invoice: Invoice, link: str) -> HttpResponse:
    context = _context(invoice, link)
    context["form"] = PayForm(
        initial={"amount": context["to_pay"]}, methods=context["methods"], currency=invoice.currency
    )
    return page(request, _template(context), context)


@opened
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, invoice: Invoice, link: str) -> HttpResponse:
    """Opens the checkout and answers with a page that moves on to it: a form's redirect must not leave the host."""
    if request.method != "POST":
        return redirect("pay:show", link)
    form = PayForm(request.POST, methods=online_methods(invoice.currency), currency=invoice.currency)
    status = 422
    if form.is_valid():
        with refusals_into(form):
            try:
                payment = _open(request, form, invoice, link)
            except Refusal as refusal:
                status = refusal.status
                raise
            leaving = {
                **letterhead(invoice.entity),
                "url": payment.checkout_url,
                "to": "Stripe",
                "theme": "auto",
            }
            return page(request, "core/leaving.html", leaving)
    # A refusal may mean that it was paid meanwhile: then the page says that, instead of the form.
    context = _context(invoice, link, form=form)
    return page(request, _template(context), context, status=status)


def _open(request: HttpRequest, form: PayForm, invoice: Invoice, link: str) -> Payment:
    count_try("pay-start", request.META["REMOTE_ADDR"], most=30, seconds=600)
    today = _today(invoice)
    payable = balance_of(invoice).payable
    return open_checkout(
        invoice=invoice,
        amount=form.cleaned_data["amount"] or settling_amount(invoice, payable, on=today) or payable,
        method=form.cleaned_data["method"],
        visit=Visit(
            success_url=firm_url(reverse("pay:back", args=[link])),
            cancel_url=firm_url(reverse("pay:show", args=[link])),
            email=next(iter(recipients_of(invoice).to), ""),
            language=invoice.client.language,
        ),
        on=today,
        at=clock.now(),
    )


@opened
@require_safe
def back(request: HttpRequest, invoice: Invoice, link: str) -> HttpResponse:
    """Where the checkout sends the client back to. The page asks by itself (POST) what became of the payment."""
    context = _context(invoice, link)
    if context["standing"].kind in ("paid", "processing", "void") or not _last_attempt(invoice):
        return redirect("pay:show", link)
    return page(request, "billing/pay_back.html", context)


def _last_attempt(invoice: Invoice) -> Payment | None:
    attempts = Payment.objects.filter(intended_invoice=invoice).exclude(checkout_id="")
    return attempts.order_by("-pk").first()


@opened
@require_POST
def check(request: HttpRequest, invoice: Invoice, link: str) -> HttpResponse:
    """Asks the provider; then the page goes on to what is so. The signed message may come earlier or later."""
    try:
        count_try("pay-check", request.META["REMOTE_ADDR"], most=100, seconds=300)
        attempt = _last_attempt(invoice)
        if attempt is not None:
            attempt = check_checkout(payment=attempt, on=_today(invoice), at=clock.now())
    except TooManyTries:
        return HttpResponse(status=STOP_POLLING)
    except Refusal:
        # The provider is away: the message will come, and the page asks again.
        return HttpResponse(status=204)
    if attempt is not None and attempt.state == Payment.State.PENDING:
        return HttpResponse(status=204)
    return HttpResponse(headers={"HX-Redirect": reverse("pay:show", args=[link])})


@opened
@require_safe
def pdf(request: HttpRequest, invoice: Invoice, link: str) -> FileResponse:
    return file_response(ensure_pdf(invoice))


@opened
@require_safe
def logo(request: HttpRequest, invoice: Invoice, link: str) -> FileResponse:
    if invoice.entity.logo is None:
        raise Http404
    return file_response(invoice.entity.logo)
