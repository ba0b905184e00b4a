"""The interface of a billing method, and which method prices what. A new method is a new module and a row here."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from billing.pricing import time_and_materials
from billing.pricing.work import PricedLine, Work
from projects.models import ContractLine


class Method(Protocol):
    """Prices the work of one project under one contract line. Pure: no database, no clock."""

    def __call__(self, work: Sequence[Work], currency: str) -> list[PricedLine]: ...


METHODS: Mapping[str, Method] = {
    ContractLine.Method.TIME_AND_MATERIALS: time_and_materials.price,
}


def price(work: Sequence[Work], currency: str) -> list[PricedLine]:
    """The lines that the work comes to, contract line by contract line in their order, each by its own method."""
    by_contract_line: dict[tuple[int, int], list[Work]] = {}
    for piece in work:
        by_contract_line.setdefault((piece.contract_position, piece.contract_line_id), []).append(piece)
    return [
        line
        for _, pieces in sorted(by_contract_line.items())
        for line in METHODS[pieces[0].method](pieces, currency)
    ]
