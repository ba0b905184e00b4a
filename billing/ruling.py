"""The firm's rules of billing: prefix of numbers, words on invoices, what may be paid, how long a link works."""

from typing import Any

from django.db import transaction

from billing.access import MANAGE_BILLING
from billing.models import BillingRules, EntityNumbers
from core import audit
from core.promises import promises
from people.access import require
from people.models import LegalEntity, User

FIELDS = (
    "number_prefix",
    "credit_prefix",
    "retainer_prefix",
    "number_pattern",
    "invoice_message",
    "tax_rounding",
    "allows_partial_payment",
    "minimum_payment_amount",
    "link_days",
    "is_electronic",
)


def edit_rules(*, by: User | None, **values: Any) -> BillingRules:
    """Changes the rules; `values` are FIELDS. Issued invoices keep their numbers and words. Raises NotAllowed."""
    require(by, MANAGE_BILLING)
    with promises(), transaction.atomic():
        rules = BillingRules.objects.select_for_update().get(pk=1)
        audit.acting("billing.edit_rules", by=by, subject=rules)
        for name in FIELDS:
            if name in values:
                setattr(rules, name, values[name])
        rules.save()
    return rules


def edit_numbers(*, entity: LegalEntity, by: User | None, **values: str) -> EntityNumbers:
    """How one legal entity writes its numbers from now on: `values` are all NUMBER_FIELDS of numbering.

    Numbers that were given stay, and its counters go on. Raises NotAllowed, Refusal.
    """
    require(by, MANAGE_BILLING)
    with promises(), transaction.atomic():
        # The entity's row stands for its numbers, which may not be there yet.
        LegalEntity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
        audit.acting("billing.edit_numbers", by=by, subject=entity)
        return EntityNumbers.objects.update_or_create(entity=entity, defaults=values)[0]
