"""Forms of connections: they clean, and never write."""

from typing import ClassVar

from django import forms

from integrations.models import QuickBooksRules


class QuickBooksRulesForm(forms.ModelForm):
    """How the firm posts to QuickBooks."""

    class Meta:
        model = QuickBooksRules
        fields = ("posts_invoices_automatically", "posts_time", "creates_customers", "posts_from")
        labels: ClassVar = {
            "posts_invoices_automatically": "Post each invoice as soon as it is issued",
            "posts_time": "Offer approved time for posting",
            "creates_customers": "Create customers that QuickBooks does not have yet",
            "posts_from": "Nothing before",
        }
        widgets: ClassVar = {"posts_from": forms.DateInput({"type": "date"})}
        help_texts: ClassVar = {
            "posts_invoices_automatically": "What a check beforehand stops waits under Needs attention.",
            "posts_time": "It stands there as not billable, since invoices come from here.",
            "creates_customers": "Off: an invoice waits until its client is linked to a customer.",
            "posts_from": "What is older is in your books already and is not offered.",
        }


class ChoiceForm(forms.Form):
    """Which of theirs one of ours is; an empty `remote` takes the choice away."""

    kind = forms.CharField(max_length=40)
    id = forms.IntegerField(min_value=1)
    remote = forms.CharField(max_length=80, required=False)
