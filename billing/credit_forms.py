"""Forms about credit memos, refunds and write-offs. They clean and never write."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import F

from billing.credit_lines import HUNDRED, CreditIsWrong, LineLeft, LineWish
from billing.models import CreditMemo, Invoice, Payment, Refund
from billing.reasons_forms import Kind, ReasonInput
from clients.models import Client
from core.forms import AmountField, MinutesField
from core.minutes import SUM_MINUTES

SMALL = "form-control form-control-sm"


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class CreditForm(forms.Form):
    """What to credit of each line of an invoice: all of it, hours, an amount, or hours of entries that go back."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="Kept with the credit memo; the client does not see it.",
        widget=ReasonInput(Kind.CREDIT),
    )
    message = forms.CharField(
        label="Words to the client",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, left: Sequence[LineLeft], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        for each in left:
            pk, name = each.line.pk, each.line.description
            self.fields[f"all-{pk}"] = _tick(f"Credit all of {name}")
            self.fields[f"hours-{pk}"] = _minutes(f"Hours of {name}")
            self.fields[f"amount-{pk}"] = AmountField(required=False, currency=currency)
            self.fields[f"amount-{pk}"].widget.attrs |= {"class": SMALL, "aria-label": f"Amount of {name}"}
            self.fields[f"returns-{pk}"] = _tick(f"{name} can be billed again")
            for entry in each.entries:
                words = f"{entry.billed.entry.staff.name}, {entry.billed.entry.worked_on:%d %b}"
                self.fields[f"entry-{pk}-{entry.billed.entry_id}"] = _minutes(f"Hours that go back: {words}")

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each line with its fields, and those of its entries."""
        return [
            {
                "left": each,
                **{name: self[f"{name}-{each.line.pk}"] for name in ("all", "hours", "amount", "returns")},
                "entries": [
                    (entry, self[f"entry-{each.line.pk}-{entry.billed.entry_id}"]) for entry in each.entries
                ],
            }
            for each in self.left
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for each in self.left:
            for name in (f"hours-{each.line.pk}", f"amount-{each.line.pk}"):
                is_typed = found.get(name) is not None and name in self.changed_data
                if is_typed and found.get(f"all-{each.line.pk}"):
                    self.add_error(name, "All of it is ticked. Leave this empty.")
        return found

    @contextmanager
    def beside(self) -> Iterator[None]:
        """A refusal that names a line stands at the field of the line."""
        try:
            yield
        except CreditIsWrong as refusal:
            refusal.field = refusal.facts.get("of", "")
            raise

    def wishes(self) -> list[LineWish]:
        """The lines of which something is to be credited."""
        return [wish for each in self.left if (wish := self._wish(each)) is not None]

    def _wish(self, left: LineLeft) -> LineWish | None:
        pk, found = left.line.pk, self.cleaned_data
        entries = {
            entry.billed.entry_id: minutes
            for entry in left.entries
            if (minutes := found[f"entry-{pk}-{entry.billed.entry_id}"])
        }
        if found[f"all-{pk}"]:
            return LineWish(pk, percent=HUNDRED, returns_work=found[f"returns-{pk}"], entries=entries)
        minutes, amount = found[f"hours-{pk}"], found[f"amount-{pk}"]
        if minutes is None and amount is None and not entries:
            return None
        return LineWish(pk, amount, minutes, entries=entries, returns_work=found[f"returns-{pk}"])


def _tick(words: str) -> forms.BooleanField:
    return forms.BooleanField(
        required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input", "aria-label": words})
    )


def _minutes(words: str) -> MinutesField:
    field = MinutesField(required=False, most=SUM_MINUTES)
    field.widget.attrs |= {"class": f"{SMALL} is-number", "aria-label": words}
    return field


class FreeCreditForm(forms.Form):
    """A credit that corrects no invoice."""

    client = forms.ModelChoiceField(
        Client.objects.filter(is_active=True), label="Client", empty_label="Choose a client"
    )
    title = forms.CharField(label="Title", max_length=160, help_text="What the client reads first.")
    description = forms.CharField(label="What is credited", max_length=300)
    amount = AmountField(label="Amount", help_text="In the client's currency, before tax.")
    is_taxable = forms.BooleanField(
        label="Credit tax too, at the client's rate", required=False, initial=True
    )
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="Kept with the credit memo; the client does not see it.",
        widget=ReasonInput(Kind.CREDIT),
    )
    message = forms.CharField(
        label="Words to the client",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class IssueCreditForm(forms.Form):
    """The credit memo's date, and whether it pays its invoice at once."""

    on = _day("Date")
    applies = forms.BooleanField(label="Apply it to its invoice, as far as that is due", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why something is void, taken back or issued anew."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="Kept here; the client does not see it.",
        widget=ReasonInput(Kind.VOID),
    )


class ApplyForm(forms.Form):
    """Which open invoice of the client is paid, and with how much."""

    invoice = forms.ModelChoiceField(Invoice.objects.none(), label="Invoice", empty_label=None)
    on = _day("Applied on")

    def __init__(self, *args: Any, source: Payment | CreditMemo, left: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = source.currency
        # What is under way, such as a bank debit, is spoken for.
        payable = F("balance_amount") - F("processing_amount")
        bills = Invoice.objects.bills().open()
        mine = bills.filter(client=source.client_id, entity=source.entity_id, currency=currency)
        found = mine.annotate(payable_amount=payable).filter(payable_amount__gt=0).order_by("due_on", "pk")
        self.fields["invoice"].queryset = found  # type: ignore[attr-defined]
        self.fields["invoice"].label_from_instance = _open_words  # type: ignore[attr-defined]
        self.fields["amount"] = AmountField(
            label="Amount", currency=currency, required=False, help_text="Empty: as much as fits."
        )
        self.order_fields(["invoice", "amount", "on"])


def _open_words(invoice: Any) -> str:
    return f"{invoice.number}, {invoice.payable_amount:,.2f} {invoice.currency} due {invoice.due_on:%d %b %Y}"


class RefundForm(forms.Form):
    """Money that went back to the client."""

    refunded_on = _day("Refunded on")
    method = forms.ChoiceField(label="Method", choices=Refund.Method.choices)
    reference = forms.CharField(label="Check number or reference", required=False, max_length=80)
    reason = forms.CharField(label="Reason", required=False, max_length=300)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(label="Amount", currency=currency)
        self.order_fields(["amount", "refunded_on", "method", "reference", "reason"])


class WriteOffForm(forms.Form):
    """How much of an invoice will never be paid, and why."""

    reason = forms.CharField(label="Reason", max_length=300, widget=ReasonInput(Kind.WRITE_OFF))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(label="Amount", currency=currency)
        self.order_fields(["amount", "reason"])
