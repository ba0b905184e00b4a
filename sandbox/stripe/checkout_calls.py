"""/v1/checkout/sessions."""

import time
from typing import Any

from sandbox.store import Body
from sandbox.stripe import sessions
from sandbox.stripe.amounts import check_amount, check_currency
from sandbox.stripe.calls import Call, expanded, listing
from sandbox.stripe.errors import ApiError
from sandbox.stripe.ids import new_id
from sandbox.stripe.shapes import (
    EXPAND,
    PAGE,
    Address,
    Choice,
    Email,
    Group,
    ListOf,
    Metadata,
    Span,
    Text,
    Whole,
)

METHODS = ("card", "us_bank_account")
_SHORTEST, _LONGEST, _SLACK = 30 * 60, 24 * 3600, 60
_PRODUCT = Group(
    {
        "name": Text(),
        "description": Text(),
        "metadata": Metadata(),
        "images": ListOf(Address(), 8),
        "tax_code": Text(),
    },
    required=("name",),
)
_PRICE = Group(
    {
        "currency": Text(3),
        "unit_amount": Whole(0),
        "product_data": _PRODUCT,
        "tax_behavior": Choice(("exclusive", "inclusive", "unspecified")),
    },
    required=("currency", "unit_amount", "product_data"),
)
_INTENT = Group(
    {
        "application_fee_amount": Whole(1),
        "description": Text(1000),
        "metadata": Metadata(),
        "receipt_email": Email(),
        "setup_future_usage": Choice(("off_session", "on_session")),
        "statement_descriptor": Text(22),
        "statement_descriptor_suffix": Text(22),
        "transfer_group": Text(),
    }
)
_BANK = Group({"verification_method": Choice(("automatic", "instant"))})
_CARD = Group({"request_three_d_secure": Choice(("any", "automatic", "challenge"))})
CREATE = Group(
    {
        "billing_address_collection": Choice(("auto", "required")),
        "cancel_url": Address(),
        "client_reference_id": Text(200),
        "custom_text": Group({"submit": Group({"message": Text(1200)}, required=("message",))}),
        "customer_creation": Choice(("always", "if_required")),
        "customer_email": Email(),
        "expand": EXPAND,
        "expires_at": Whole(0),
        "line_items": ListOf(Group({"price_data": _PRICE, "quantity": Whole(1)}, required=("price_data",))),
        "locale": Text(10),
        "metadata": Metadata(),
        "mode": Choice(("payment", "setup", "subscription")),
        "payment_intent_data": _INTENT,
        "payment_method_options": Group({"us_bank_account": _BANK, "card": _CARD}),
        "payment_method_types": ListOf(Choice(METHODS)),
        "submit_type": Choice(("auto", "pay", "book", "donate")),
        "success_url": Address(),
        "ui_mode": Choice(("elements", "embedded_page", "form", "hosted_page")),
    }
)
RETRIEVE = EXPIRE = Group({"expand": EXPAND})
MODIFY = Group({"expand": EXPAND, "metadata": Metadata()})
LINES = Group(PAGE)
LIST = Group(
    {**PAGE, "created": Span(), "payment_intent": Text(), "status": Choice(("complete", "expired", "open"))}
)


