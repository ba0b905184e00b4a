"""Checkout Sessions: a hosted page on which one amount is paid once."""

from typing import Any

from sandbox.due import schedule
from sandbox.store import Body, Record
from sandbox.stripe import intents
from sandbox.stripe.errors import refused
from sandbox.stripe.events import emit
from sandbox.stripe.ids import new_id
from sandbox.stripe.instruments import Instrument, Refusal
from sandbox.world import World


class SessionIsNotOpen(Exception):
    """Somebody wants to pay what is paid or expired."""

    def __init__(self, status: str) -> None:
        super().__init__(f"This Checkout Session is {status}.")
        self.status = status


def create(
    world: World, asked: dict[str, Any], lines: list[Body], *, closes_at: int, account: str | None
) -> Record:
    """An open session for checked parameters. `closes_at` is its end by the sandbox's clock."""
    id_ = new_id("cs_test", 58)
    total = sum(line["amount_total"] for line in lines)
    body: Body = {
        "id": id_,
        "object": "checkout.session",
        "allow_promotion_codes": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": asked.get("billing_address_collection"),
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "client_secret": None,
        "created": world.clock.now(),
        "currency": lines[0]["currency"],
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": asked.get("custom_text", {}).get("submit"),
        },
        "customer": None,
        "customer_creation": asked.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": asked.get("customer_email"),
        "discounts": [],
        "expires_at": asked["expires_at"],
        "invoice": None,
        "livemode": False,
        "locale": asked.get("locale"),
        "metadata": asked.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_options": asked.get("payment_method_options", {}),
        "payment_method_types": asked["payment_method_types"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "setup_intent": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": asked.get("submit_type"),
        "subscription": None,
        "success_url": asked["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{world.settings.public_url}/c/pay/{id_}",
    }
    record = world.store.add("session", id_, body, account)
    wish = {"lines": lines, "intent": asked.get("payment_intent_data", {})}
    world.store.add("session_wish", id_, wish, account)
    schedule(world, at=closes_at, action="session_expires", session=id_)
    return record


def wish_of(world: World, record: Record) -> Body:
    """The lines of a session and what its intent shall carry."""
    found = world.store.find("session_wish", record.id)
    return found.body if found else {"lines": [], "intent": {}}


def intent_of(world: World, record: Record) -> Record | None:
    """The intent of a session; there is none before the first try to pay."""
    id_ = record.body["payment_intent"]
    return world.store.find("payment_intent", id_) if id_ else None


def pay(world: World, record: Record, instrument: Instrument) -> Refusal | None:
    """Try to pay. Answers why the card was declined (the session stays open), None when it was paid, is processing or
    waits for the bank's question. Raises SessionIsNotOpen; nothing is awaited, so two tabs cannot both pass."""
    if record.body["status"] != "open":
        raise SessionIsNotOpen(record.body["status"])
    intent = intent_of(world, record) or _begin(world, record)
    refusal = intents.confirm(world, intent, instrument)
    record.body["customer_details"] = {
        "address": None,
        "email": instrument.email or record.body["customer_email"],
        "name": instrument.name or None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    world.store.save(record)
    _complete_if_collected(world, record, intent)
    return refusal


def answer_bank(world: World, record: Record, *, is_confirmed: bool) -> Refusal | None:
    """The payer's answer on the 3-D Secure page. Raises SessionIsNotOpen."""
    intent = intent_of(world, record)
    if record.body["status"] != "open" or intent is None:
        raise SessionIsNotOpen(record.body["status"])
    refusal = intents.authenticate(world, intent, is_confirmed=is_confirmed)
    _complete_if_collected(world, record, intent)
    return refusal


def _begin(world: World, record: Record) -> Record:
    body = record.body
    intent = intents.create(
        world,
        amount=body["amount_total"],
        currency=body["currency"],
        account=record.account,
        methods=list(body["payment_method_types"]),
        **wish_of(world, record)["intent"],
    )
    body["payment_intent"] = intent.id
    return intent


def _complete_if_collected(world: World, record: Record, intent: Record) -> None:
    status = intent.body["status"]
    if status not in {"succeeded", "processing"}:
        return
    record.body.update(
        status="complete", payment_status="paid" if status == "succeeded" else "unpaid", url=None
    )
    world.store.save(record)
    emit(world, "checkout.session.completed", record.body, account=record.account)


def bank_debit_ended(world: World, intent: Record, refusal: Refusal | None) -> None:
    """Tell the session of an intent how its bank debit went."""
    for record in world.store.newest("session", intent.account):
        if record.body["payment_intent"] == intent.id:
            if not refusal:
                record.body["payment_status"] = "paid"
                world.store.save(record)
            outcome = "failed" if refusal else "succeeded"
            emit(world, f"checkout.session.async_payment_{outcome}", record.body, account=record.account)
            return


def expire(world: World, record: Record) -> None:
    """Close an open session, by hand or by time. Raises ApiError when it is not open."""
    body = record.body
    if body["status"] != "open":
        message = 'Only Checkout Sessions with a status in ["open"] can be expired.'
        raise refused(f"{message} This Checkout Session has a status of {body['status']}.")
    intent = intent_of(world, record)
    if intent:
        intents.cancel(world, intent)
    body.update(status="expired", url=None)
    world.store.save(record)
    emit(world, "checkout.session.expired", body, account=record.account)


def success_address(body: Body) -> str:
    """Where a paid session sends its payer."""
    return str(body["success_url"]).replace("{CHECKOUT_SESSION_ID}", body["id"])
