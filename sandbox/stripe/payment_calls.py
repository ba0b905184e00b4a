"""/v1/payment_intents, charges, refunds, disputes, balance_transactions."""

from typing import Any

from sandbox.store import Body, Record
from sandbox.stripe import disputes, intents, refunds
from sandbox.stripe.amounts import check_amount, check_currency
from sandbox.stripe.calls import Call, listing
from sandbox.stripe.checkout_calls import METHODS
from sandbox.stripe.errors import ApiError, missing_thing
from sandbox.stripe.instruments import NAMED, Instrument, Refusal
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
    Whole,
)

RETRIEVE = Group({"expand": EXPAND})
_CONFIRM: dict[str, Shape] = {
    "payment_method": Text(),
    "off_session": Flag(),
    "return_url": Address(),
    "receipt_email": Email(),
    "expand": EXPAND,
}
CONFIRM_INTENT = Group(_CONFIRM)
CREATE_INTENT = Group(
    {
        **_CONFIRM,
        "amount": Whole(0),
        "application_fee_amount": Whole(1),
        "automatic_payment_methods": Group(
            {"enabled": Flag(), "allow_redirects": Choice(("always", "never"))}, required=("enabled",)
        ),
        "confirm": Flag(),
        "currency": Text(3),
        "description": Text(1000),
        "metadata": Metadata(),
        "payment_method_types": ListOf(Choice(METHODS)),
        "setup_future_usage": Choice(("off_session", "on_session")),
        "statement_descriptor": Text(22),
        "transfer_group": Text(),
    },
    required=("amount", "currency"),
)
CANCEL_INTENT = Group(
    {
        "cancellation_reason": Choice(("abandoned", "duplicate", "fraudulent", "requested_by_customer")),
        "expand": EXPAND,
    }
)
LIST_INTENTS = Group({**PAGE, "created": Span()})
_OF_PAYMENT: dict[str, Shape] = {**PAGE, "created": Span(), "payment_intent": Text()}
LIST_CHARGES = Group(_OF_PAYMENT)
LIST_REFUNDS = LIST_DISPUTES = Group({**_OF_PAYMENT, "charge": Text()})
LIST_BALANCE = Group({**PAGE, "created": Span(), "source": Text(), "type": Text()})
CREATE_REFUND = Group(
    {
        "amount": Whole(1),
        "charge": Text(),
        "expand": EXPAND,
        "metadata": Metadata(),
        "payment_intent": Text(),
        "reason": Choice(("duplicate", "fraudulent", "requested_by_customer")),
        "refund_application_fee": Flag(),
    }
)
CLOSE_DISPUTE = Group({"expand": EXPAND})


def create_intent(call: Call) -> Body:
    asked = call.params
    currency = check_currency(asked["currency"], "currency")
    check_amount(asked["amount"], currency, "amount")
    if asked.get("application_fee_amount") and call.account is None:
        raise ApiError(
            "Can only apply an application_fee for a connected account.", param="application_fee_amount"
        )
    methods = asked.get("payment_method_types") or (list(METHODS) if currency == "usd" else ["card"])
    instrument = _instrument(call) if "payment_method" in asked else None
    if asked.get("confirm") and instrument is None:
        raise ApiError(
            "You must provide a payment_method to confirm.", code="parameter_missing", param="payment_method"
        )
    words = ("application_fee_amount", "description", "metadata", "receipt_email", "setup_future_usage")
    more = {word: asked[word] for word in words if word in asked}
    record = intents.create(
        call.world, amount=asked["amount"], currency=currency, account=call.account, methods=methods, **more
    )
    if asked.get("confirm") and instrument:
        _confirm(call, record, instrument)
    return call.answer(record.body)


def confirm_intent(call: Call) -> Body:
    record = call.find("payment_intent", call.ids["id"])
    if "payment_method" not in call.params:
        message = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise ApiError(message, code="parameter_missing", param="payment_method")
    _confirm(call, record, _instrument(call))
    return call.answer(record.body)


def _instrument(call: Call) -> Instrument:
    name = call.params["payment_method"]
    if name not in NAMED:
        raise missing_thing("PaymentMethod", name, "payment_method")
    kind, number = NAMED[name]
    return Instrument(kind, number)


def _confirm(call: Call, record: Record, instrument: Instrument) -> None:
    if call.params.get("off_session") and instrument.asks_bank():
        message = "Your card was declined. This transaction requires authentication."
        raise _card_error(record, Refusal("authentication_required", "authentication_required", message))
    refusal = intents.confirm(call.world, record, instrument)
    if refusal:
        raise _card_error(record, refusal)


def _card_error(record: Record, refusal: Refusal) -> ApiError:
    more: dict[str, Any] = {"decline_code": refusal.decline_code, "payment_intent": record.body}
    more["charge"] = record.body["latest_charge"]
    return ApiError(
        refusal.message,
        status=402,
        type_="card_error",
        code=refusal.code,
        is_executed=True,
        keeps_work=True,
        **more,
    )


def cancel_intent(call: Call) -> Body:
    record = call.find("payment_intent", call.ids["id"])
    intents.cancel(call.world, record, call.params.get("cancellation_reason"))
    return call.answer(record.body)


def create_refund(call: Call) -> Body:
    asked = call.params
    if ("charge" in asked) == ("payment_intent" in asked):
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise ApiError(message, code="parameter_missing", param="charge")
    charge_id = asked.get("charge")
    if charge_id is None:
        intent = call.find("payment_intent", asked["payment_intent"], "payment_intent")
        charge_id = intent.body["latest_charge"]
        if charge_id is None:
            message = "This PaymentIntent does not have a successful charge to refund."
            raise ApiError(message, param="payment_intent", is_executed=True)
    charge = call.find("charge", charge_id, "charge")
    record = refunds.refund(
        call.world,
        charge,
        amount=asked.get("amount"),
        reason=asked.get("reason"),
        metadata=asked.get("metadata", {}),
    )
    return call.answer(record.body)


def close_dispute(call: Call) -> Body:
    """Accepting a dispute is losing it."""
    record = call.find("dispute", call.ids["id"])
    disputes.close_dispute(call.world, record, "lost")
    return call.answer(record.body)


def retrieve_intent(call: Call) -> Body:
    return call.answer(call.find("payment_intent", call.ids["id"]).body)


def retrieve_charge(call: Call) -> Body:
    return call.answer(call.find("charge", call.ids["id"]).body)


def retrieve_refund(call: Call) -> Body:
    return call.answer(call.find("refund", call.ids["id"]).body)


def retrieve_dispute(call: Call) -> Body:
    return call.answer(call.find("dispute", call.ids["id"]).body)


def retrieve_balance(call: Call) -> Body:
    return call.answer(call.find("balance_transaction", call.ids["id"]).body)


def list_intents(call: Call) -> Body:
    return listing(call, "payment_intent", "/v1/payment_intents", lambda body: True)


def list_charges(call: Call) -> Body:
    return _list_by(call, "charge", "/v1/charges", ("payment_intent",))


def list_refunds(call: Call) -> Body:
    return _list_by(call, "refund", "/v1/refunds", ("charge", "payment_intent"))


def list_disputes(call: Call) -> Body:
    return _list_by(call, "dispute", "/v1/disputes", ("charge", "payment_intent"))


def list_balance(call: Call) -> Body:
    return _list_by(call, "balance_transaction", "/v1/balance_transactions", ("source", "type"))


def _list_by(call: Call, kind: str, url: str, words: tuple[str, ...]) -> Body:
    wanted = {word: call.params[word] for word in words if word in call.params}
    return listing(call, kind, url, lambda body: wanted.items() <= body.items())
