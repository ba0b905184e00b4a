"""Sign-in and security: password, authenticator app, passkeys, recovery codes."""

import base64

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.pages import page, refusals_into, toast
from people.forms import AppForm, PasskeyForm, PasskeyNameForm
from people.guards import (
    CONFIRMED_MINUTES,
    ask_to_confirm,
    before_second_factor,
    confirmed,
    is_confirmed,
    signed_in,
)
from people.middleware import forget_missing_factor
from people.second_factors import factors_of, requiring_role
from people.securing import add_app, add_passkey, remove_factor, rename_passkey, renew_recovery_codes


@before_second_factor
@signed_in
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """What the person signs in with."""
    factors = factors_of(request.user)
    context = {"factors": factors, "role": requiring_role(request.user)}
    return page(request, "people/security.html", context)


@before_second_factor
@confirmed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """Shows the secret to an authenticator app and takes its first code."""
    form = AppForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            add_app(person=request.user, secret=form.secret, by=request.user, at=clock.now())
            forget_missing_factor(request)
            toast(request, "The authenticator app is set up.")
            return redirect("people:recovery-codes")
    context = {"form": form, "picture": _qr_code(request, form.secret)}
    return page(request, "people/app.html", context, status=422 if form.errors else 200)


@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def app_removal(request: HttpRequest) -> HttpResponse:
    """Asks, then signs in without the app again."""
    found = get_object_or_404(Authenticator, user=request.user, type=Authenticator.Type.TOTP)
    return _removal(request, found, "the authenticator app")


@before_second_factor
@confirmed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def passkey_new(request: HttpRequest) -> HttpResponse:
    """Lets the browser make a passkey for this host."""
    form = PasskeyForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        had_any = factors_of(request.user).has_any
        add_passkey(
            person=request.user,
            name=fields["name"],
            credential=fields["credential"],
            by=request.user,
            at=clock.now(),
        )
        forget_missing_factor(request)
        toast(request, "The passkey is added.")
        return redirect("people:security" if had_any else "people:recovery-codes")
    context = {"form": form, "question": {"creation_options": begin_registration(request.user, True)}}
    return page(request, "people/passkey.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def passkey_renaming(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog with one field."""
    found = _passkey(request, pk)
    form = PasskeyNameForm(request.POST or None, initial={"name": found.data["name"]})
    if request.method == "POST" and form.is_valid():
        rename_passkey(passkey=found, name=form.cleaned_data["name"], by=request.user)
        toast(request, "The passkey is renamed.")
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"form": form, "action": request.path}
    return page(request, "people/passkey_rename.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def passkey_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then removes one passkey."""
    found = _passkey(request, pk)
    if not is_confirmed(request, minutes=CONFIRMED_MINUTES):
        return ask_to_confirm(request)
    return _removal(request, found, f"the passkey {found.data['name']}")


@confirmed
@never_cache
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes that are left; as a file when asked for."""
    found = get_object_or_404(Authenticator, user=request.user, type=Authenticator.Type.RECOVERY_CODES)
    left = found.wrap().get_unused_codes()
    if "file" in request.GET:
        lines = "\n".join([f"Recovery codes of {request.user.email} at {request.get_host()}", "", *left, ""])
        headers = {"Content-Disposition": 'attachment; filename="recovery-codes.txt"'}
        return HttpResponse(lines, content_type="text/plain; charset=utf-8", headers=headers)
    return page(request, "people/recovery_codes.html", {"codes": left})


@confirmed
@require_POST
def codes_renewal(request: HttpRequest) -> HttpResponse:
    """New codes; the old ones open nothing any more."""
    renew_recovery_codes(person=request.user, by=request.user, at=clock.now())
    toast(request, "These are your new codes. The old ones open nothing any more.")
    return redirect("people:recovery-codes")


def _qr_code(request: HttpRequest, secret: str) -> str:
    """The picture as an address of its own, which the page's policy lets in."""
    adapter = get_adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _passkey(request: HttpRequest, pk: int) -> Authenticator:
    return get_object_or_404(Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN)


def _removal(request: HttpRequest, found: Authenticator, words: str) -> HttpResponse:
    if request.method == "POST":
        remove_factor(factor=found, by=request.user, at=clock.now())
        toast(request, f"You sign in without {words} now.")
        return redirect("people:security")
    factors = factors_of(request.user)
    context = {"words": words, "is_last": factors.count == 1}
    return page(request, "people/factor_removal.html", context)
