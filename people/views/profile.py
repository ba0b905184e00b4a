"""What people set for themselves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from core.pages import is_fragment, page, refusals_into, toast
from people.forms import ProfileForm
from people.guards import signed_in
from people.preferring import choose_theme, edit_profile


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The own name, time zone and how hours look."""
    form = ProfileForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_profile(person=request.user, **form.cleaned_data, by=request.user)
            toast(request, "Your profile is saved.")
            return redirect("people:profile")
    return page(request, "people/profile.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remembers the appearance. The page has changed already where scripts run."""
    choose_theme(person=request.user, theme=request.POST.get("theme", ""))
    return HttpResponse(status=204) if is_fragment(request) else redirect("people:profile")
