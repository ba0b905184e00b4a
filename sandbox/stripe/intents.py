"""PaymentIntents: one wish to collect an amount, through as many tries as it takes.

Card: requires_payment_method → (requires_action) → succeeded. Bank debit: → processing → succeeded, or back to
requires_payment_method four days later.
"""

from typing import Any

from sandbox.due import schedule
from sandbox.store import Body, Record
from sandbox.stripe import charges, instruments
from sandbox.stripe.errors import refused
from sandbox.stripe.events import emit
from sandbox.stripe.ids import new_id
from sandbox.stripe.instruments import Instrument, Refusal
from sandbox.world import World

CLEARING_SECONDS = 4 * 86_400  # a bank debit is acknowledged within four business days
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(
    world: World, *, amount: int, currency: str, account: str | None, methods: list[str], **more: Any
) -> Record:
    """A new intent that waits for a payment method; announces payment_intent.created."""
    id_ = new_id("pi")
    body: Body = {
        "id": id_,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "application_fee_amount": more.get("application_fee_amount"),
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{id_}_secret_{new_id('s')[2:]}",
        "confirmation_method": "automatic",
        "created": world.clock.now(),
        "currency": currency,
        "customer": None,
        "description": more.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": more.get("metadata") or {},
        "next_action": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": methods,
        "processing": None,
        "receipt_email": more.get("receipt_email"),
        "setup_future_usage": more.get("setup_future_usage"),
        "statement_descriptor": more.get("statement_descriptor"),
        "status": "requires_payment_method",
        "transfer_group": more.get("transfer_group"),
    }
    record = world.store.add("payment_intent", id_, body, account)
    emit(world, "payment_intent.created", body, account=account)
    return record


def confirm(world: World, record: Record, instrument: Instrument) -> Refusal | None:
    """Try to collect. Answers why the card was declined, or None when it succeeded, is processing or asks the bank.
    Raises ApiError when the intent is past that."""
    body = record.body
    if body["status"] not in _OPEN:
        raise _unexpected(body, "confirm")
    if instrument.kind not in body["payment_method_types"]:
        message = f"The PaymentMethod provided ({instrument.kind}) is not allowed for this PaymentIntent."
        raise refused(message, param="payment_method", code="payment_intent_incompatible_payment_method")
    kept = instruments.keep(world, instrument, record.account)
    body.update(payment_method=kept.id, last_payment_error=None, next_action=None)
    if instrument.asks_bank():
        body.update(
            status="requires_action",
            next_action={"type": "redirect_to_url", "redirect_to_url": {"url": None}},
        )
        world.store.save(record)
        emit(world, "payment_intent.requires_action", body, account=record.account)
        return None
    return _collect(world, record, instrument)


def authenticate(world: World, record: Record, *, is_confirmed: bool) -> Refusal | None:
    """The payer's answer to the bank's question. Raises ApiError when nothing was asked."""
    body = record.body
    if body["status"] != "requires_action":
        raise _unexpected(body, "authenticate")
    instrument = instruments.kept(world, body["payment_method"])
    body["next_action"] = None
    if is_confirmed:
        return _collect(world, record, instrument)
    message = "Your bank could not confirm that it is you. Try again or pay in another way."
    refusal = Refusal("payment_intent_authentication_failure", None, message)
    _back_to_start(world, record, refusal)
    return refusal


def _collect(world: World, record: Record, instrument: Instrument) -> Refusal | None:
    body = record.body
    made = charges.charge(
        world, body, instrument, payment_method=body["payment_method"], account=record.account
    )
    body["latest_charge"] = made.id
    if instrument.kind == "us_bank_account":
        body.update(status="processing", processing={"type": "us_bank_account"})
        world.store.save(record)
        emit(world, "payment_intent.processing", body, account=record.account)
        emit(world, "charge.pending", made.body, account=record.account)
        if instrument.number != instruments.NEVER_CLEARS:
            schedule(
                world, at=world.clock.now() + CLEARING_SECONDS, action="bank_debit_clears", intent=record.id
            )
        return None
    refusal = instrument.declined()
    if refusal:
        charges.fail(world, made, refusal)
        _back_to_start(world, record, refusal)
    else:
        charges.succeed(world, made)
        _succeed(world, record)
    return refusal


def clear_bank_debit(world: World, record: Record) -> Refusal | None:
    """The bank's answer after days: money, or a return."""
    charge = world.store.find("charge", record.body["latest_charge"])
    if record.body["status"] != "processing" or charge is None:
        return None
    instrument = instruments.kept(world, record.body["payment_method"])
    record.body["processing"] = None
    refusal = instrument.returned()
    if refusal:
        charges.fail(world, charge, refusal)
        _back_to_start(world, record, refusal)
        return refusal
    charges.succeed(world, charge)
    _succeed(world, record)
    if instrument.number == instruments.DISPUTED_ACCOUNT:
        schedule(world, at=world.clock.now(), action="charge_is_disputed", charge=charge.id)
    return None


def cancel(world: World, record: Record, reason: str | None = None) -> None:
    """Give up. Raises ApiError once money is on its way."""
    body = record.body
    if body["status"] not in _OPEN:
        raise _unexpected(body, "cancel")
    body.update(
        status="canceled",
        canceled_at=world.clock.now(),
        cancellation_reason=reason,
        next_action=None,
        processing=None,
    )
    world.store.save(record)
    emit(world, "payment_intent.canceled", body, account=record.account)


def _succeed(world: World, record: Record) -> None:
    record.body.update(status="succeeded", amount_received=record.body["amount"])
    world.store.save(record)
    emit(world, "payment_intent.succeeded", record.body, account=record.account)


def _back_to_start(world: World, record: Record, refusal: Refusal) -> None:
    """The failed method is named in the error and no longer set on the intent."""
    body = record.body
    method = world.store.find("payment_method", body["payment_method"])
    error: Body = {
        "code": refusal.code,
        "message": refusal.message,
        "type": "card_error" if refusal.decline_code else "invalid_request_error",
        "charge": body["latest_charge"],
        "payment_method": method.body if method else None,
    }
    if refusal.decline_code:
        error["decline_code"] = refusal.decline_code
    body.update(status="requires_payment_method", payment_method=None, last_payment_error=error)
    world.store.save(record)
    emit(world, "payment_intent.payment_failed", body, account=record.account)


def _unexpected(body: Body, verb: str) -> Exception:
    message = f"You cannot {verb} this PaymentIntent because it has a status of {body['status']}."
    return refused(message, code="payment_intent_unexpected_state", payment_intent=body)
