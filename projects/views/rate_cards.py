"""Rate cards: the list, the form of a new one, and the page of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from core.clock import today
from core.pages import dialog_done, page, refusals_into, toast
from people.access import has_right
from people.guards import guarded
from projects.access import MANAGE_RATES, VIEW_RATES, cards_visible_to, visible_to
from projects.carding import add_card, edit_card, set_base
from projects.cards import card_list, card_rates
from projects.models import ProjectBase
from projects.rate_forms import BaseForm, CardForm, EditCardForm


@guarded(VIEW_RATES, MANAGE_RATES)
@require_GET
def rate_cards(request: HttpRequest) -> HttpResponse:
    """The firm's card, then those of clients and projects."""
    context = {
        "cards": card_list(request.user, today(request.user)),
        "can_change": has_right(request.user, MANAGE_RATES),
    }
    return page(request, "projects/rate_cards.html", context)


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Adds a card; `?client=` or `?project=` says beforehand for whom."""
    asked = {name: request.GET[name] for name in ("client", "project", "scope") if name in request.GET}
    scope = {"scope": "PROJECT"} if "project" in asked else {}
    form = CardForm(request.POST if request.method == "POST" else None, initial={**asked, **scope})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            card = add_card(by=request.user, **form.cleaned_data)
            toast(request, f"{card.name} is added. Add its rates next.")
            return redirect("projects:rate-card", card.pk)
    return page(request, "projects/rate_card_form.html", {"form": form}, status=422 if form.errors else 200)


@guarded(VIEW_RATES, MANAGE_RATES)
@require_GET
def rate_card(request: HttpRequest, card_id: int) -> HttpResponse:
    """The rates of a card: for whom and what, from when until when; now, upcoming and past."""
    cards = cards_visible_to(request.user).select_related("client", "project__client")
    card = get_object_or_404(cards, pk=card_id)
    context = {
        "card": card,
        "groups": card_rates(card, today(request.user)),
        "can_change": has_right(request.user, MANAGE_RATES),
        "shows_past": "past" in request.GET,
    }
    return page(request, "projects/rate_card.html", context)


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, card_id: int) -> HttpResponse:
    """Another name, other multipliers, and, while it has no rates, another unit."""
    card = get_object_or_404(cards_visible_to(request.user), pk=card_id)
    form = EditCardForm(request.POST if request.method == "POST" else None, card=card)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_card(card=card, by=request.user, **form.cleaned_data)
            toast(request, "The card is saved.")
            return dialog_done("rates-changed")
    context = {"form": form, "card": card, "action": request.path}
    return page(request, "projects/rate_card_edit.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_RATES)
@require_http_methods(["GET", "HEAD", "POST"])
def base(request: HttpRequest, project_id: int) -> HttpResponse:
    """Which letter a project takes as its base rate."""
    project = get_object_or_404(visible_to(request.user), pk=project_id)
    now = ProjectBase.objects.filter(project=project).first()
    known = {"source": now.source, "letter": now.letter} if now else None
    form = BaseForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            set_base(project=project, by=request.user, **form.cleaned_data)
            toast(request, "The base rate is saved.")
            return dialog_done("team-changed")
    context = {"form": form, "project": project, "action": request.path}
    return page(request, "projects/base_rate.html", context, status=422 if form.errors else 200)
