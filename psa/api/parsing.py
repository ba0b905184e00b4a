"""Reads JSON bodies strictly: what the database could not keep is not read."""

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser


class StrictParser(Parser):
    """Refuses numbers that JSON does not know (NaN), halves of characters, and the character zero: 400."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = json.loads(request.body, parse_constant=_refuse)
        _check(body)
        return body


def _check(body: Any) -> None:
    """ValueError for a text that holds the character zero or half of a character, both of which escapes can write."""
    waiting = [body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if "\0" in value:
                raise ValueError("the character zero")
            value.encode()
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
