"""Proving who one is: signing in by passkey, and once more before something that matters."""

from typing import Any
from urllib.parse import urlencode

from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.pages import page, refusals_into
from people import confirming
from people.forms import ConfirmForm
from people.guards import before_second_factor, note_confirmed, signed_by_passkey, signed_in
from people.second_factors import factors_of


class PasskeySignIn(LoginWebAuthnView):
    """A GET for JSON asks the question, the POST brings the answer; what is not accepted leads back to the sign-in."""

    def form_invalid(self, form: Any) -> HttpResponse:
        query = {"passkey": "refused"}
        if self.request.POST.get("next"):
            query["next"] = self.request.POST["next"]
        return redirect(f"{reverse('account_login')}?{urlencode(query)}")


passkey_sign_in = PasskeySignIn.as_view()


@before_second_factor
@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Asks for password, code or passkey, and leads back to what was to be done."""
    factors = factors_of(request.user)
    form = ConfirmForm(request.POST or None, has_app=factors.app is not None)
    back = _back(request)
    if request.method == "POST":
        if request.POST.get("credential"):
            form.fields["password"].required = False
        if form.is_valid():
            with refusals_into(form):
                if not signed_by_passkey(request):
                    typed = form.cleaned_data["password"]
                    note_confirmed(request, confirming.confirm(person=request.user, typed=typed))
                return redirect(back)
    context = {"form": form, "next": back, "has_passkey": bool(factors.passkeys)}
    return page(request, "people/confirm.html", context, status=422 if form.errors else 200)


@before_second_factor
@signed_in
@never_cache
@require_safe
def passkey_question(request: HttpRequest) -> HttpResponse:
    """What a passkey of the person is to sign, as JSON for the browser; good once, in this session."""
    return JsonResponse({"request_options": begin_authentication(request.user)})


def _back(request: HttpRequest) -> str:
    """Only to pages of this firm's own host."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return reverse("people:security")
