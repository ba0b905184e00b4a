"""Binds ports and receivers of lower rooms to what higher rooms and the outside offer. Loaded once by psa/apps.py."""

from django.conf import settings

from core import hosts


def _port() -> str:
    return f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""


def _root_origin() -> str:
    return f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}{_port()}"


def _firm_origin(schema: str) -> str:
    # The schema of firm `blue-oak` is firm_blue_oak; slugs have no underscores, so the way back is exact.
    slug = schema.removeprefix("firm_").replace("_", "-")
    return f"{settings.PUBLIC_SCHEME}://{slug}.{settings.BASE_DOMAIN}{_port()}"


hosts.bind(firm=_firm_origin, root=_root_origin)
