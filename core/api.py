"""What the routers of all rooms are made of: routes with a scope, lists in parts, wishes cleaned by the web's forms.

    routes = Routes("clients")

    @routes.read("/clients/{int:client_id}", ClientRow)
    @guarded(VIEW_CLIENTS)
    def show_client(request: HttpRequest, client_id: int) -> Client:
        return get_object_or_404(Client, pk=client_id)

psa/api assembles the routers and knows tokens, problems, repeats and limits. See docs/recipes/add-an-api-route.md.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial, wraps
from inspect import getdoc
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args

from django import forms
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Router, Schema
from ninja.decorators import decorate_view
from ninja.operation import Operation
from ninja.params.models import ParamModel
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from core.errors import NotAllowed, Refusal
from core.models import Job

Item = TypeVar("Item")
View = Callable[..., Any]
Method = Literal["POST", "PATCH", "PUT", "DELETE"]
LARGEST_ID = 2**63 - 1


def plain_amount(amount: Decimal) -> str:
    """An amount for programs: no grouping, no exponent, at least two decimals (190.0000 is 190.00, 0.4850 is 0.485)."""
    whole, _, decimals = f"{amount:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


# In answers a string such as "123.45"; in wishes a string or a number.
Amount = Annotated[Decimal, PlainSerializer(plain_amount, return_type=str)]
WishedAmount = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ISO_INSTANT = re.compile(rf"{ISO_DAY.pattern}[Tt ][0-9:.,]+([Zz]|[+-][0-9:]+)")


def _written_day(value: Any) -> Any:
    """Lets days through and what is written as one: Pydantic would take a number for seconds since 1970."""
    is_day = ISO_DAY.fullmatch(value) if isinstance(value, str) else isinstance(value, date)
    if not is_day:
        raise ValueError("Write a day as YYYY-MM-DD.")
    return value


def _written_instant(value: Any) -> Any:
    """As for days."""
    if isinstance(value, str) and not ISO_INSTANT.fullmatch(value):
        raise ValueError("Write an instant as YYYY-MM-DDThh:mm:ssZ, with its zone.")
    return value


# A day that weeks and months can be counted around; the calendar of Python ends elsewhere.
Day = Annotated[
    date,
    BeforeValidator(_written_day),
    Field(ge=date(1970, 1, 1), le=date(2999, 12, 31), description="A day from 1970 to 2999, YYYY-MM-DD."),
]


def words_of(states: type[models.TextChoices]) -> WithJsonSchema:
    """Describes states in place: `Annotated[Invoice.State, words_of(Invoice.State)]`.

    By its bare name, State, the description would mix up the states of all models.
    """
    return WithJsonSchema({"type": "string", "enum": list(states.values)})


def _takes_truths(kind: Any) -> bool:
    return kind in (bool, Any) or any(_takes_truths(part) for part in get_args(kind))


# The shapes of the API are built when they are first used: a process that never answers a program does without 12 MB
# and half a second at its start.
BUILT_LATER: list[type[BaseModel]] = [Schema, *ParamModel.__subclasses__()]
for shape in BUILT_LATER:
    shape.model_config["defer_build"] = True


class Row(Schema):
    """Base of what is answered: reads its fields from a row of the database, or from `resolve_<field>`."""


class Wish(BaseModel):
    """Base of what is asked for. A field that nobody knows is refused instead of ignored."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    @field_validator("*", mode="before")
    @classmethod
    def refuse_truths(cls, value: Any, field: ValidationInfo) -> Any:
        """Pydantic would take true for the number 1, and so for whatever has that id."""
        kind = cls.model_fields[str(field.field_name)].annotation
        parts = value if isinstance(value, list) else [value]
        if any(isinstance(part, bool) for part in parts) and not _takes_truths(kind):
            raise ValueError("True and false are no values of this field.")
        return value


class JobRow(Row):
    """Long work: QUEUED, RUNNING, then DONE, FAILED or CANCELED. `result` is there when it is done."""

    id: int
    state: Annotated[Job.State, words_of(Job.State)]
    title: str
    done: int
    total: int
    message: str
    result: dict[str, Any] | None
    started_at: datetime
    ended_at: datetime | None


