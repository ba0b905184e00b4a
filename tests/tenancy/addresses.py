"""Every address of a firm's host, and every route of the API, with its parameters filled in."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from psa.api.assembly import api

URLCONF = "psa.urls_firm"


@dataclass(frozen=True)
class Address:
    """One entry of the URL configuration."""

    name: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def guard(self) -> Any:
        return self.view.guard  # type: ignore[attr-defined]

    def path(self, values: Mapping[str, Any]) -> str:
        """The address with these values; under "address parameter" stands one for this address alone.

        A parameter that has none is a KeyError: give it one.
        """
        kwargs = {name: values.get(f"{self.name} {name}", values[name]) for name in self.parameters}
        return reverse(self.name, URLCONF, kwargs=kwargs)


def every_address() -> list[Address]:
    """Of the pages; what the API answers is told apart by its method: `every_route`."""
    return [found for found in _walk(get_resolver(URLCONF), "", ()) if not found.name.startswith("api:")]


@dataclass(frozen=True)
class Route:
    """One route of the API: its method and address, who may, and what it is told.

    `chosen` are parameters that choose a day or a kind, with a value each; they name nothing of another firm.
    `asked` are the parameters that its query must have, with the schema of each.
    """

    method: str
    template: str
    guard: Any
    scope: str
    chosen: Mapping[str, str]
    asked: Mapping[str, Mapping[str, Any]]
    body: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def names_a_thing(self) -> bool:
        return any(name not in self.chosen for name in re.findall(r"{([^}]+)}", self.template))

    def path(self, number: int) -> str:
        """The address, with the number for every id."""
        path = "/api/v1" + re.sub(
            r"{([^}]+)}", lambda match: self.chosen.get(match[1], str(number)), self.template
        )
        query = urlencode({name: _example(schema, number) for name, schema in self.asked.items()})
        return f"{path}?{query}" if query else path


def every_route() -> list[Route]:
    return [
        _route(operation, re.sub(r"{\w+:", "{", path))
        for router in api._get_bound_routers()
        for path, view in router.path_operations.items()
        for operation in view.operations
    ]


def _route(operation: Any, template: str) -> Route:
    method = operation.methods[0]
    described = api.get_openapi_schema()["paths"][f"/api/v1{template}"][method.lower()]
    chosen = {
        parameter["name"]: str(_example(parameter["schema"], 1))
        for parameter in described["parameters"]
        if parameter["in"] == "path" and not parameter["name"].endswith("_id")
    }
    asked = {
        parameter["name"]: parameter["schema"]
        for parameter in described["parameters"]
        if parameter["in"] == "query" and parameter.get("required")
    }
    view = operation.view_func
    return Route(method, template, view.guard, view.scope, chosen, asked, described.get("requestBody"))


def wish_naming(route: Route, number: int) -> Any:
    """A body such as the route describes, in which every id is the number; None where it takes none."""
    if not route.body or "application/json" not in route.body["content"]:
        return None
    return _example(route.body["content"]["application/json"]["schema"], number)


def _example(schema: Mapping[str, Any], number: int) -> Any:
    if "$ref" in schema:
        return _example(
            api.get_openapi_schema()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], number
        )
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _example(schema[several][0], number)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object":
        return {name: _example(inner, number) for name, inner in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [_example(schema["items"], number)] * max(1, schema.get("minItems", 1))
    if schema.get("type") == "integer":
        return number if schema.get("maximum", number) >= number else schema["maximum"]
    plain = {"boolean": False, "number": 1, "null": None}
    days = {"date": "2026-11-25", "time": "09:00", "date-time": "2026-11-25T12:00:00Z"}
    texts = {
        **days,
        "^[A-Z]{3}$": "USD",
        "^([A-Z]{2})?$": "DE",
        "^[A-Z]{2}$": "DE",
        "^(#[0-9a-fA-F]{6})?$": "",
    }
    return plain.get(schema.get("type", ""), texts.get(schema.get("format", schema.get("pattern", "")), "1"))


def _walk(resolver: Any, namespace: str, outer: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        parameters = (*outer, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, parameters)
        elif isinstance(entry, URLPattern):
            yield Address(f"{namespace}{entry.name}", parameters, entry.callback)
