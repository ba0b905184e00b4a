"""How we reach Intuit: time-outs on every call, nothing taken from the machine's environment, sockets shared.

Neither of Intuit's two libraries has a time-out of its own (integrations.md A12), so their sessions get this adapter.
"""

import re
from decimal import Decimal
from json import dumps
from typing import Any

import requests
from django.core.serializers.json import DjangoJSONEncoder
from requests.adapters import HTTPAdapter

# Intuit cuts requests off after 120 s.
CONNECT_SECONDS, READ_SECONDS = 5, 130
_NUMBER = re.compile(r'"\\u0000(-?[0-9.]+)"')


class TimedAdapter(HTTPAdapter):
    """An adapter that never waits for ever."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Sends, with our time-outs whatever the caller says."""
        return super().send(request, stream, (CONNECT_SECONDS, READ_SECONDS), verify, cert, proxies)


# Thread-safe; sockets stay open from one delivery to the next.
ADAPTER = TimedAdapter(pool_connections=4, pool_maxsize=16)


def prepare(session: requests.Session) -> None:
    """Has a session use our adapter, and neither proxies nor passwords of the machine. Never close such a session."""
    session.trust_env = False
    session.mount("https://", ADAPTER)
    session.mount("http://", ADAPTER)


def was_sent(error: requests.RequestException) -> bool:
    """Whether the request may have arrived: False only when no connection was made."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return False
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    # urllib3 names it so when the other side could not be reached at all.
    return type(reason).__name__ not in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")


class _Exact(DjangoJSONEncoder):
    """Marks decimals with NUL, which no text from the database can hold."""

    def default(self, o: Any) -> Any:
        return f"\0{o:f}" if isinstance(o, Decimal) else super().default(o)


def exact_json(body: dict[str, Any]) -> str:
    """JSON whose numbers are the very digits of the decimals: money never passes through binary floats."""
    return _NUMBER.sub(r"\1", dumps(body, cls=_Exact))
