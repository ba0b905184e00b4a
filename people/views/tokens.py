"""API tokens: those of one's own, a new one, and taking one back."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.hosts import firm_url
from core.pages import page, refusals_into, toast
from people.access import can_manage_sign_in
from people.forms import TokenForm
from people.guards import staff_only
from people.issuing import issue_token, revoke_token
from people.models import ApiToken
from people.token_list import tokens_of


@staff_only
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """The own tokens; nobody sees their texts again."""
    context = {"lines": tokens_of(request.user, at=clock.now()), "api_url": firm_url("/api/v1")}
    return page(request, "people/tokens.html", context)


@staff_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Makes a token and shows its text, this once: by the answer itself, so that it is kept nowhere."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields, at = form.cleaned_data, clock.now()
        ends = at + timedelta(days=fields["days"]) if fields["days"] else None
        with refusals_into(form):
            token, raw = issue_token(
                user=request.user,
                name=fields["name"],
                scopes=fields["scopes"],
                by=request.user,
                at=at,
                expires_at=ends,
            )
            context = {"token": token, "raw": raw, "api_url": firm_url("/api/v1")}
            return page(request, "people/token_made.html", context)
    return page(request, "people/token.html", {"form": form}, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then revokes: one's own token, or one of a person whose sign-in one manages."""
    token = get_object_or_404(ApiToken.objects.select_related("user").prefetch_related("user__roles"), pk=pk)
    if token.user != request.user and not can_manage_sign_in(request.user, token.user):
        raise Http404
    if request.method == "POST":
        revoke_token(token=token, by=request.user, at=clock.now())
        toast(request, f"The token {token.name} is revoked: it opens nothing any more.")
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return page(request, "people/token_revoke.html", {"token": token, "action": request.path})
