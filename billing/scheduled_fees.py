"""The fee of a schedule on an invoice: its words, and the draft that bills it where there is no work to bill."""

from billing.models import BillingRules, BillingSchedule, Invoice
from billing.paper import Setter
from billing.pricing.recurring import Span
from clients.models import PaymentTerms
from people.models import LegalEntity, User
from projects.models import Project


def words_of_fee(schedule: BillingSchedule, span: Span) -> str:
    """The line's words in the client's language: Support plan, Nov 1 – 30, 2026."""
    client = schedule.project.client
    period = Setter(client.language, client.currency).period(span.first.isoformat(), span.last.isoformat())
    return f"{schedule.fee_name}, {period}"


def open_draft(project: Project, span: Span, *, by: User | None) -> Invoice:
    """A draft without lines, for the fee of a period. Whoever calls adds the line in the same transaction."""
    client = project.client
    return Invoice.objects.create(
        entity=LegalEntity.objects.order_by("-is_default", "pk")[0],
        client=client,
        project=project,
        currency=client.currency,
        title=project.name,
        period_first_on=span.first,
        period_last_on=span.last,
        terms=client.payment_terms or PaymentTerms.objects.filter(is_default=True).first(),
        po_number=project.po_number,
        message=BillingRules.objects.get(pk=1).invoice_message,
        drafted_by=by,
    )
