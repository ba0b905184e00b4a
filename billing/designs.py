"""How a document looks: the template's choices as plain values, frozen with what the document says."""

from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from billing.models import BillingRules, ClientDocuments, DocumentTemplate
from people.models import LegalEntity

Design = dict[str, Any]

# What a template may leave out; a design names what it leaves out.
HIDABLE = ("logo", "hours", "rates", "sums", "remittance", "people")


def template_of(*, client_id: int, chosen_id: int | None = None) -> DocumentTemplate | None:
    """The template that applies: the one chosen for the document, else the client's, else the firm's usual one.

    One statement. None where the firm has no template; the plain look applies then.
    """
    rank = Case(
        When(pk=chosen_id or 0, then=Value(0)),
        When(clients__client_id=client_id, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    fitting = Q(pk=chosen_id or 0) | Q(clients__client_id=client_id) | Q(is_default=True)
    return DocumentTemplate.objects.filter(fitting).annotate(rank=rank).order_by("rank").first()


def design_of(template: DocumentTemplate | None, entity: LegalEntity) -> Design:
    """The choices of a template, with the color of the company's letters where it has none of its own."""
    if template is None:
        return {
            "layout": str(DocumentTemplate.Layout.PLAIN),
            "color": entity.mark_color,
            "hides": [],
            "footer": "",
        }
    return {
        "layout": str(template.layout),
        "color": template.color or entity.mark_color,
        "hides": [name for name in HIDABLE if not getattr(template, f"shows_{name}")],
        # The appendix explains each amount.
        **({"explains": True} if template.shows_reasons else {}),
        "footer": template.footer,
    }


def design_for(*, entity: LegalEntity, client_id: int, chosen_id: int | None = None) -> Design:
    """The look of a document of this client. One statement."""
    return design_of(template_of(client_id=client_id, chosen_id=chosen_id), entity)


def electronic_for(client_id: int) -> dict[str, str]:
    """`electronic` and `buyer_reference` of a client's documents, where they have any. Two statements at most."""
    own = ClientDocuments.objects.filter(client_id=client_id).first()
    asked = own.electronic if own else ClientDocuments.Electronic.USUAL
    if asked == ClientDocuments.Electronic.USUAL and BillingRules.objects.filter(is_electronic=True).exists():
        asked = ClientDocuments.Electronic.FACTURX
    return {
        **({"electronic": "FACTURX"} if asked == ClientDocuments.Electronic.FACTURX else {}),
        **({"buyer_reference": own.buyer_reference} if own and own.buyer_reference else {}),
    }
