"""What comes due by itself."""

from sandbox import due
from sandbox.store import Body
from sandbox.stripe import disputes, intents, refunds, sessions
from sandbox.world import World


def _session_expires(world: World, facts: Body) -> None:
    record = world.store.find("session", facts["session"])
    if record and record.body["status"] == "open":
        sessions.expire(world, record)


def _bank_debit_clears(world: World, facts: Body) -> None:
    intent = world.store.find("payment_intent", facts["intent"])
    if intent and intent.body["status"] == "processing":
        refusal = intents.clear_bank_debit(world, intent)
        sessions.bank_debit_ended(world, intent, refusal)


def _charge_is_disputed(world: World, facts: Body) -> None:
    charge = world.store.find("charge", facts["charge"])
    if charge and not charge.body["disputed"] and not charge.body["refunded"]:
        disputes.open_dispute(world, charge)


def _refund_settles(world: World, facts: Body) -> None:
    record = world.store.find("refund", facts["refund"])
    if record:
        refunds.settle_refund(world, record, facts["outcome"])


ACTIONS: dict[str, due.Action] = {
    "session_expires": _session_expires,
    "bank_debit_clears": _bank_debit_clears,
    "charge_is_disputed": _charge_is_disputed,
    "refund_settles": _refund_settles,
}


def settle(world: World) -> int:
    """Bring everything up to the clock; answers how many things happened."""
    return due.settle(world, ACTIONS)
