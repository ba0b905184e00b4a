"""Disputes: the bank takes the money back first and asks afterwards."""

from sandbox.store import Body, Record
from sandbox.stripe import balance
from sandbox.stripe.errors import refused
from sandbox.stripe.events import emit
from sandbox.stripe.ids import new_id
from sandbox.world import World

OUTCOMES = ("won", "lost")
_EVIDENCE_SECONDS = 7 * 86_400


def open_dispute(world: World, charge: Record) -> Record:
    """Withdraw what is left of a charge, with a fee. A dispute of a bank debit is final: it is lost at once.
    Raises ApiError when there is nothing to dispute."""
    body = charge.body
    left = body["amount_captured"] - body["amount_refunded"]
    if body["status"] != "succeeded" or body["disputed"] or left <= 0:
        raise refused(f"Charge {charge.id} cannot be disputed.", code="charge_not_disputable")
    is_card = body["payment_method_details"]["type"] == "card"
    dispute: Body = {
        "id": new_id("du"),
        "object": "dispute",
        "amount": left,
        "balance_transactions": [],
        "charge": charge.id,
        "created": world.clock.now(),
        "currency": body["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": world.clock.now() + _EVIDENCE_SECONDS if is_card else None,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": body["payment_intent"],
        "payment_method_details": {"type": body["payment_method_details"]["type"]},
        "reason": "fraudulent" if is_card else "debit_not_authorized",
        "status": "needs_response" if is_card else "lost",
    }
    record = world.store.add("dispute", dispute["id"], dispute, charge.account)
    body["disputed"] = True
    world.store.save(charge)
    emit(world, "charge.dispute.created", dispute, account=charge.account)
    _move_money(world, record, -left, balance.dispute_fee(body["currency"]))
    emit(world, "charge.dispute.funds_withdrawn", dispute, account=charge.account)
    if not is_card:
        emit(world, "charge.dispute.closed", dispute, account=charge.account)
    return record


def close_dispute(world: World, record: Record, status: str) -> None:
    """Won: the amount comes back, the fee does not. Raises ApiError when it is closed already."""
    body = record.body
    if body["status"] in OUTCOMES:
        raise refused(f"This dispute is already closed ({body['status']}).")
    body["status"] = status
    world.store.save(record)
    if status == "won":
        _move_money(world, record, body["amount"], [])
        emit(world, "charge.dispute.funds_reinstated", body, account=record.account)
    emit(world, "charge.dispute.closed", body, account=record.account)


def _move_money(world: World, record: Record, amount: int, fees: list[Body]) -> None:
    body = record.body
    booked = balance.book(
        world,
        type_="adjustment",
        amount=amount,
        currency=body["currency"],
        source=record.id,
        account=record.account,
        fees=fees,
        description=f"Chargeback of {body['charge']}",
    )
    body["balance_transactions"].append(booked.body)
    world.store.save(record)
