"""The routers of the rooms, assembled at /api/v1/."""

import logging
from functools import cached_property
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from approvals.api import routes as approvals
from billing.api import ROUTERS as BILLING
from clients.api import ROUTERS as CLIENTS
from core.api import FieldProblem, Problem
from core.errors import NotReadable, Refusal
from core.promises import translate
from integrations.api import ROUTERS as INTEGRATIONS
from ledger.api import routes as ledger
from people.api import ROUTERS as PEOPLE
from people.models import ApiToken
from projects.api import ROUTERS as PROJECTS
from psa.api.parsing import StrictParser
from psa.api.problems import MEDIA_TYPE, problem, refused
from reports.api import ROUTERS as REPORTS
from staffing.api import ROUTERS as LEAVE
from timesheets.api import ROUTERS as TIME

logger = logging.getLogger(__name__)
ROUTERS = (
    *PEOPLE,
    *CLIENTS,
    *PROJECTS,
    *LEAVE,
    *TIME,
    approvals,
    *BILLING,
    ledger,
    *INTEGRATIONS,
    *REPORTS,
)
# Where a value was: of these only the body's names stand alone.
BODY = "body"


class Bearer(HttpBearer):
    """Tells the description of the API how to sign in; BearerMiddleware has looked at the token already."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return getattr(request, "api_token", None)


class Api(NinjaAPI):
    """With its description made once."""

    @cached_property
    def described(self) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix="/api/v1/")
        _describe_problems(schema)
        return schema

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        return self.described


def _describe_problems(schema: OpenAPISchema) -> None:
    """Every route may answer with a problem, and says how many requests are left."""
    schemas = schema["components"]["schemas"]
    for model in (FieldProblem, Problem):
        schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas[model.__name__].pop("$defs", None)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "A problem", "content": content}


api = Api(
    title="PSA",
    version="1",
    description="Reaches all that people reach on the pages, with the same rights. See docs/api.md.",
    docs_url=None,
    urls_namespace="api",
    auth=Bearer(),
    parser=StrictParser(),
)
for routes in ROUTERS:
    api.add_router("", routes)


@api.exception_handler(Refusal)
def on_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return refused(request, refusal)


@api.exception_handler(DatabaseError)
def on_database(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    """What the database refuses speaks its registered words; what it cannot read is a damaged wish."""
    refusal = translate(error)
    if refusal is None and isinstance(error, DataError):
        logger.warning("Not readable: %s", error, exc_info=error)
        refusal = NotReadable()
    if refusal is None:
        raise error
    return refused(request, refusal)


@api.exception_handler(ValidationError)
def on_wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The wish does not have the described shape: 422 with the path of each fault."""
    errors = [(_path(each["loc"]), each["msg"]) for each in error.errors]
    return problem(422, "Some fields are not as described.", kind="NotAsDescribed", errors=errors)


def _path(where: tuple[Any, ...]) -> str:
    source, *rest = where
    # The first name below the body is that of the route's parameter, which nobody sends.
    names = rest[1:] if source == BODY and rest else rest
    return ".".join(str(name) for name in (names if source == BODY else [source, *names]))


@api.exception_handler(Http404)
def on_nothing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404)


@api.exception_handler(PermissionDenied)
def on_no_right(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(403)


@api.exception_handler(AuthenticationError)
def on_no_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(401)


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code)


@api.exception_handler(Exception)
def on_failure(request: HttpRequest, error: Exception) -> HttpResponse:
    """Ours to mend: logged and counted as any page's failure; ApiProblemMiddleware answers it."""
    raise error


def _guarded(pattern: Any) -> URLPattern:
    """Says what lets in, as every view does: the token, and behind it the guard of each route."""
    if pattern.name == "openapi-json":
        pattern.callback = login_not_required(pattern.callback)
        pattern.callback.guard = "open: describes the API, the same for every firm"
    else:
        pattern.callback.guard = "api: a token"
    return pattern


_patterns, _app, _namespace = api.urls
# The root answers nothing.
api_urls = ([_guarded(each) for each in _patterns if each.name != "api-root"], _app, _namespace)
