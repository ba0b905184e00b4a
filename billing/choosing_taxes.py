"""Choosing by hand what taxes a line of a draft; otherwise it is its client's code for services or expenses."""

from billing.editing import changing
from billing.models import InvoiceLine
from clients.models import TaxCode
from core.errors import Refusal
from people.models import User


class TaxIsWrong(Refusal):
    """The line cannot carry this tax code."""


def choose_tax(
    *, line: InvoiceLine, code: TaxCode | None, by: User | None, version: int | None = None
) -> InvoiceLine:
    """The line is taxed by this code whatever its client or its kind says; None: by nothing.

    What was chosen stays when the draft is recalculated or issued anew. Raises TaxIsWrong for a code that is not used
    any more, ChangedMeanwhile, IssuedNeverChanges, NotAllowed.
    """
    with changing(
        line.invoice,
        "invoice.choose_tax",
        by=by,
        version=version,
        line=line.pk,
        tax=code.name if code else "",
    ) as draft:
        found = InvoiceLine.objects.get(pk=line.pk, invoice=draft)
        if code is not None and not code.is_active and found.tax_code_id != code.pk:
            raise TaxIsWrong(f"{code.name} is not used any more. Choose another.", field="tax_code")
        found.tax_code, found.is_tax_chosen = code, True
        found.save()
    return InvoiceLine.objects.get(pk=line.pk)


def follow_client(*, line: InvoiceLine, by: User | None, version: int | None = None) -> InvoiceLine:
    """The line is taxed as its client's record says, again. Raises ChangedMeanwhile, IssuedNeverChanges, NotAllowed."""
    with changing(line.invoice, "invoice.follow_client_tax", by=by, version=version, line=line.pk) as draft:
        InvoiceLine.objects.filter(pk=line.pk, invoice=draft).update(is_tax_chosen=False)
    return InvoiceLine.objects.get(pk=line.pk)
