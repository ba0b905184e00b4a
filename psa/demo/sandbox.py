"""The stand-ins of the demo, asked as a person or a vendor would act there."""

import json
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

ANSWERS_WITHIN_SECONDS = 10


def pull_lever(method: str, lever: str, wish: dict[str, Any] | None = None) -> Any:
    """One lever of the stand-ins. Raises OSError when nobody answers, or refuses."""
    request = Request(
        f"{settings.SANDBOX_URL}/_sandbox/{lever}",
        data=json.dumps(wish or {}).encode() if method == "POST" else None,
        headers={"Content-Type": "application/json"},
        method=method,
    )
    with urlopen(request, timeout=ANSWERS_WITHIN_SECONDS) as answer:
        return json.load(answer)


def send_form(path: str, fields: dict[str, str]) -> str:
    """Sends a form of the stand-ins' own pages and follows it; returns the page that comes then."""
    request = Request(f"{settings.SANDBOX_URL}{path}", data=urlencode(fields).encode(), method="POST")
    with urlopen(request, timeout=ANSWERS_WITHIN_SECONDS) as answer:
        page: str = answer.read().decode()
    return page
