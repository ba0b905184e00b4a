"""Which operation answers which address below /quickbooks/v3/company/{realm}/."""

import re
from dataclasses import dataclass

from sandbox.quickbooks import asking, batch, calls, changes
from sandbox.quickbooks.call import Operation


@dataclass(frozen=True)
class Endpoint:
    """One address. Paths are lower case and their case counts."""

    method: str
    pattern: re.Pattern[str]
    operation: Operation


def _at(method: str, path: str, operation: Operation) -> Endpoint:
    return Endpoint(method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), operation)


# The first that fits answers: words of their own stand before the entities.
ENDPOINTS: list[Endpoint] = [
    _at("GET", "companyinfo/{id}", calls.read_company),
    _at("GET", "preferences", calls.read_preferences),
    _at("GET", "query", asking.ask),
    _at("POST", "query", asking.ask),
    _at("GET", "cdc", changes.look),
    _at("POST", "batch", batch.run),
    _at("POST", "{entity}/{id}/send", calls.send),
    _at("GET", "{entity}/{id}/pdf", calls.print_),
    _at("GET", "{entity}/{id}", calls.read),
    _at("POST", "{entity}", calls.write),
]


def match(method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """The endpoint of an address and the ids in it."""
    for endpoint in ENDPOINTS:
        found = endpoint.pattern.fullmatch(path) if endpoint.method == method else None
        if found:
            return endpoint, found.groupdict()
    return None