class FieldProblem(Schema):
    """What is wrong with one field."""

    path: str = Field(
        description="The field: a name, or names and positions with dots, such as lines.0.amount."
    )
    message: str


class Problem(Schema):
    """Why something was not done (RFC 9457)."""

    type: str = Field(description="Which kind of problem: urn:psa:problem: and a name that stays the same.")
    title: str
    status: int
    detail: str = Field(description="A whole sentence for people.")
    errors: list[FieldProblem] = Field(description="What is wrong with which field; empty for the whole.")
    facts: dict[str, Any] = Field(default_factory=dict, description="Values that help to act on it.")


class ScopeIsMissing(NotAllowed):
    sentence = "This token lacks the scope {scope}."


class NotACursor(Refusal):
    sentence = "The cursor is damaged. Take next_cursor as it was answered, with the same filters."


class NotClean(Refusal):
    """Fields break rules. `errors` are pairs of path and sentence."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        self.errors = errors
        super().__init__(" ".join(message for _, message in errors), field=errors[0][0])


class Routes(Router):
    """The router of one area. Each route names its answer; its scope is `<area>:read` or `<area>:write`.

    The function below a route carries a guard of people.guards, as every view does.
    """

    def __init__(self, area: str) -> None:
        super().__init__(tags=[area])
        self.area = area

    def read(
        self, path: str, answer: Any, *, scope: str | None = None, **options: Any
    ) -> Callable[[View], View]:
        """A route that changes nothing: GET. An empty `scope` lets every token in."""
        scope = f"{self.area}:read" if scope is None else scope
        return self._route("GET", path, {200: answer}, scope, {}, options)

    def file(self, path: str, media_type: str, **options: Any) -> Callable[[View], View]:
        """A route that answers with a file: GET. Its function returns the HttpResponse."""
        content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
        extra = {"responses": {200: {"description": "The file", "content": content}}}
        return self._route("GET", path, {200: None}, f"{self.area}:read", extra, options)

    def write(
        self,
        path: str,
        answer: Any = None,
        *,
        method: Method = "POST",
        status: int = 0,
        scope: str | None = None,
        **options: Any,
    ) -> Callable[[View], View]:
        """A route that changes something; without `answer` it says 204. Takes an Idempotency-Key.

        `status` is 200 unless said otherwise: say 201 where something new is made.
        """
        status = status or (200 if answer is not None else 204)
        extra = {"parameters": [IDEMPOTENCY_KEY]}
        scope = f"{self.area}:write" if scope is None else scope
        return self._route(method, path, {status: answer}, scope, extra, options)

    def _route(
        self,
        method: str,
        path: str,
        response: dict[int, Any],
        scope: str,
        extra: dict[str, Any],
        options: dict[str, Any],
    ) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            if not getattr(view, "guard", None):
                raise TypeError(f"{view.__name__} needs a guard of people.guards below its route")
            doc = (getdoc(view) or "").partition("\n")
            options.setdefault("operation_id", view.__name__)
            options.setdefault("summary", doc[0].rstrip("."))
            extra["x-scope"] = scope
            view.scope = scope  # type: ignore[attr-defined]
            # Asked before the wish is read.
            scoped = decorate_view(partial(_scoped, scope))(view)
            self.api_operation([method], path, response=response, openapi_extra=extra, **options)(scoped)
            return view

        return decorate


IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "Repeating the same wish with the same key within 24 hours answers again and does nothing.",
}


def _scoped(scope: str, run: View) -> View:
    """Runs the operation for requests whose token (`request.api_token`) has the scope; else it is refused."""

    @wraps(run)
    def scoped_run(request: HttpRequest, **kwargs: Any) -> Any:
        if scope and scope not in request.api_token.scopes:  # type: ignore[attr-defined]
            operation: Operation = run.__self__  # type: ignore[attr-defined]
            return operation.api.on_exception(request, ScopeIsMissing(scope=scope))
        return run(request, **kwargs)

    return scoped_run


class Part(BaseModel):
    """Which part of a list is asked for."""

    limit: int = Field(default=50, ge=1, le=200, description="How many rows at most.")
    cursor: str = Field(default="", max_length=200, description="next_cursor of the part before.")


class ChangedPart(Part):
    """A part of a list of rows that carry `updated_at`."""

    updated_since: Annotated[AwareDatetime, BeforeValidator(_written_instant)] | None = Field(
        default=None,
        description="Only rows that changed at or after this instant, the earliest change first. ISO 8601 with zone.",
    )


class Listing(Schema, Generic[Item]):
    """A part of a list. `next_cursor` is null on the last part."""

    items: list[Item]
    next_cursor: str | None


def page(rows: QuerySet[Any], part: Part) -> dict[str, Any]:
    """The part of `rows` that was asked for, in the order of their ids, or of change with `updated_since`.

    One statement, and those of the rows' prefetches. Raises NotACursor (field cursor).
    """
    since = getattr(part, "updated_since", None)
    after = _after(part.cursor, by_change=since is not None)
    if since is not None:
        rows = rows.filter(updated_at__gte=since).order_by("updated_at", "pk")
        if after:
            rows = rows.filter(Q(updated_at__gt=after[0]) | Q(updated_at=after[0], pk__gt=after[1]))
    else:
        rows = rows.order_by("pk")
        if after:
            rows = rows.filter(pk__gt=after[0])
    found = list(rows[: part.limit + 1])
    shown = found[: part.limit]
    return {"items": shown, "next_cursor": _cursor(shown[-1], since) if len(found) > part.limit else None}


def _cursor(row: Any, since: datetime | None) -> str:
    place = [row.pk] if since is None else [row.updated_at.isoformat(), row.pk]
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _after(cursor: str, *, by_change: bool) -> tuple[Any, ...]:
    """Where the part before ended: `(id,)`, or `(instant, id)`; nothing for the first part."""
    if not cursor:
        return ()
    try:
        place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        *instant, key = place
        if type(key) is not int or not 0 <= key <= LARGEST_ID or len(instant) != by_change:
            raise ValueError(cursor)
        return (_instant(instant[0]), key) if by_change else (key,)
    except (ValueError, TypeError) as error:
        raise NotACursor(field="cursor") from error


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant


def cleaned(
    form: Callable[..., forms.Form],
    wish: BaseModel | Mapping[str, Any],
    *,
    names: Mapping[str, str] | None = None,
    given: Mapping[str, Any] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """What the web's form makes of a wish: the same fields, limits and choices. Raises NotClean.

    What the wish leaves out stays as the form begins: as it is now when something is changed. `payment_terms_id` of
    the wish is `payment_terms` of the form; `names` says where that does not fit (`{"role_ids": "roles"}`).
    `given` is what counts where the form reads something in another way than the wish says it. `options` go to the
    form.
    """
    if given is None:
        given = dict(wish) if isinstance(wish, Mapping) else wish.model_dump(exclude_unset=True)
    fresh = form(**options)
    paths = {field: field for field in fresh.fields}
    values = {field: fresh[field].value() for field in fresh.fields}
    known = set(given) | (set() if isinstance(wish, Mapping) else set(type(wish).model_fields))
    for name in known:
        field = _field_of(name, fresh, names or {})
        paths[field] = name
        if name in given:
            # Forms read amounts as people type them, without an exponent.
            value = given[name]
            values[field] = f"{value:f}" if isinstance(value, Decimal) else value
    fixed = [
        paths[field]
        for field, value in values.items()
        if paths[field] in given
        and (field not in fresh.fields or (fresh.fields[field].disabled and value != fresh[field].value()))
    ]
    if fixed:
        raise NotClean([(name, "This cannot be set here.") for name in fixed])
    bound = form(data=values, **options)
    if not bound.is_valid():
        raise NotClean(
            [
                (paths.get(field, ""), str(message))
                for field, messages in bound.errors.items()
                for message in messages
            ]
        )
    return bound.cleaned_data


def chosen(rows: QuerySet[Any], ids: Sequence[int], path: str) -> list[Any]:
    """The rows with these ids, each once, in their order. Raises NotClean for one that is not there."""
    found = rows.in_bulk(ids)
    for key in ids:
        if key not in found:
            raise NotClean([(path, f"There is no {key}, or you may not see it.")])
    return [found[key] for key in dict.fromkeys(ids)]


def _field_of(name: str, form: forms.Form, names: Mapping[str, str]) -> str:
    if name in names or name in form.fields:
        return names.get(name, name)
    return name.removesuffix("_ids").removesuffix("_id")
