"""The root host: what this is, sign-up, and the way to one's firm. No users, no sessions here."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django_tenants.utils import schema_context

from core import clock
from core.errors import Refusal
from core.hosts import firm_url
from core.limits import count_try
from core.pages import page, refusals_into
from psa.forms import FindFirmForm, SignUpForm
from psa.founding import check_free, found_firm, free_slugs
from psa.tasks import send_addresses

HOUR = 3600


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    return page(request, "root/landing.html")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """A new firm. The answer moves on by itself: browsers block a form whose redirect leaves the host."""
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            count_try(
                "sign-up",
                request.META.get("REMOTE_ADDR", ""),
                most=settings.SIGN_UPS_PER_HOUR,
                seconds=HOUR,
                message="Several firms were signed up from your network within the hour. Try again in an hour.",
            )
            firm, ticket = found_firm(**form.cleaned_data, at=clock.now())
            with schema_context(firm.schema_name):
                context = {
                    "firm": firm,
                    "url": firm_url(f"/hand-over/{ticket}/"),
                    "home": firm_url("/account/sign-in/"),
                }
            return page(request, "root/sign_up_done.html", context)
    context = sign_up_context(form) | {"form": form}
    return page(request, "root/sign_up.html", context, status=422 if form.errors else 200)


def sign_up_context(form: SignUpForm) -> dict[str, object]:
    """What the page shows beside the fields: the domain, and free addresses if the wanted one is not."""
    is_wrong = form.is_bound and "slug" in form.errors
    suggestions = free_slugs(form["slug"].value() or "", form["name"].value() or "") if is_wrong else []
    return {"suffix": address_suffix(), "suggestions": suggestions}


@never_cache
@require_safe
def address(request: HttpRequest) -> HttpResponse:
    """The line under the address while signing up: free, or why not and what is."""
    slug, name = request.GET.get("slug", "").strip().lower()[:60], request.GET.get("name", "")[:120]
    context: dict[str, object] = {"suffix": address_suffix(), "slug": slug}
    if slug:
        try:
            check_free(slug)
        except Refusal as refusal:
            context |= {"problem": refusal.message, "suggestions": free_slugs(slug, name)}
    return page(request, "root/sign_up.html#address", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find_firm(request: HttpRequest) -> HttpResponse:
    """Writes the addresses of somebody's firms to them. The page never says whether it knows an e-mail."""
    form = FindFirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            email = form.cleaned_data["email"].lower()
            count_try("find-firm", request.META.get("REMOTE_ADDR", ""), most=20, seconds=HOUR)
            count_try("find-firm-mail", email, most=3, seconds=HOUR)
            send_addresses.delay(email)
            return page(request, "root/find_firm_sent.html", {"email": email})
    return page(request, "root/find_firm.html", {"form": form}, status=422 if form.errors else 200)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, "404.html", status=404)


def address_suffix() -> str:
    """What follows a firm's own part in its address: .example.com, or .localhost:8000 at home."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f".{settings.BASE_DOMAIN}{port}"
