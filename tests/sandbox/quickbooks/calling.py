"""A plain HTTP client of the stand-in for QuickBooks: what it sends is what the test says."""

import json
from dataclasses import dataclass
from typing import Any

import requests

from tests.stand_ins import Sandbox


@dataclass
class Caller:
    """Speaks for one company, with a token that was got without a walk through the page."""

    sandbox: Sandbox
    realm: str
    session: requests.Session

    @property
    def base(self) -> str:
        return f"{self.sandbox.http_url}/quickbooks/v3/company/{self.realm}"

    def get(self, path: str, **params: str) -> requests.Response:
        return self.session.get(f"{self.base}/{path}", params=params, timeout=30)

    def post(self, path: str, body: Any, **params: str) -> requests.Response:
        return self.session.post(f"{self.base}/{path}", json=body, params=params, timeout=30)

    def make(self, entity: str, **facts: Any) -> dict[str, Any]:
        """A new record."""
        answer = self.post(entity.lower(), facts)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()[entity])

    def query(self, sentence: str) -> dict[str, Any]:
        """What stands in QueryResponse."""
        answer = self.get("query", query=sentence)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["QueryResponse"])

    def lever(self, path: str, wish: dict[str, Any] | None = None) -> Any:
        """A lever of this company's."""
        return self.sandbox.control(f"quickbooks/companies/{self.realm}/{path}", wish)

    def state(self) -> dict[str, Any]:
        """What the stand-in knows of this company."""
        return dict(self.sandbox.look(f"quickbooks/state?realm={self.realm}"))

    def customer(self, name: str = "Aurora Foods") -> dict[str, Any]:
        """A new customer."""
        return self.make("Customer", DisplayName=name)

    def invoice(self, customer: str, amount: float = 100, **facts: Any) -> dict[str, Any]:
        """A new invoice of one line."""
        item = self.query("select * from Item maxresults 1")["Item"][0]
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}},
        }
        return self.make("Invoice", CustomerRef={"value": customer}, Line=[line], **facts)


def call(sandbox: Sandbox, realm: str = "first") -> Caller:
    """A caller for one of the companies."""
    granted = sandbox.control(f"quickbooks/companies/{realm}/tokens")
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {granted['access_token']}"
    session.headers["Accept"] = "application/json"
    return Caller(sandbox, granted["realmId"], session)


def code(answer: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal in JSON."""
    body = answer.json()
    errors = body["Fault"]["Error"] if "Fault" in body else body["fault"]["error"]
    return answer.status_code, str(errors[0]["code"])


def entities(payload: bytes) -> list[tuple[str, str]]:
    """Names and operations of a legacy notification."""
    return [
        (entity["name"], entity["operation"])
        for notification in json.loads(payload)["eventNotifications"]
        for entity in notification["dataChangeEvent"]["entities"]
    ]
