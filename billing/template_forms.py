"""Forms of templates and of what a client gets. They clean and never write."""

from typing import Any

from django import forms

from billing.models import ClientDocuments, DocumentTemplate
from billing.templating import FIELDS

LAYOUTS = [
    (DocumentTemplate.Layout.PLAIN, "Plain: quiet hairlines, the company at the left"),
    (DocumentTemplate.Layout.BAND, "Band: a band of color from edge to edge, the total on top"),
    (DocumentTemplate.Layout.LETTER, "Letter: the address in the window of an envelope"),
]


class TemplateForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60)
    layout = forms.ChoiceField(label="Layout", choices=LAYOUTS, widget=forms.RadioSelect)
    has_own_color = forms.BooleanField(label="A color of its own", required=False)
    color = forms.RegexField(
        label="Color",
        regex=r"^#[0-9a-fA-F]{6}$",
        required=False,
        widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"invalid": "Choose a color."},
    )
    shows_logo = forms.BooleanField(label="Logo", required=False)
    shows_hours = forms.BooleanField(label="Hours", required=False)
    shows_rates = forms.BooleanField(label="Rates", required=False)
    shows_sums = forms.BooleanField(label="Sums of groups", required=False)
    shows_remittance = forms.BooleanField(label="Where payments go", required=False)
    shows_people = forms.BooleanField(label="Names of people", required=False)
    shows_reasons = forms.BooleanField(label="Why each amount", required=False)
    footer = forms.CharField(
        label="Small print",
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="At the foot of the first page: registration, management, a tax note.",
    )

    def __init__(
        self, *args: Any, template: DocumentTemplate | None = None, color: str, **options: Any
    ) -> None:
        known = template or DocumentTemplate()
        first = {name: getattr(known, name) for name in FIELDS}
        first |= {"has_own_color": bool(known.color), "color": known.color or color}
        super().__init__(*args, **options | {"initial": first})

    def clean(self) -> dict[str, Any]:
        """The color is empty where the company's is used."""
        cleaned = super().clean() or {}
        if not cleaned.pop("has_own_color", False):
            cleaned["color"] = ""
        return cleaned


class DraftTemplateForm(forms.Form):
    template = forms.ModelChoiceField(
        DocumentTemplate.objects.all(), required=False, empty_label="As the client's other documents"
    )


class ClientDocumentsForm(forms.Form):
    template = forms.ModelChoiceField(
        DocumentTemplate.objects.all(), required=False, empty_label="The firm's usual template"
    )
    electronic = forms.ChoiceField(
        label="Electronic invoice",
        choices=ClientDocuments.Electronic.choices,
        help_text="Factur-X (ZUGFeRD) puts the invoice's content for programs into the PDF.",
    )
    buyer_reference = forms.CharField(
        label="Reference of the client",
        max_length=60,
        required=False,
        help_text="Leitweg-ID or service code that its accounting asks for.",
    )
