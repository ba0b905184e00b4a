"""Which operation answers which address of the API."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.store import Body
from sandbox.stripe import account_calls, checkout_calls, payment_calls
from sandbox.stripe.calls import Call
from sandbox.stripe.shapes import Group

Operation = Callable[[Call], Body]


@dataclass(frozen=True)
class Endpoint:
    """One address with its parameters."""

    method: str
    pattern: re.Pattern[str]
    shape: Group
    operation: Operation


def _at(method: str, path: str, shape: Group, operation: Operation) -> Endpoint:
    return Endpoint(
        method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", f"/v1/{path}")), shape, operation
    )


_C, _P, _A = checkout_calls, payment_calls, account_calls
_ENDPOINTS = [
    _at("POST", "checkout/sessions", _C.CREATE, _C.create),
    _at("GET", "checkout/sessions", _C.LIST, _C.list_),
    _at("GET", "checkout/sessions/{id}", _C.RETRIEVE, _C.retrieve),
    _at("POST", "checkout/sessions/{id}", _C.MODIFY, _C.modify),
    _at("POST", "checkout/sessions/{id}/expire", _C.EXPIRE, _C.expire),
    _at("GET", "checkout/sessions/{id}/line_items", _C.LINES, _C.list_lines),
    _at("POST", "payment_intents", _P.CREATE_INTENT, _P.create_intent),
    _at("GET", "payment_intents", _P.LIST_INTENTS, _P.list_intents),
    _at("GET", "payment_intents/{id}", _P.RETRIEVE, _P.retrieve_intent),
    _at("POST", "payment_intents/{id}/cancel", _P.CANCEL_INTENT, _P.cancel_intent),
    _at("POST", "payment_intents/{id}/confirm", _P.CONFIRM_INTENT, _P.confirm_intent),
    _at("GET", "charges", _P.LIST_CHARGES, _P.list_charges),
    _at("GET", "charges/{id}", _P.RETRIEVE, _P.retrieve_charge),
    _at("POST", "refunds", _P.CREATE_REFUND, _P.create_refund),
    _at("GET", "refunds", _P.LIST_REFUNDS, _P.list_refunds),
    _at("GET", "refunds/{id}", _P.RETRIEVE, _P.retrieve_refund),
    _at("GET", "disputes", _P.LIST_DISPUTES, _P.list_disputes),
    _at("GET", "disputes/{id}", _P.RETRIEVE, _P.retrieve_dispute),
    _at("POST", "disputes/{id}/close", _P.CLOSE_DISPUTE, _P.close_dispute),
    _at("GET", "balance_transactions", _P.LIST_BALANCE, _P.list_balance),
    _at("GET", "balance_transactions/{id}", _P.RETRIEVE, _P.retrieve_balance),
    _at("POST", "accounts", _A.CREATE, _A.create),
    _at("GET", "accounts", _A.LIST, _A.list_),
    _at("GET", "account", _A.RETRIEVE, _A.retrieve_current),
    _at("GET", "accounts/{id}", _A.RETRIEVE, _A.retrieve),
    _at("POST", "accounts/{id}", _A.MODIFY, _A.modify),
    _at("DELETE", "accounts/{id}", _A.DELETE, _A.delete),
    _at("POST", "account_links", _A.CREATE_LINK, _A.create_link),
    _at("GET", "events", _A.LIST_EVENTS, _A.list_events),
    _at("GET", "events/{id}", _A.RETRIEVE, _A.retrieve_event),
]


def match(method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """The endpoint of an address and the ids in it."""
    for endpoint in _ENDPOINTS:
        found = endpoint.pattern.fullmatch(path) if endpoint.method == method else None
        if found:
            return endpoint, found.groupdict()
    return None
