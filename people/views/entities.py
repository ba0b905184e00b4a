"""Settings → Company → Legal entities: the companies of the firm that bill."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.pages import page, refusals_into, toast
from people.access import MANAGE_FIRM
from people.entities import all_entities, like_the_default
from people.forms import EntityForm
from people.guards import guarded
from people.incorporating import add_entity, deactivate_entity, make_default, reactivate_entity
from people.models import LegalEntity


@guarded(MANAGE_FIRM)
@require_safe
def entities(request: HttpRequest) -> HttpResponse:
    """All of them, those that bill no more last."""
    return page(request, "people/entities.html", {"entities": all_entities()})


@guarded(MANAGE_FIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Adds one; its currency is the firm's."""
    form = EntityForm(request.POST if request.method == "POST" else None, entity=like_the_default())
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            added = add_entity(by=request.user, **form.cleaned_data)
            toast(request, f"{added.name} is added. Choose it for the clients that it bills.")
            return redirect("people:entity", added.pk)
    context = {"entity": None, "form": form}
    return page(request, "people/firm.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_FIRM)
@require_POST
def default(request: HttpRequest, pk: int) -> HttpResponse:
    """It bills clients without another from now on."""
    entity = make_default(entity=get_object_or_404(LegalEntity, pk=pk), by=request.user)
    toast(request, f"{entity.name} bills every client without another from now on.")
    return redirect("people:entities")


@guarded(MANAGE_FIRM)
@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes it out of pick-lists; Undo brings it back."""
    entity = deactivate_entity(entity=get_object_or_404(LegalEntity, pk=pk), by=request.user)
    toast(request, f"{entity.name} is deactivated.", reverse("people:entity-reactivate", args=[entity.pk]))
    return redirect("people:entities")


@guarded(MANAGE_FIRM)
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """The way back."""
    entity = reactivate_entity(entity=get_object_or_404(LegalEntity, pk=pk), by=request.user)
    toast(request, f"{entity.name} is active again.")
    return redirect("people:entities")
