"""Clients that may be one, merging two of them, and the way back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.access import MERGE_CLIENTS
from clients.duplicates import duplicates as found_duplicates
from clients.forms import MergeForm
from clients.merges import merge_preview, recent_merges
from clients.merging import forget_apart, merge_clients, tell_apart, undo_merge
from clients.models import Client, ClientMerge
from core.clock import now
from core.pages import page, refusals_into, toast
from people.guards import guarded


@guarded(MERGE_CLIENTS)
@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one client, and what was merged lately."""
    context = {"pairs": found_duplicates(), "merges": recent_merges(at=now())}
    return page(request, "clients/duplicates.html", context)


@guarded(MERGE_CLIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, client_id: int) -> HttpResponse:
    """What merging this client into `?into=` would do; doing it."""
    source = get_object_or_404(Client.objects.own(), pk=client_id)
    form = MergeForm(request.POST if request.method == "POST" else request.GET or None, source=source)
    target = form.cleaned_data["into"] if form.is_valid() else None
    if request.method == "POST" and target is not None:
        reason = form.cleaned_data["reason"]
        with refusals_into(form):
            done = merge_clients(source=source, target=target, by=request.user, at=now(), reason=reason)
            undo_url = reverse("clients:merge-undo", args=[done.pk])
            toast(request, f"{source.name} is part of {target.name} now.", undo_url)
            return redirect("reports:client", target.pk)
    preview = merge_preview(source, target) if target else None
    context = {"client": source, "form": form, "preview": preview}
    status = 422 if request.method == "POST" and form.errors else 200
    return page(request, "clients/merge.html", context, status=status)


@guarded(MERGE_CLIENTS)
@require_POST
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Brings back what the merge moved."""
    merged = undo_merge(merge=get_object_or_404(ClientMerge, pk=merge_id), by=request.user, at=now())
    toast(request, f"{merged.source.name} is a client of its own again.")
    return redirect("reports:client", merged.source_id)


@guarded(MERGE_CLIENTS)
@require_POST
def apart(request: HttpRequest, client_id: int, other_id: int) -> HttpResponse:
    """The two are not the same; Undo offers them again."""
    one, other = get_object_or_404(Client, pk=client_id), get_object_or_404(Client, pk=other_id)
    tell_apart(one=one, other=other, by=request.user)
    toast(
        request,
        f"{one.name} and {other.name} stay two.",
        reverse("clients:together", args=[one.pk, other.pk]),
    )
    return redirect("clients:duplicates")


@guarded(MERGE_CLIENTS)
@require_POST
def together(request: HttpRequest, client_id: int, other_id: int) -> HttpResponse:
    """The way back."""
    one, other = get_object_or_404(Client, pk=client_id), get_object_or_404(Client, pk=other_id)
    forget_apart(one=one, other=other, by=request.user)
    toast(request, f"{one.name} and {other.name} are offered again.")
    return redirect("clients:duplicates")
