"""The work on a draft as priced lines again: what is regrouped, or left when entries are taken off."""

from collections.abc import Collection

from django.db.models import Value
from django.db.models.functions import Coalesce

from billing.adjusting import is_of_fee
from billing.models import BilledTime, Invoice, InvoiceLine
from billing.pricing.work import PricedLine, PricedWork, Work
from core.money import allocate

# The fields of Work as they stand on a draft, in their order.
FACTS = (
    "entry_id", "entry__project_id", "line__contract_line_id", "entry__task_id", "entry__task__name",
    "entry__task__position", "entry__staff_id", "entry__staff__name", "entry__staff__job_title_id",
    Coalesce("entry__staff__job_title__name", Value("")), "entry__worked_on", "minutes", "rate_amount",
    "rate_source", "line__rate_minutes", "entry__labor_code_id",
)  # fmt: skip


def drafted_lines(draft: Invoice, *, without: Collection[int] = ()) -> list[PricedLine]:
    """The draft's lines with work, in their order, at what they came to when drafted; two statements.

    `without` are entries that leave it: the fee that one was attached to is spread over those that are left.
    """
    rows = {line.pk: line for line in InvoiceLine.objects.filter(invoice=draft).exclude(work_key="")}
    found = {pk: _line(line) for pk, line in rows.items()}
    billed = BilledTime.objects.filter(line__in=rows).order_by("entry__worked_on", "entry_id")
    for *facts, line_id, amount, printed in billed.values_list(
        *FACTS, "line_id", "amount", "printed_minutes"
    ):
        found[line_id].pieces.append(PricedWork(Work(*facts), amount, printed))
    gone = set(without)
    if gone:
        for line in found.values():
            _leave(line, gone, draft.currency)
    return [line for line in found.values() if line.pieces or line.fee_amount is not None]


def _line(row: InvoiceLine) -> PricedLine:
    return PricedLine(
        key=row.work_key,
        contract_line_id=row.contract_line_id or 0,
        project_id=row.project_id or 0,
        group=row.group,
        description=row.description,
        rate_amount=row.rate_amount,
        task_id=row.task_id,
        fee_amount=row.computed_amount if is_of_fee(row) else None,
        rate_minutes=row.rate_minutes,
        split_id=row.split_id,
        share_percent=row.share_percent,
    )


def _leave(line: PricedLine, gone: set[int], currency: str) -> None:
    left = [piece for piece in line.pieces if piece.work.entry_id not in gone]
    if len(left) == len(line.pieces):
        return
    line.pieces = left
    if left and line.fee_amount is not None:
        shares = allocate(line.fee_amount, [piece.amount for piece in left], currency)
        line.pieces = [piece._replace(amount=share) for piece, share in zip(left, shares, strict=True)]
