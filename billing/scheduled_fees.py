"""The fee of a schedule on invoices: its words, and each payer's part of it."""

from collections.abc import Sequence
from decimal import Decimal

from billing.models import BillingSchedule, Invoice
from billing.paper import Setter
from billing.sharing import add_to_drafts, payers_on
from core.cycles import Span


def words_of_fee(schedule: BillingSchedule, span: Span) -> str:
    """The line's words in the client's language: Support plan, Nov 1 – 30, 2026."""
    client = schedule.project.client
    period = Setter(client.language, client.currency).period(span.first.isoformat(), span.last.isoformat())
    return f"{schedule.fee_name}, {period}"


def add_fee(schedule: BillingSchedule, span: Span, fee: Decimal, drafts: Sequence[Invoice]) -> list[Invoice]:
    """Puts the fee of a period on the drafts of that run, shared as on the period's first day; payers without one get
    one. Returns all drafts of the run. Runs in the caller's transaction."""
    project = schedule.project
    added = add_to_drafts(
        project=project,
        payers=payers_on(project, span.first),
        drafts=drafts,
        period=(span.first, span.last),
        description=words_of_fee(schedule, span),
        amount=fee,
        by=None,
    )
    known = {draft.pk for draft in drafts}
    return [*drafts, *(draft for draft in added if draft.pk not in known)]
