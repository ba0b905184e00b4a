"""What people type about the payers of a project."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from clients.models import Client, Contact, PaymentTerms
from core.forms import AmountField
from projects.forms import DateInput
from projects.models import BillingSplit, ContractLine, Payer, Project
from projects.paying import PayerWish

# So many rows stand empty beside those that are there, and never more than these.
SPARE = 2
MOST = 12
# The fields of a row, and those of them that are a choice.
CHOSEN = ("client", "contract_line", "terms", "contact")
ROW = (*CHOSEN, "percent", "po_number")


class PayersForm(forms.Form):
    """Since when, and the payers in rows of their own: `client_0`, `percent_0`. A row without a client is left out."""

    starts_on = forms.DateField(
        label="From", required=False, widget=DateInput(), help_text="Empty: from the beginning."
    )

    def __init__(
        self, *args: Any, project: Project, split: BillingSplit | None = None, **options: Any
    ) -> None:
        self.project, self.split = project, split
        present = list(split.payers.all()) if split else []
        options["initial"] = _initial(split, present, project)
        super().__init__(*args, **options)
        if split is not None:
            self.fields["starts_on"].disabled = True
        posted = sum(1 for name in self.data if name.startswith("client_")) if self.is_bound else 0
        self.count = min(max(len(present) + SPARE, posted, 3), MOST)
        for number in range(self.count):
            self._add_row(number)

    def _add_row(self, number: int) -> None:
        project, currency = self.project, self.project.client.currency
        paying = Client.objects.filter(currency=currency)
        self.fields |= {
            f"client_{number}": forms.ModelChoiceField(
                paying, required=False, label="Payer", empty_label="Nobody"
            ),
            f"percent_{number}": AmountField(
                required=False, label="Percent", least=Decimal(0), most=Decimal(100)
            ),
            f"contract_line_{number}": forms.ModelChoiceField(
                ContractLine.objects.filter(project=project, origin=None),
                required=False,
                label="Of",
                empty_label="Everything else",
            ),
            f"terms_{number}": forms.ModelChoiceField(
                PaymentTerms.objects.all(), required=False, label="Terms", empty_label="The client’s own"
            ),
            f"po_number_{number}": forms.CharField(max_length=40, required=False, label="PO number"),
            f"contact_{number}": forms.ModelChoiceField(
                Contact.objects.filter(is_active=True, client__currency=currency)
                .exclude(email="")
                .select_related("client"),
                required=False,
                label="Send to",
                empty_label="Its billing contacts",
            ),
        }

    @property
    def rows(self) -> Iterator[dict[str, BoundField]]:
        """The fields of each row by their names without a number."""
        for number in range(self.count):
            yield {name: self[f"{name}_{number}"] for name in ROW}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for number in range(self.count):
            if values.get(f"client_{number}") and values.get(f"percent_{number}") is None:
                self.add_error(f"percent_{number}", "Enter the percentage.")
        return values

    @property
    def payers(self) -> list[PayerWish]:
        """What was entered."""
        values = self.cleaned_data
        return [
            PayerWish(**{name: values[f"{name}_{number}"] for name in ROW})
            for number in range(self.count)
            if values[f"client_{number}"]
        ]


def _initial(split: BillingSplit | None, present: list[Payer], project: Project) -> dict[str, Any]:
    initial: dict[str, Any] = {"starts_on": split.starts_on if split else None}
    if split is None:
        initial |= {"client_0": project.client_id}
    for number, payer in enumerate(present):
        initial |= {f"{name}_{number}": getattr(payer, f"{name}_id") for name in CHOSEN}
        initial |= {f"percent_{number}": payer.percent, f"po_number_{number}": payer.po_number}
    return initial
