"""Charges: one for each try to take money."""

from sandbox.store import Body, Record
from sandbox.stripe import balance
from sandbox.stripe.events import emit
from sandbox.stripe.ids import new_id
from sandbox.stripe.instruments import Instrument, Refusal, details_of
from sandbox.world import World


def charge(
    world: World, intent: Body, instrument: Instrument, *, payment_method: str, account: str | None
) -> Record:
    """A charge of the intent's amount that is pending. Bank debits are called py_…, as with Stripe."""
    body: Body = {
        "id": new_id("ch" if instrument.kind == "card" else "py"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": intent["application_fee_amount"],
        "balance_transaction": None,
        "billing_details": {
            "address": None,
            "email": instrument.email or None,
            "name": instrument.name or None,
            "phone": None,
        },
        "calculated_statement_descriptor": "SANDBOX",
        "captured": False,
        "created": world.clock.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": payment_method,
        "payment_method_details": {"type": instrument.kind, instrument.kind: details_of(instrument)},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "statement_descriptor": None,
        "status": "pending",
    }
    return world.store.add("charge", body["id"], body, account)


def succeed(world: World, record: Record) -> None:
    """The money is there: balance transaction with fee and net, charge.succeeded."""
    body = record.body
    method = body["payment_method_details"]["type"]
    booked = balance.book(
        world,
        type_="charge" if method == "card" else "payment",
        amount=body["amount"],
        currency=body["currency"],
        source=body["id"],
        account=record.account,
        fees=balance.fees_for(body, method),
        description=body["description"],
    )
    outcome = {"network_status": "approved_by_network", "risk_level": "normal", "type": "authorized"}
    body.update(
        status="succeeded",
        paid=True,
        captured=True,
        amount_captured=body["amount"],
        balance_transaction=booked.id,
        outcome={**outcome, "seller_message": "Payment complete."},
    )
    world.store.save(record)
    emit(world, "charge.succeeded", body, account=record.account)


def fail(world: World, record: Record, refusal: Refusal) -> None:
    """No money came: charge.failed."""
    outcome = {"network_status": "declined_by_network", "risk_level": "normal", "type": "issuer_declined"}
    record.body.update(
        status="failed",
        failure_code=refusal.code,
        failure_message=refusal.message,
        outcome={**outcome, "reason": refusal.decline_code, "seller_message": refusal.message},
    )
    world.store.save(record)
    emit(world, "charge.failed", record.body, account=record.account)
