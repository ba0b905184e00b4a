"""Refunds, whole and in part."""

from sandbox.due import schedule
from sandbox.store import Body, Record
from sandbox.stripe import balance, instruments
from sandbox.stripe.amounts import in_words
from sandbox.stripe.errors import refused
from sandbox.stripe.events import emit
from sandbox.stripe.ids import new_id
from sandbox.world import World

_SETTLE_SECONDS = 3 * 86_400


def refund(world: World, charge: Record, *, amount: int | None, reason: str | None, metadata: Body) -> Record:
    """Give back `amount` minor units, or all that is left. Cards at once; bank debits stay pending for days.
    Raises ApiError when the money never came, is disputed, or was given back."""
    body = charge.body
    left = body["amount_captured"] - body["amount_refunded"]
    if body["status"] != "succeeded":
        raise refused(f"Charge {charge.id} is {body['status']} and cannot be refunded.", param="charge")
    if body["disputed"]:
        raise refused(
            f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if not left:
        message = f"Charge {charge.id} has already been refunded."
        raise refused(message, code="charge_already_refunded")
    if amount is not None and amount > left:
        asked, rest = in_words(amount, body["currency"]), in_words(left, body["currency"])
        raise refused(
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})", param="amount"
        )
    instrument = instruments.kept(world, body["payment_method"])
    is_slow = instrument.kind == "us_bank_account" or instrument.number == instruments.SLOW_REFUND_CARD
    record = _write(world, charge, amount or left, reason, metadata, "pending" if is_slow else "succeeded")
    if is_slow or instrument.number == instruments.FAILING_REFUND_CARD:
        outcome = "failed" if instrument.number == instruments.FAILING_REFUND_CARD else "succeeded"
        at = world.clock.now() + _SETTLE_SECONDS
        schedule(world, at=at, action="refund_settles", refund=record.id, outcome=outcome)
    return record


def _write(
    world: World, charge: Record, amount: int, reason: str | None, metadata: Body, status: str
) -> Record:
    body = charge.body
    id_ = new_id("re")
    booked = balance.book(
        world,
        type_="refund" if body["payment_method_details"]["type"] == "card" else "payment_refund",
        amount=-amount,
        currency=body["currency"],
        source=id_,
        account=charge.account,
        description=f"Refund of {charge.id}",
    )
    refund_body: Body = {
        "id": id_,
        "object": "refund",
        "amount": amount,
        "balance_transaction": booked.id,
        "charge": charge.id,
        "created": world.clock.now(),
        "currency": body["currency"],
        "destination_details": None,
        "failure_balance_transaction": None,
        "failure_reason": None,
        "metadata": metadata,
        "payment_intent": body["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }
    record = world.store.add("refund", id_, refund_body, charge.account)
    body["amount_refunded"] += amount
    body["refunded"] = body["amount_refunded"] == body["amount_captured"]
    world.store.save(charge)
    emit(world, "refund.created", refund_body, account=charge.account)
    emit(world, "charge.refunded", body, account=charge.account)
    return record


def settle_refund(world: World, record: Record, outcome: str) -> None:
    """Days later: it arrived, or the bank sent it back and the balance has it again."""
    body = record.body
    body["status"] = outcome
    if outcome == "failed":
        charge = world.store.find("charge", body["charge"])
        back = balance.book(
            world,
            type_="refund_failure",
            amount=body["amount"],
            currency=body["currency"],
            source=record.id,
            account=record.account,
            description=f"Refund {record.id} failed",
        )
        body.update(failure_reason="expired_or_canceled_card", failure_balance_transaction=back.id)
        if charge:
            charge.body["amount_refunded"] -= body["amount"]
            charge.body["refunded"] = False
            world.store.save(charge)
    world.store.save(record)
    emit(world, "refund.failed" if outcome == "failed" else "refund.updated", body, account=record.account)
