"""The interface of a billing method, and which method prices what. A new method is a new module and a row here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from billing.pricing import (
    allowance,
    capped,
    fee_by_task,
    fixed_fee,
    milestones,
    percent_complete,
    recurring_fee,
    time_and_materials,
)
from billing.pricing.terms import NOTHING_YET, UNUSED, SoFar, Terms, Used
from billing.pricing.work import Priced, Work
from projects.models import ContractLine


class Method(Protocol):
    """Prices one contract line. Pure: no database, no clock.

    `work` is what of its hours may be billed (there may be none), `on` the day of drafting, `through` the last day
    that counts. What is neither on a line nor held is an error: no minute may be lost.
    """

    def __call__(
        self, terms: Terms, so_far: SoFar, work: Sequence[Work], on: date, through: date
    ) -> Priced: ...


METHODS: Mapping[str, Method] = {
    ContractLine.Method.TIME_AND_MATERIALS: time_and_materials.charges,
    ContractLine.Method.FIXED_FEE: fixed_fee.charges,
    ContractLine.Method.FIXED_FEE_BY_TASK: fee_by_task.charges,
    ContractLine.Method.PERCENT_COMPLETE: percent_complete.charges,
    ContractLine.Method.MILESTONE: milestones.charges,
    ContractLine.Method.RECURRING: recurring_fee.charges,
    ContractLine.Method.ALLOWANCE: allowance.charges,
}


def method_of(terms: Terms) -> Method:
    """The module that prices the line: a cap on hours is a method of its own."""
    return capped.charges if terms.is_driven_by_hours and terms.is_capped else METHODS[terms.method]


def price(
    contract: Sequence[Terms],
    so_far: Mapping[int, SoFar],
    work: Sequence[Work],
    *,
    on: date,
    through: date,
) -> Priced:
    """What one project comes to, contract line by contract line in their order, each by its own method.

    `so_far` is by contract line; a line that is missing there was never billed.
    """
    found = Priced()
    for _, charged in price_each(contract, so_far, work, on=on, through=through):
        found.add(charged)
    return found


def price_each(
    contract: Sequence[Terms],
    so_far: Mapping[int, SoFar],
    work: Sequence[Work],
    *,
    on: date,
    through: date,
) -> Iterator[tuple[Terms, Priced]]:
    """The same line by line, without lines of hours that have none: those before take from the caps that they share."""
    by_line: dict[int, list[Work]] = {}
    for piece in work:
        by_line.setdefault(piece.contract_line_id, []).append(piece)
    shared: dict[str, Used] = {}
    for terms in contract:
        pieces = by_line.get(terms.id, [])
        if not pieces and terms.is_driven_by_hours:
            continue
        before = so_far.get(terms.id, NOTHING_YET)
        if terms.has_shared_cap:
            before = replace(before, order=before.order.plus(shared.get(terms.cap_scope, UNUSED)))
        charged = method_of(terms)(terms, before, pieces, on, through)
        if terms.has_shared_cap:
            within = [line for line in charged.lines if not line.key.startswith(capped.ABOVE)]
            minutes = sum(piece.work.minutes for line in within for piece in line.pieces)
            taken = Used(charged.amount, minutes)
            shared[terms.cap_scope] = shared.get(terms.cap_scope, UNUSED).plus(taken)
        yield terms, charged
