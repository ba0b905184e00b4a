"""The firm's rules of billing: prefix of numbers, words on invoices, what may be paid, how long a link works."""

from typing import Any

from django.db import transaction

from billing.access import MANAGE_BILLING
from billing.models import BillingRules
from core import audit
from core.promises import promises
from people.access import require
from people.models import User

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
