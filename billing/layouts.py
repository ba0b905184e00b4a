"""How invoices of projects are laid out: as last time, unless somebody says otherwise; and laying out priced work."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass

from django.utils import translation

from billing.grouping import REGROUPED, Grouping, Names, check_levels, grouped, grouping_of
from billing.models import By, Invoice, InvoiceLayout
from billing.pricing.work import PricedLine
from clients.models import Client
from projects.models import ContractLine, LaborCode, Project

FIELDS = ("group_by", "line_by", "detail", "hides_rates", "hides_names", "hides_zero")


@dataclass(frozen=True)
class Layout:
    """What is chosen about the lines of an invoice, and about what its client sees of them."""

    group_by: str = By.TASK
    line_by: str = By.ROLE
    detail: str = Invoice.Detail.APPENDIX
    hides_rates: bool = False
    hides_names: bool = False
    hides_zero: bool = False

    def __post_init__(self) -> None:
        check_levels(self.group_by, self.line_by)

    @property
    def grouping(self) -> Grouping:
        return Grouping(self.group_by, self.line_by)


USUAL = Layout()


@dataclass(frozen=True)
class LayoutWish:
    """What is chosen for several drafts at once; what is left empty is as last time, for each of them by itself."""

    group_by: str = ""
    line_by: str = ""
    detail: str = ""

    def __post_init__(self) -> None:
        if self.line_by:
            check_levels(self.group_by, self.line_by)

    def over(self, last: Layout) -> Layout:
        """The last layout with what is chosen. A level as last time makes way for a chosen one that says the same."""
        chosen = {name: value for name, value in asdict(self).items() if value}
        wanted = asdict(last) | chosen
        if wanted["group_by"] == wanted["line_by"]:
            others = {"group_by": By.NONE} if self.line_by else {"line_by": _other_than(wanted["group_by"])}
            wanted |= others
        return Layout(**wanted)


def _other_than(heading: str) -> str:
    return USUAL.line_by if heading != USUAL.line_by else USUAL.group_by


def wished_layouts(project_ids: Collection[int], wish: LayoutWish | None) -> dict[int, Layout]:
    """How invoices of the projects are laid out: as last time but for the wish. One statement."""
    last = layouts_of(project_ids)
    return {pk: wish.over(last.get(pk, USUAL)) for pk in project_ids} if wish else last


def layouts_of(project_ids: Collection[int]) -> dict[int, Layout]:
    """What was chosen for each project's last invoice; those without a choice are missing. One statement."""
    rows = InvoiceLayout.objects.filter(project__in=project_ids).values("project_id", *FIELDS)
    return {row.pop("project_id"): Layout(**row) for row in rows}


def layout_of(invoice: Invoice) -> Layout:
    """How a draft is laid out now."""
    return Layout(**{name: getattr(invoice, name) for name in FIELDS})


def remember(layouts: Mapping[int, Layout]) -> None:
    """The next invoices of the projects are laid out alike. One statement."""
    InvoiceLayout.objects.bulk_create(
        [InvoiceLayout(project_id=pk, **asdict(layouts[pk])) for pk in sorted(layouts)],
        update_conflicts=True,
        unique_fields=["project"],
        update_fields=FIELDS,
    )


def regrouped(draft: Invoice, lines: list[PricedLine]) -> list[PricedLine]:
    """Lines of work as the draft groups them. Three statements at most; none where they are formed as usual already."""
    grouping = grouping_of(draft)
    if grouping == USUAL.grouping and not any(line.key.startswith(REGROUPED) for line in lines):
        return lines
    projects = {line.project_id for line in lines}
    names = Names(
        draft.client.language,
        dict(Project.objects.filter(pk__in=projects).values_list("pk", "name")),
        labor_codes([grouping]),
    )
    return in_words_of(draft.client, lines, grouping, names, capped_by_task(projects))


def in_words_of(
    client: Client,
    lines: list[PricedLine],
    grouping: Grouping,
    names: Names,
    by_task: Collection[int],
) -> list[PricedLine]:
    """Groups the lines, with days and other words in the client's language."""
    with translation.override(client.language):
        return grouped(lines, grouping, names, by_task=by_task)


def capped_by_task(project_ids: Collection[int]) -> set[int]:
    """The contract lines whose cap is for each task. One statement, none for no project."""
    if not project_ids:
        return set()
    lines = ContractLine.objects.filter(project__in=project_ids, cap_scope=ContractLine.CapScope.TASK)
    return set(lines.values_list("pk", flat=True))


def labor_codes(groupings: Iterable[Grouping]) -> dict[int, str]:
    """What labor codes are called, where a grouping needs it. One statement at most."""
    if not any(By.LABOR_CODE in (each.heading, each.line) for each in groupings):
        return {}
    return dict(LaborCode.objects.values_list("pk", "name"))
