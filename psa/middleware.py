"""Host → firm, and the middlewares that exist on firms' hosts only.

The root host has neither users nor sessions: `request.user` there would read a table that the public schema does not
have, and answer 500 to any stale cookie. So sessions, people and sign-in are switched off there as a whole.
"""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_tenants.middleware.main import TenantMainMiddleware
from django_tenants.utils import get_public_schema_name

from psa.health import healthz, measures, readyz
from tenants.models import Firm

GetResponse = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """Answers /healthz, /readyz and /metrics on any host, before one is looked up or https asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return healthz(request)
        if request.path == "/readyz":
            return readyz(request)
        if request.path == "/metrics":
            return measures(request)
        return self.get_response(request)


class ProxyMiddleware:
    """Behind a proxy, the address that limits and audit see is the one that the nearest proxy saw."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
        if seen:
            # Only the last entry is written by our own proxy; the others are whatever the visitor sent.
            request.META["REMOTE_ADDR"] = seen.rsplit(",", 1)[-1].strip()
        return self.get_response(request)


class FirmMiddleware(TenantMainMiddleware):
    """Chooses the firm by host; an unknown host gets a page that says so."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        response = super().process_request(request)
        request.is_firm = (
            hasattr(request, "tenant") and request.tenant.schema_name != get_public_schema_name()
        )
        return response

    def get_tenant(self, domain_model: Any, hostname: str) -> Any:
        domain = domain_model.objects.select_related("tenant").get(domain=hostname)
        if domain.tenant.is_blueprint or domain.tenant.state == Firm.State.CLOSED:
            raise domain_model.DoesNotExist
        return domain.tenant

    def no_tenant_found(self, request: HttpRequest, hostname: str) -> HttpResponse:
        self.setup_url_routing(request, force_public=True)
        return render(request, "root/no_firm.html", {"hostname": hostname}, status=404)


class FirmOnly:
    """Delegates to `wraps` on firms' hosts and does nothing on the root host and for the API: no sessions there."""

    wraps: Callable[[GetResponse], Any]

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.inner = type(self).wraps(get_response)
        for hook in ("process_view", "process_exception", "process_template_response"):
            if hasattr(self.inner, hook):
                setattr(self, hook, self.guard(getattr(self.inner, hook)))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chain = self.inner if _has_sessions(request) else self.get_response
        return chain(request)

    @staticmethod
    def guard(hook: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return hook(request, *args, **kwargs) if _has_sessions(request) else None

        return guarded


def _has_sessions(request: HttpRequest) -> bool:
    return request.is_firm and not request.is_api


class FirmSessionMiddleware(FirmOnly):
    wraps = SessionMiddleware


class FirmAuthenticationMiddleware(FirmOnly):
    wraps = AuthenticationMiddleware


class FirmLoginRequiredMiddleware(FirmOnly):
    wraps = LoginRequiredMiddleware


class PersonTimeZoneMiddleware:
    """A person's *today* and times are in that person's time zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = getattr(getattr(request, "user", None), "time_zone", "") or "UTC"
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            return self.get_response(request)
