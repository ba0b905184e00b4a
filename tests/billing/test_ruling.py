"""The rules of billing: who may change them, and that they hold."""

import pytest
from django.urls import reverse

from billing.models import BillingRules
from billing.ruling import edit_rules
from core.errors import NotAllowed
from core.models import Action

GOOD = {
    "number_prefix": "HM",
    "credit_prefix": "CM",
    "retainer_prefix": "RET",
    "number_pattern": "{prefix}-{year}-{number}",
    "invoice_message": "Thank you.",
    "allows_partial_payment": "on",
    "minimum_payment_amount": "25.00",
    "link_days": "90",
}


def test_finance_changes_them_and_it_is_recorded(cast, web):
    assert web(cast.finance).post(reverse("billing:rules"), GOOD).status_code == 302
    rules = BillingRules.objects.get()
    assert (rules.number_prefix, rules.minimum_payment_amount, rules.link_days) == ("HM", 25, 90)
    assert Action.objects.filter(verb="billing.edit_rules", actor_name="Kemi Ogundipe").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number_prefix", "H/M"),
        ("credit_prefix", "HM"),
        ("number_pattern", "{number}"),
        ("minimum_payment_amount", "0.10"),
        ("link_days", "2"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(cast, web, field, value):
    answer = web(cast.finance).post(reverse("billing:rules"), GOOD | {field: value})
    assert answer.status_code == 422
    assert f'value="{value}"' in answer.content.decode()


def test_nobody_else_changes_them(cast, web):
    assert web(cast.manager).get(reverse("billing:rules")).status_code == 403
    with pytest.raises(NotAllowed):
        edit_rules(by=cast.manager, link_days=30)
