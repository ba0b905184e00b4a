"""The list of everybody, and invitations."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.pages import page, refusals_into, toast
from core.tokens import LinkRefused
from people.access import MANAGE_PEOPLE
from people.forms import InviteForm, JoinForm
from people.guards import guarded, open_page
from people.inviting import (
    accept_invitation,
    find_invitation,
    invite_person,
    resend_invitation,
    revoke_invitation,
)
from people.models import Invitation, StaffMember
from people.team import open_invitations, staff_list

BACKEND = "people.allauth_adapter.SignIn"
AT_ONCE = 50


@guarded(MANAGE_PEOPLE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Active and inactive people, and who is invited."""
    is_active = request.GET.get("show") != "inactive"
    query = request.GET.get("q", "").strip()[:80]
    start = _start(request)
    found = staff_list(query=query, is_active=is_active)
    rows = list(found[start : start + AT_ONCE + 1])
    rest = found.count() - start - AT_ONCE if len(rows) > AT_ONCE else 0
    context = {
        "rows": rows[:AT_ONCE],
        "more_count": min(rest, AT_ONCE),
        "more_url": f"?{_kept(request, start + AT_ONCE)}",
        "query": query,
        "is_active": is_active,
        "invitations": open_invitations(at=clock.now()) if is_active and not query else [],
        "counts": {
            "active": StaffMember.objects.filter(is_active=True).count(),
            "inactive": StaffMember.objects.filter(is_active=False).count(),
        },
    }
    return page(request, "people/people.html#rows" if start else "people/people.html", context)


def _start(request: HttpRequest) -> int:
    """From which row on; whatever is no number is the beginning."""
    text = request.GET.get("from", "")
    return int(text[:6]) if text.isdecimal() else 0


def _kept(request: HttpRequest, start: int) -> str:
    parameters = request.GET.copy()
    parameters["from"] = str(start)
    return parameters.urlencode()


@guarded(MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """One person at a time; *and another* keeps the form open."""
    form = InviteForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            invitation = invite_person(**form.cleaned_data, by=request.user, at=clock.now())
            toast(request, f"{invitation.name} is invited: the link is on its way to {invitation.email}.")
            return redirect("people:invite" if "another" in request.POST else "people:people")
    return page(request, "people/invite.html", {"form": form}, status=422 if form.errors else 200)


@guarded(MANAGE_PEOPLE)
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link; the old one opens nothing any more."""
    invitation = get_object_or_404(Invitation, pk=pk)
    resend_invitation(invitation=invitation, by=request.user, at=clock.now())
    toast(request, f"A new link is on its way to {invitation.email}. The old one no longer works.")
    return redirect("people:people")


@guarded(MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then takes the invitation back."""
    invitation = get_object_or_404(Invitation.objects.prefetch_related("roles"), pk=pk)
    if request.method == "POST":
        revoke_invitation(invitation=invitation, by=request.user, at=clock.now())
        toast(request, f"The invitation of {invitation.name} is revoked.")
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("people:people")})
    return page(request, "people/revoke.html", {"invitation": invitation, "action": request.path})


@open_page("a mailed token that is kept as a digest only, good once within 14 days")
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody who was invited sets a password and is in. Looking at the page uses nothing up."""
    try:
        invitation = find_invitation(token, at=clock.now())
    except LinkRefused as refusal:
        return page(request, "people/join_over.html", {"message": refusal.message}, status=refusal.status)
    form = JoinForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            user = accept_invitation(token_text=token, **form.cleaned_data, at=clock.now())
            login(request, user, backend=BACKEND)
            return redirect("reports:home")
    context = {"form": form, "invitation": invitation}
    return page(request, "people/join.html", context, status=422 if form.errors else 200)
