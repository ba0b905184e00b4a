"""Settings of the firm: company and logo, working hours."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.pages import page, refusals_into, toast
from core.responses import file_response
from people.access import MANAGE_FIRM
from people.forms import EntityForm, LogoForm, PatternForm
from people.guards import guarded, signed_in
from people.models import LegalEntity, WorkingPattern
from people.organising import edit_entity, remove_logo, set_logo
from people.timing import add_pattern, edit_pattern, remove_pattern


def _entity(pk: int | None = None) -> LegalEntity:
    """One of the firm's legal entities, by default the default one."""
    found = LegalEntity.objects.select_related("logo")
    return get_object_or_404(found, pk=pk) if pk else get_object_or_404(found, is_default=True)


def _address(entity: LegalEntity) -> str:
    return reverse("people:firm") if entity.is_default else reverse("people:entity", args=[entity.pk])


def _show_company(
    request: HttpRequest, entity: LegalEntity, form: EntityForm | None = None, logo: LogoForm | None = None
) -> HttpResponse:
    form, logo = form or EntityForm(entity=entity), logo or LogoForm()
    context = {"entity": entity, "form": form, "logo_form": logo}
    return page(request, "people/firm.html", context, status=422 if form.errors or logo.errors else 200)


@guarded(MANAGE_FIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def firm(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A company as its documents show it."""
    entity = _entity(pk)
    if request.method != "POST":
        return _show_company(request, entity)
    form = EntityForm(request.POST, entity=entity)
    if form.is_valid():
        with refusals_into(form):
            edit_entity(entity=entity, by=request.user, **form.cleaned_data)
            toast(request, "The company is saved. Issued invoices stay as they were.")
            return redirect(_address(entity))
    return _show_company(request, entity, form=form)


@guarded(MANAGE_FIRM)
@require_POST
def logo_upload(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Takes a new logo, or removes it."""
    entity = _entity(pk)
    if "remove" in request.POST:
        remove_logo(entity=entity, by=request.user)
        toast(request, "The logo is removed.")
        return redirect(_address(entity))
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["logo"]
        with refusals_into(form):
            # A byte more than allowed is enough to know that it is too large.
            set_logo(entity=entity, name=upload.name, content=upload.read(), by=request.user)
            toast(request, "The logo is saved.")
            return redirect(_address(entity))
    return _show_company(request, entity, logo=form)


@signed_in
@require_safe
def logo(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
    """The picture itself, for people of the firm."""
    entity = _entity(pk)
    if entity.logo is None:
        raise Http404
    return file_response(entity.logo)


@guarded(MANAGE_FIRM)
@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Who works how long on which day."""
    return page(
        request, "people/patterns.html", {"patterns": WorkingPattern.objects.prefetch_related("staff")}
    )


@guarded(MANAGE_FIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def pattern(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds working hours or changes them."""
    found = get_object_or_404(WorkingPattern, pk=pk) if pk else None
    form = PatternForm(request.POST or None, pattern=found, style=request.user.hours_style)
    if request.method == "POST" and form.is_valid():
        values = {"name": form.cleaned_data["name"], "is_default": form.cleaned_data["is_default"]}
        with refusals_into(form):
            if found:
                edit_pattern(pattern=found, minutes=form.minutes, by=request.user, **values)
            else:
                add_pattern(minutes=form.minutes, by=request.user, **values)
            toast(request, f"{values['name']} is saved.")
            return redirect("people:patterns")
    context = {"form": form, "pattern": found}
    return page(request, "people/pattern.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_FIRM)
@require_POST
def pattern_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes working hours that nobody has."""
    found = get_object_or_404(WorkingPattern, pk=pk)
    remove_pattern(pattern=found, by=request.user)
    toast(request, f"{found.name} is removed.")
    return redirect("people:patterns")
