"""What people type about the expenses of a contract line."""

from decimal import Decimal
from typing import Any

from django import forms

from core.forms import AmountField
from projects.models import ContractLine

# From the names of the form to those of the operation.
WISHES = {
    "expense_method": "method",
    "expense_cap_amount": "cap_amount",
    "expense_excess": "excess",
    "expense_detail": "detail",
    "shows_receipts": "shows_receipts",
}


class ExpenseTermsForm(forms.Form):
    expense_method = forms.ChoiceField(
        choices=ContractLine.ExpenseMethod.choices,
        label="Expenses are billed",
        help_text="The price of an expense is its cost with the markup of its code, client or project.",
    )
    expense_cap_amount = AmountField(
        required=False,
        least=Decimal(0),
        label="Cap of expenses",
        help_text="Only where they have a cap of their own.",
    )
    expense_excess = forms.ChoiceField(
        choices=ContractLine.Excess.choices,
        required=False,
        label="Expenses above it",
    )
    expense_detail = forms.ChoiceField(choices=ContractLine.ExpenseDetail.choices, label="On the invoice")
    shows_receipts = forms.BooleanField(required=False, label="Receipts go with the invoice")

    def __init__(self, *args: Any, line: ContractLine, **options: Any) -> None:
        options["initial"] = {name: getattr(line, name) for name in WISHES}
        super().__init__(*args, **options)
        self.fields["expense_cap_amount"].currency = line.project.currency  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        """What `agree_on_expenses` takes."""
        wish = {name: self.cleaned_data[field] for field, name in WISHES.items()}
        return wish | {"excess": wish["excess"] or ContractLine.Excess.HOLD}
