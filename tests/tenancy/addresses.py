"""Every address of a firm's host, with its parameters filled in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

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
        """The address with these values. A parameter that has none is a KeyError: give it one."""
        return reverse(self.name, URLCONF, kwargs={name: values[name] for name in self.parameters})


def every_address() -> list[Address]:
    return list(_walk(get_resolver(URLCONF), "", ()))


def _walk(resolver: Any, namespace: str, outer: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        parameters = (*outer, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, parameters)
        elif isinstance(entry, URLPattern):
            yield Address(f"{namespace}{entry.name}", parameters, entry.callback)
