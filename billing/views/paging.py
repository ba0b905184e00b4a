"""Which rows of a long list are asked for."""

from django.http import HttpRequest


def first_row(request: HttpRequest) -> int:
    """The number in `?from=`, counted from zero; zero when it is none."""
    text = request.GET.get("from", "")
    return int(text) if text.isdecimal() and len(text) < 7 else 0
