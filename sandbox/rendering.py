"""Pages: Jinja templates under a strict content security policy."""

import datetime
import re
from pathlib import Path
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sandbox.stripe.amounts import in_words

HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _moment(seconds: int) -> str:
    """For example 22 Nov 2026, 14:05 UTC."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def _grouped(number: str) -> str:
    """A card number in fours."""
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def _breakable(name: str) -> Markup:
    """A long name that may be broken after its dots and underscores."""
    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(name))))


_env = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_env.globals.update(icon=_env.get_template("icons.html").module.icon)  # type: ignore[attr-defined]
_env.filters.update(moment=_moment, money=in_words, grouped=_grouped, breakable=_breakable)


def page(template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """One page, never cached: what it shows may have changed a second later."""
    headers = {
        "Content-Security-Policy": _POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(_env.get_template(template).render(**context), status, headers)


async def posted(request: Request) -> dict[str, str]:
    """The fields of a posted form, trimmed."""
    encoded = (await request.body()).decode("utf-8", "replace")
    return {name: value.strip() for name, value in parse_qsl(encoded, keep_blank_values=True)}
