"""What surrounds the API: problems instead of pages, a token instead of a session, limits, repeats."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from core import clock
from people.issuing import token_of
from people.models import ApiToken
from psa.api.limits import count_request
from psa.api.problems import MEDIA_TYPE, problem
from psa.api.repeats import once

GetResponse = Callable[[HttpRequest], HttpResponse]
# The description of the API is the same for every firm and tells nothing of any.
OPEN_PATHS = {"/api/v1/openapi.json"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# Wrong tokens from one network address within a minute.
WRONG_TOKENS = 60
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


class ApiProblemMiddleware:
    """Marks requests to the API, and answers them with problems whatever went wrong: unknown hosts and pages too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.is_api = request.path == "/api" or request.path.startswith("/api/")
        response = self.get_response(request)
        if not request.is_api:
            return response
        if response.status_code >= 300 and response.headers.get("Content-Type") != MEDIA_TYPE:
            response = _as_problem(response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _as_problem(response: HttpResponse) -> HttpResponse:
    # Nothing moves here: an address that would be redirected is simply not one.
    found = problem(response.status_code if response.status_code >= 400 else 404)
    for name in KEPT_HEADERS:
        if name in response.headers:
            found.headers[name] = response.headers[name]
    return found


class BearerMiddleware:
    """Signs in by the token alone, counts the request, and does no wish twice. Stands outside of sessions."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.is_api or not request.is_firm:
            return self.get_response(request)
        if request.path in OPEN_PATHS:
            request.user = AnonymousUser()
            return self.get_response(request)
        at = clock.now()
        token = token_of(_raw(request), at=at)
        if token is None:
            return _unknown(request)
        request.user, request.api_token = token.user, token
        standing = count_request(f"token:{token.pk}", at=at)
        response = problem(429) if standing.is_over else self._answer(request, token)
        for name, value in standing.headers.items():
            response.headers[name] = value
        return response

    def _answer(self, request: HttpRequest, token: ApiToken) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method in SAFE_METHODS:
            return self.get_response(request)
        return once(request, token, key, clock.now(), lambda: self.get_response(request))


def _raw(request: HttpRequest) -> str:
    kind, _, raw = request.headers.get("Authorization", "").partition(" ")
    return raw.strip() if kind.lower() == "bearer" else ""


def _unknown(request: HttpRequest) -> HttpResponse:
    standing = count_request(
        f"address:{request.META.get('REMOTE_ADDR', '')}", at=clock.now(), limit=WRONG_TOKENS
    )
    response = problem(429 if standing.is_over else 401)
    if standing.is_over:
        response.headers["Retry-After"] = str(standing.reset_seconds)
    else:
        response.headers["WWW-Authenticate"] = 'Bearer realm="psa"'
    return response
