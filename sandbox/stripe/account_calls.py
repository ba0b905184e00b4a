"""/v1/accounts, account_links and events."""

from sandbox.store import Body, Record
from sandbox.stripe import accounts
from sandbox.stripe.calls import Call, listing
from sandbox.stripe.errors import ApiError, missing_thing
from sandbox.stripe.shapes import (
    EXPAND,
    PAGE,
    Address,
    Choice,
    Email,
    Flag,
    Group,
    ListOf,
    Metadata,
    Shape,
    Span,
    Text,
)

_ASKED = Group({"requested": Flag()})
_CAPABILITIES = Group(
    {
        "card_payments": _ASKED,
        "transfers": _ASKED,
        "us_bank_account_ach_payments": _ASKED,
        "link_payments": _ASKED,
    }
)
_PROFILE = Group(
    {
        "mcc": Text(4),
        "name": Text(),
        "product_description": Text(),
        "support_email": Email(),
        "url": Address(),
    }
)
_CONTROLLER = Group(
    {
        "fees": Group({"payer": Choice(("account", "application"))}),
        "losses": Group({"payments": Choice(("application", "stripe"))}),
        "requirement_collection": Choice(("application", "stripe")),
        "stripe_dashboard": Group({"type": Choice(("express", "full", "none"))}),
    }
)
_CHANGE: dict[str, Shape] = {
    "business_profile": _PROFILE,
    "business_type": Choice(("company", "government_entity", "individual", "non_profit")),
    "capabilities": _CAPABILITIES,
    "default_currency": Text(3),
    "email": Email(),
    "expand": EXPAND,
    "metadata": Metadata(),
}
CREATE = Group(
    {
        **_CHANGE,
        "controller": _CONTROLLER,
        "country": Text(2),
        "type": Choice(("custom", "express", "standard")),
    }
)
MODIFY = Group(_CHANGE)
RETRIEVE = DELETE = Group({"expand": EXPAND})
LIST = Group({**PAGE, "created": Span()})
CREATE_LINK = Group(
    {
        "account": Text(),
        "collect": Choice(("currently_due", "eventually_due")),
        "collection_options": Group({"fields": Choice(("currently_due", "eventually_due"))}),
        "expand": EXPAND,
        "refresh_url": Address(),
        "return_url": Address(),
        "type": Choice(("account_onboarding", "account_update")),
    },
    required=("account", "type"),
)
LIST_EVENTS = Group(
    {**PAGE, "created": Span(), "delivery_success": Flag(), "type": Text(), "types": ListOf(Text(), 20)}
)


def create(call: Call) -> Body:
    if "type" in call.params and "controller" in call.params:
        raise ApiError("You may only specify one of these parameters: type, controller.")
    return call.answer(accounts.create(call.world, call.params).body)


def _account(call: Call) -> Record:
    record = call.world.store.find("account", call.ids["id"])
    if record is None:
        raise no_access(call.ids["id"])
    return record


def no_access(account: str) -> ApiError:
    """403 for an account that does not exist, or that has withdrawn the platform's access."""
    return ApiError(
        f"The provided key does not have access to account '{account}' (or that account does not exist)."
        " Application access may have been revoked.",
        status=403,
        code="account_invalid",
    )


def retrieve(call: Call) -> Body:
    return call.answer(_account(call).body)


def retrieve_current(call: Call) -> Body:
    """GET /v1/account: the account that the call speaks for."""
    if call.account is None:
        platform = {"id": "acct_platform", "object": "account", "charges_enabled": True, "type": "standard"}
        return {**platform, "details_submitted": True, "payouts_enabled": True, "metadata": {}}
    record = call.world.store.find("account", call.account)
    return call.answer(record.body if record else {})


def modify(call: Call) -> Body:
    record = _account(call)
    asked = dict(call.params)
    record.body["business_profile"] |= asked.get("business_profile", {})
    record.body["metadata"] |= asked.get("metadata", {})
    record.body.update(
        {word: asked[word] for word in ("business_type", "default_currency", "email") if word in asked}
    )
    call.world.store.save(record)
    return call.answer(record.body)


def delete(call: Call) -> Body:
    record = _account(call)
    accounts.disconnect(call.world, record)
    return {"id": record.id, "object": "account", "deleted": True}


def list_(call: Call) -> Body:
    return listing(call, "account", "/v1/accounts", lambda body: True)


def create_link(call: Call) -> Body:
    asked = call.params
    if call.world.store.find("account", asked["account"]) is None:
        raise missing_thing("account", asked["account"], "account")
    for word in ("refresh_url", "return_url"):
        if word not in asked:
            raise ApiError(f"Missing required param: {word}.", code="parameter_missing", param=word)
    return accounts.new_link(call.world, asked["account"], asked)


def retrieve_event(call: Call) -> Body:
    return call.answer(call.find("event", call.ids["id"]).body["event"])


def list_events(call: Call) -> Body:
    """The last 30 days, for catching up."""
    since = call.world.clock.now() - 30 * 86_400
    types = set(call.params.get("types", [])) | {word for word in [call.params.get("type")] if word}

    def is_meant(body: Body) -> bool:
        event = body["event"]
        is_delivered = call.params.get("delivery_success", body["is_delivered"])
        return (
            event["created"] >= since
            and body["is_delivered"] == is_delivered
            and (not types or any(_fits(event["type"], type_) for type_ in types))
        )

    return listing(call, "event", "/v1/events", is_meant, look=lambda body: body["event"])


def _fits(type_: str, asked: str) -> bool:
    return type_.startswith(asked[:-1]) if asked.endswith(".*") else type_ == asked
