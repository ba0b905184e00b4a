"""Programs that call the API with a person's token."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Web

from core import clock
from people.issuing import SCOPES, issue_token
from people.models import User
from tenants.models import Firm


class Program:
    """Speaks JSON to /api/v1 on a firm's host. `answer` is what came last."""

    def __init__(self, raw: str = "", host: str = "hm.localhost", raises: bool = True) -> None:
        headers = {"host": host, "accept": "application/json"} | (
            {"authorization": f"Bearer {raw}"} if raw else {}
        )
        self.raw = raw
        self.web = Web(headers=headers, raise_request_exception=raises)
        self.answer: Any = None

    def call(self, method: str, path: str, wish: Any = None, **headers: str) -> Any:
        """The answer's JSON, None where it has no body; the status is in `answer`."""
        body = {} if wish is None else {"data": wish, "content_type": "application/json"}
        self.answer = (
            self.web.generic(method, f"/api/v1{path}", headers=headers)
            if wish is None
            else getattr(self.web, method.lower())(f"/api/v1{path}", headers=headers, **body)
        )
        return self.answer.json() if self.answer.content else None

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, wish: Any = None, **headers: str) -> Any:
        return self.call("POST", path, wish, **headers)

    def patch(self, path: str, wish: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, wish, **headers)

    def put(self, path: str, wish: Any = None, **headers: str) -> Any:
        return self.call("PUT", path, wish, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)

    @property
    def status(self) -> int:
        return int(self.answer.status_code)


@pytest.fixture
def api(firm: Firm, own_cache: None) -> Callable[..., Program]:
    """`api(user)` is a program with a token of all scopes, `api(user, "clients:read")` with these; `api()` has none."""

    def program(
        user: User | None = None, *scopes: str, host: str = "hm.localhost", raises: bool = True
    ) -> Program:
        if user is None:
            return Program("", host, raises)
        _, raw = issue_token(user=user, name="Test", scopes=scopes or SCOPES, by=user, at=clock.now())
        return Program(raw, host, raises)

    return program
