"""Laying a draft out anew: the same entries at the same amounts under other headings and on other lines."""

from dataclasses import asdict

from billing.drafted_work import drafted_lines
from billing.editing import changing
from billing.layouts import Layout, layout_of, regrouped, remember
from billing.models import Discount, Invoice, InvoiceLine
from billing.recalculating import rewrite
from billing.staleness import projects_of
from core.errors import Refusal
from people.models import User


class LinesHaveTheirOwn(Refusal):
    """Forming lines anew would change the total."""

    sentence = "A line has a discount or a tax of its own, which would be lost. Take it off the line first."


def lay_out_draft(
    *, invoice: Invoice, layout: Layout, by: User | None, version: int | None = None
) -> Invoice:
    """Lays the draft out so, and the next invoices of its projects.

    Entries keep their amounts and what they are written up or down by, so that the total stays; lines that stay keep
    their words. Raises GroupingIsWrong, LinesHaveTheirOwn, ChangedMeanwhile, IssuedNeverChanges, NotAllowed.
    """
    with changing(invoice, "invoice.lay_out", by=by, version=version, **asdict(layout)) as draft:
        is_regrouped = layout.grouping != layout_of(draft).grouping
        for name, value in asdict(layout).items():
            setattr(draft, name, value)
        if is_regrouped:
            _check(draft)
            rewrite(draft, regrouped(draft, drafted_lines(draft)), anew=())
        remember(dict.fromkeys(projects_of(draft), layout))
    return draft


def _check(draft: Invoice) -> None:
    """A discount or a tax that belongs to one line would go with it."""
    lines = InvoiceLine.objects.filter(invoice=draft).exclude(work_key="")
    if lines.filter(is_tax_chosen=True).exists() or Discount.objects.filter(line__in=lines).exists():
        raise LinesHaveTheirOwn(field="group_by")
