"""The firm's rules and steps of reminders, and what collectors note about a client."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.access import MANAGE_BILLING, RECORD_PAYMENTS
from billing.models import CollectionNote, DunningRules, DunningStep
from billing.reminder_letters import check_words
from clients.models import Client
from core import audit
from core.money import ZERO
from core.promises import promises
from people.access import require
from people.models import User

RULES = ("is_active", "hour", "repeat_days", "most_mails", "statement_day")
Fee = DunningStep.Fee


def edit_dunning(*, by: User | None, **values: Any) -> DunningRules:
    """Changes the rules; `values` are RULES. Nothing that was sent changes. Raises NotAllowed, Refusal."""
    require(by, MANAGE_BILLING)
    with promises(), transaction.atomic():
        rules = DunningRules.objects.select_for_update().get(pk=1)
        audit.acting("billing.edit_dunning", by=by, subject=rules)
        for name in RULES:
            if name in values:
                setattr(rules, name, values[name])
        rules.save()
    return rules


def save_step(
    *,
    days: int,
    tone: str,
    by: User | None,
    on: date,
    step: DunningStep | None = None,
    words: str = "",
    fee: str = Fee.NONE,
    fee_percent: Decimal = ZERO,
    fee_amount: Decimal = ZERO,
    fee_minimum_amount: Decimal = ZERO,
    fee_action: str = DunningStep.FeeAction.DRAFT,
    is_active: bool = True,
) -> DunningStep:
    """A new step, or another form of one. What was due before a fee was set up, `on`, costs none.

    Raises NotAllowed, UnknownVariable (field `words`), and Refusal for a second step on that day or half a fee.
    """
    require(by, MANAGE_BILLING)
    with promises(), transaction.atomic():
        saved = DunningStep.objects.select_for_update().get(pk=step.pk) if step else DunningStep()
        had_fee_from = saved.fee_from
        saved.days, saved.tone, saved.words, saved.is_active = days, tone, check_words(words), is_active
        saved.fee, saved.fee_action = fee, fee_action
        saved.fee_amount = fee_amount if fee == Fee.FIXED else ZERO
        saved.fee_percent = fee_percent if fee == Fee.PERCENT else ZERO
        saved.fee_minimum_amount = fee_minimum_amount if fee == Fee.PERCENT else ZERO
        saved.fee_from = None if fee == Fee.NONE else had_fee_from or on
        if saved.pk:
            audit.acting("billing.save_dunning_step", by=by, subject=saved)
        saved.save()
        if step is None:
            audit.acting("billing.save_dunning_step", by=by, subject=saved)
    return saved


def remove_step(*, step: DunningStep, by: User | None) -> None:
    """Takes a step away; what was sent by it stays. Raises NotAllowed."""
    require(by, MANAGE_BILLING)
    with promises(), transaction.atomic():
        audit.acting("billing.remove_dunning_step", by=by, subject=step, days=step.days)
        DunningStep.objects.filter(pk=step.pk).delete()


def note_collection(
    *, client: Client, text: str, by: User | None, follow_up_on: date | None = None
) -> CollectionNote:
    """Notes a call or an answer about what a client owes, and when somebody should look again. Raises NotAllowed."""
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        audit.acting("client.note_collection", by=by, subject=client)
        return CollectionNote.objects.create(
            client=client,
            text=" ".join(text.split())[:1000],
            follow_up_on=follow_up_on,
            by_name=by.name if by else "",
        )
