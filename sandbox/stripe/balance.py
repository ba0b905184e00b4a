"""Money that came into or left an account's balance."""

from sandbox.store import Body, Record
from sandbox.stripe.amounts import fee_of
from sandbox.stripe.ids import new_id
from sandbox.world import World

_DAY = 86_400


def book(
    world: World,
    *,
    type_: str,
    amount: int,
    currency: str,
    source: str,
    account: str | None,
    fees: list[Body] | None = None,
    description: str | None = None,
) -> Record:
    """One balance transaction; amount and fees in minor units, fees lower the net."""
    fee_details = fees or []
    fee = sum(part["amount"] for part in fee_details)
    now = world.clock.now()
    body: Body = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now + 2 * _DAY,
        "balance_type": "payments",
        "created": now,
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fee_details,
        "net": amount - fee,
        "reporting_category": {"payment": "charge", "payment_refund": "refund", "adjustment": "dispute"}.get(
            type_, type_
        ),
        "source": source,
        "status": "pending",
        "type": type_,
    }
    return world.store.add("balance_transaction", body["id"], body, account)


def fees_for(charge: Body, method: str) -> list[Body]:
    """Stripe's own fee and the platform's, if it takes one."""
    parts = [
        _fee(fee_of(charge["amount"], method), charge["currency"], "stripe_fee", "Stripe processing fees")
    ]
    if charge["application_fee_amount"]:
        parts.append(
            _fee(charge["application_fee_amount"], charge["currency"], "application_fee", "Application fee")
        )
    return parts


def dispute_fee(currency: str) -> list[Body]:
    """What losing the money for now costs on top: 15.00."""
    return [_fee(1500, currency, "stripe_fee", "Dispute fee")]


def _fee(amount: int, currency: str, type_: str, description: str) -> Body:
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": description,
        "type": type_,
    }