def create(call: Call) -> Body:
    """POST /v1/checkout/sessions: everything is checked before anything begins."""
    asked = call.params
    for word in ("mode", "line_items", "success_url"):
        if word not in asked:
            raise ApiError(f"Missing required param: {word}.", code="parameter_missing", param=word)
    if asked["mode"] != "payment":
        raise ApiError("This sandbox collects single payments: mode must be payment.", param="mode")
    if asked.get("ui_mode", "hosted_page") != "hosted_page":
        raise ApiError(
            "This sandbox shows the hosted page only: ui_mode must be hosted_page.", param="ui_mode"
        )
    if not asked["line_items"]:
        raise ApiError("Missing required param: line_items[0].", code="parameter_missing", param="line_items")
    lines = [_line(item, index) for index, item in enumerate(asked["line_items"])]
    currency, total = lines[0]["currency"], sum(line["amount_total"] for line in lines)
    if any(line["currency"] != currency for line in lines):
        raise ApiError("You cannot combine currencies on a single Checkout Session.", param="line_items")
    check_amount(total, currency, "line_items")
    methods = asked.get("payment_method_types") or (list(METHODS) if currency == "usd" else ["card"])
    if "us_bank_account" in methods and currency != "usd":
        message = "The payment method type us_bank_account supports usd only."
        raise ApiError(message, param="payment_method_types")
    fee = asked.get("payment_intent_data", {}).get("application_fee_amount")
    _check_fee(call, fee, total)
    expires_at, closes_at = _end(call, asked.get("expires_at"))
    _check_account(call)
    wanted = {**asked, "payment_method_types": methods, "expires_at": expires_at}
    record = sessions.create(call.world, wanted, lines, closes_at=closes_at, account=call.account)
    return call.answer(record.body)


def _line(item: dict[str, Any], index: int) -> Body:
    price, quantity = item["price_data"], item.get("quantity")
    if quantity is None:
        param = f"line_items[{index}][quantity]"
        raise ApiError(f"Missing required param: {param}.", code="parameter_missing", param=param)
    currency = check_currency(price["currency"], f"line_items[{index}][price_data][currency]")
    total = price["unit_amount"] * quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": currency,
        "description": price["product_data"]["name"],
        "price": {
            "id": new_id("price"),
            "object": "price",
            "currency": currency,
            "product_data": price["product_data"],
            "type": "one_time",
            "unit_amount": price["unit_amount"],
        },
        "quantity": quantity,
    }


def _check_fee(call: Call, fee: int | None, total: int) -> None:
    param = "payment_intent_data[application_fee_amount]"
    if fee is not None and call.account is None:
        raise ApiError(
            "Can only apply an application_fee when the request is made for a connected account.", param=param
        )
    if fee is not None and fee > total:
        raise ApiError("The application fee cannot be greater than the amount.", param=param)


def _end(call: Call, asked: int | None) -> tuple[int, int]:
    """What the session tells as its end, and its end by the sandbox's clock. A caller whose own clock was not moved
    along counts from the real time; both are understood."""
    now = call.world.clock.now()
    if asked is None:
        return now + _LONGEST, now + _LONGEST
    for start in (now, int(time.time())):
        if _SHORTEST - _SLACK <= asked - start <= _LONGEST + _SLACK:
            return asked, now + asked - start
    message = (
        "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
    )
    raise ApiError(message, param="expires_at")


def _check_account(call: Call) -> None:
    account = call.world.store.find("account", call.account) if call.account else None
    if account and not account.body["charges_enabled"]:
        raise ApiError(
            f"Your account {account.id} cannot currently make charges: its onboarding is not complete."
        )


def retrieve(call: Call) -> Body:
    return call.answer(call.find("session", call.ids["id"]).body)


def modify(call: Call) -> Body:
    record = call.find("session", call.ids["id"])
    record.body["metadata"] |= call.params.get("metadata", {})
    record.body["metadata"] = {key: value for key, value in record.body["metadata"].items() if value}
    call.world.store.save(record)
    return call.answer(record.body)


def expire(call: Call) -> Body:
    record = call.find("session", call.ids["id"])
    sessions.expire(call.world, record)
    return call.answer(record.body)


def list_lines(call: Call) -> Body:
    record = call.find("session", call.ids["id"])
    lines = expanded(call.world, record.body, ["line_items"])["line_items"]
    return {**lines, "data": lines["data"][: call.params.get("limit", 10)]}


def list_(call: Call) -> Body:
    wanted = {key: call.params[key] for key in ("payment_intent", "status") if key in call.params}
    return listing(call, "session", "/v1/checkout/sessions", lambda body: wanted.items() <= body.items())
