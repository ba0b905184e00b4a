"""Which item there a line or a piece of work is sold as: that of its item of our catalogue or of its labor code, else
the firm's default item."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from billing.models import BilledTime
from integrations.mappings import mapped
from integrations.quickbooks.mapping import CATALOGUE_ITEM, LABOR_CODE, PURPOSE, Purpose
from integrations.quickbooks.tokens import PROVIDER
from projects.models import LaborCode


@dataclass(frozen=True)
class Items:
    """Item ids by labor code and by item of our catalogue, and the default one; empty where nothing was chosen."""

    by_code: dict[int, str]
    by_catalogue: dict[int, str]
    default: str
    deposit_account: str

    def of(self, labor_code_id: int | None) -> str:
        """The item for work of this labor code, or of none; empty when nothing fits."""
        return self.by_code.get(labor_code_id or 0, "") or self.default

    def of_line(self, catalogue_item_id: int | None, labor_code_id: int | None) -> str:
        """The item for a line of an invoice; empty when nothing fits."""
        return self.by_catalogue.get(catalogue_item_id or 0, "") or self.of(labor_code_id)


def items(account_id: str) -> Items:
    """What was mapped. Three statements."""
    purposes = mapped(PROVIDER, account_id, PURPOSE)
    return Items(
        by_code=mapped(PROVIDER, account_id, LABOR_CODE),
        by_catalogue=mapped(PROVIDER, account_id, CATALOGUE_ITEM),
        default=purposes.get(Purpose.DEFAULT_ITEM, ""),
        deposit_account=purposes.get(Purpose.DEPOSIT_ACCOUNT, ""),
    )


def codes_of_lines(invoice_ids: Collection[int]) -> dict[int, int | None]:
    """The labor code that all entries of a line share, by line; None where they differ or have none. One statement."""
    rows = (
        BilledTime.objects.filter(line__invoice__in=invoice_ids)
        .values_list("line_id", "entry__labor_code_id")
        .distinct()
    )
    found: dict[int, set[int | None]] = defaultdict(set)
    for line_id, code in rows:
        found[line_id].add(code)
    return {line_id: next(iter(codes)) if len(codes) == 1 else None for line_id, codes in found.items()}


def code_names(ids: Collection[int | None]) -> dict[int, str]:
    """What labor codes are called."""
    return dict(LaborCode.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "name"))
