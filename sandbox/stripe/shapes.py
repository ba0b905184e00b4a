"""Which parameters a request may carry, and what they may say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from sandbox.stripe.errors import ApiError
from sandbox.stripe.form import Tree


class Shape(Protocol):
    """Reads one parameter; raises ApiError naming it."""

    def read(self, raw: str | Tree, name: str, strict: bool) -> Any: ...


def _text(raw: str | Tree, name: str) -> str:
    if isinstance(raw, dict):
        raise ApiError(f"Invalid string: {name} must not be a group.", param=name)
    return raw


@dataclass(frozen=True)
class Text:
    """A string; an empty one is refused, as Stripe does, unless it may unset something."""

    longest: int = 5000

    def read(self, raw: str | Tree, name: str, strict: bool) -> str:
        value = _text(raw, name)
        if not value:
            message = (
                f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset it."
            )
            raise ApiError(message, code="parameter_invalid_empty", param=name)
        if len(value) > self.longest:
            raise ApiError(f"Invalid string: {name} must be at most {self.longest} characters", param=name)
        return value


@dataclass(frozen=True)
class Address:
    """A web address with scheme and host."""

    def read(self, raw: str | Tree, name: str, strict: bool) -> str:
        value = Text().read(raw, name, strict)
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ApiError("Not a valid URL", code="url_invalid", param=name)
        return value


@dataclass(frozen=True)
class Email:
    """An e-mail address."""

    def read(self, raw: str | Tree, name: str, strict: bool) -> str:
        value = Text(512).read(raw, name, strict)
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
            raise ApiError(f"Invalid email address: {value}", code="email_invalid", param=name)
        return value


@dataclass(frozen=True)
class Whole:
    """An integer."""

    least: int | None = None
    most: int | None = None

    def read(self, raw: str | Tree, name: str, strict: bool) -> int:
        value = _text(raw, name)
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise ApiError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
        number = int(value)
        if self.least is not None and number < self.least:
            message = f"This value must be greater than or equal to {self.least}."
            raise ApiError(message, code="parameter_invalid_integer", param=name)
        if self.most is not None and number > self.most:
            message = f"This value must be less than or equal to {self.most}."
            raise ApiError(message, code="parameter_invalid_integer", param=name)
        return number


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def read(self, raw: str | Tree, name: str, strict: bool) -> bool:
        value = _text(raw, name)
        if value not in {"true", "false"}:
            raise ApiError(f"Invalid boolean: {value}", param=name)
        return value == "true"


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def read(self, raw: str | Tree, name: str, strict: bool) -> str:
        value = _text(raw, name)
        if value not in self.words:
            raise ApiError(f"Invalid {name}: must be one of {', '.join(self.words)}", param=name)
        return value


@dataclass(frozen=True)
class Metadata:
    """At most 50 pairs, keys of 40 and values of 500 characters."""

    def read(self, raw: str | Tree, name: str, strict: bool) -> dict[str, str]:
        if not isinstance(raw, dict):
            if raw == "":
                return {}
            raise ApiError("Invalid object", param=name)
        if len(raw) > 50:
            raise ApiError("You may only specify up to 50 metadata keys.", param=name)
        for key, value in raw.items():
            if len(key) > 40:
                raise ApiError(f"Metadata keys can be up to 40 characters; got {key!r}.", param=name)
            if len(_text(value, f"{name}[{key}]")) > 500:
                raise ApiError(
                    f"Metadata values can be up to 500 characters; see {key!r}.", param=f"{name}[{key}]"
                )
        return {key: _text(value, name) for key, value in raw.items()}


@dataclass(frozen=True)
class ListOf:
    """A list in the order of its indices."""

    item: Shape
    most: int = 100

    def read(self, raw: str | Tree, name: str, strict: bool) -> list[Any]:
        if not isinstance(raw, dict) or not all(key.isdecimal() for key in raw):
            raise ApiError("Invalid array", param=name)
        if len(raw) > self.most:
            raise ApiError(f"Array {name} must have at most {self.most} elements.", param=name)
        keys = sorted(raw, key=int)
        return [self.item.read(raw[key], f"{name}[{key}]", strict) for key in keys]


@dataclass(frozen=True)
class Group:
    """Named parameters, some of them required."""

    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    def read(self, raw: str | Tree, name: str, strict: bool) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise ApiError("Invalid object", param=name)

        def full(key: str) -> str:
            return f"{name}[{key}]" if name else key

        for key in raw:
            if key not in self.fields and strict:
                message = f"Received unknown parameter: {full(key)}"
                raise ApiError(message, code="parameter_unknown", param=full(key))
        for key in self.required:
            if key not in raw:
                message = f"Missing required param: {full(key)}."
                raise ApiError(message, code="parameter_missing", param=full(key))
        return {
            key: self.fields[key].read(value, full(key), strict)
            for key, value in raw.items()
            if key in self.fields
        }


@dataclass(frozen=True)
class Span:
    """A moment, or a group of gt, gte, lt, lte."""

    def read(self, raw: str | Tree, name: str, strict: bool) -> dict[str, int]:
        if isinstance(raw, dict):
            bounds = {word: Whole() for word in ("gt", "gte", "lt", "lte")}
            return Group(bounds).read(raw, name, strict)
        moment = Whole().read(raw, name, strict)
        return {"gte": moment, "lte": moment}


EXPAND = ListOf(Text())
PAGE: dict[str, Shape] = {
    "limit": Whole(1, 100),
    "starting_after": Text(),
    "ending_before": Text(),
    "expand": EXPAND,
}
