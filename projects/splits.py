"""Who pays for a project's work and fees on a day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from projects.models import BillingSplit, ContractLine, Payer, Project


class PayerTerms(NamedTuple):
    """A payer and what was agreed with it; the id of its client. Without a split it is the project's client alone."""

    client_id: int
    percent: Decimal = Decimal(100)
    split_id: int | None = None
    terms_id: int | None = None
    po_number: str = ""


class SplitTerms(NamedTuple):
    """A split from a day on: payers by contract line; None is what has no payers of its own."""

    id: int
    starts_on: date | None
    payers: Mapping[int | None, Sequence[PayerTerms]]


@dataclass(frozen=True)
class Splits:
    """The splits of projects, each project's in the order of their days.

    A contract line that took over from another is paid as the first of them (`origins`).
    """

    by_project: Mapping[int, Sequence[SplitTerms]] = field(default_factory=dict)
    origins: Mapping[int, int] = field(default_factory=dict)

    def on(self, project_id: int, line_id: int, day: date) -> Sequence[PayerTerms]:
        """Who pays what a contract line comes to on a day; nobody named is the project's client alone."""
        found = [
            split
            for split in self.by_project.get(project_id, ())
            if split.starts_on is None or split.starts_on <= day
        ]
        return self._of(found[-1], line_id) if found else ()

    def of(self, project_id: int, split_id: int, line_id: int) -> Sequence[PayerTerms]:
        """Who pays what a contract line comes to by one of the project's splits."""
        found = [split for split in self.by_project.get(project_id, ()) if split.id == split_id]
        return self._of(found[0], line_id) if found else ()

    def _of(self, split: SplitTerms, line_id: int) -> Sequence[PayerTerms]:
        return split.payers.get(self.origins.get(line_id, line_id)) or split.payers.get(None, ())

    @property
    def payer_ids(self) -> set[int]:
        """All clients that pay by one of the splits."""
        rows = (
            row for splits in self.by_project.values() for split in splits for row in split.payers.values()
        )
        return {payer.client_id for row in rows for payer in row}


def splits_of(project: Project) -> QuerySet[BillingSplit]:
    """The splits of a project with their payers, in the order of their days. Two statements."""
    payers = Payer.objects.select_related("client", "contract_line", "terms", "contact")
    return BillingSplit.objects.filter(project=project).prefetch_related(Prefetch("payers", payers))


def read_splits(project_ids: Collection[int], *, is_locking: bool = False) -> Splits:
    """The splits of the projects: one statement where there are none, else three.

    With `is_locking` nobody changes them until the end of the transaction.
    """
    rows = BillingSplit.objects.filter(project__in=project_ids)
    if is_locking:
        rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
    found = list(rows)
    if not found:
        return Splits()
    payers: dict[int, dict[int | None, list[PayerTerms]]] = {}
    wanted = Payer.objects.filter(split__in=found).select_related("contract_line")
    for each in wanted:
        line = each.contract_line
        scope = None if line is None else line.origin_id or line.pk
        payers.setdefault(each.split_id, {}).setdefault(scope, []).append(
            PayerTerms(each.client_id, each.percent, each.split_id, each.terms_id, each.po_number)
        )
    origins = ContractLine.objects.filter(project__in=project_ids).exclude(origin=None)
    by_project: dict[int, list[SplitTerms]] = {}
    for split in sorted(found, key=lambda each: each.starts_on or date.min):
        terms = SplitTerms(split.pk, split.starts_on, payers.get(split.pk, {}))
        by_project.setdefault(split.project_id, []).append(terms)
    return Splits(by_project, {pk: origin for pk, origin in origins.values_list("pk", "origin") if origin})
