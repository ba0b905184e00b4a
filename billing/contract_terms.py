"""The terms of contract lines and what was billed on them, for any number of projects in a constant number of
statements."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, reduce
from typing import Any

from django.db.models import ExpressionWrapper, F, Q, QuerySet, Sum

from billing.daily_caps import billed_by_day, hours_under_caps
from billing.models import (
    BilledMilestone,
    BilledPeriod,
    BilledTime,
    CreditLine,
    CreditMemo,
    Invoice,
    InvoiceLine,
)
from billing.pricing.milestones import WHOLE
from billing.pricing.rounding import NOT_ROUNDED, Rounding
from billing.pricing.terms import (
    UNUSED,
    Allowed,
    BilledSpan,
    MilestoneTerms,
    Recurrence,
    SoFar,
    TaskAgreement,
    Terms,
    Used,
)
from core.cycles import Cycle
from core.money import ZERO
from core.rounded import WIDE, rounded
from projects.models import ContractLine, Milestone, TaskTerms
from projects.models.recurrence import Rollover, Timing
from projects.rounding import rules_of

Method = ContractLine.Method
# Methods whose fee may fall due in milestones.
IN_MILESTONES = (Method.FIXED_FEE, Method.MILESTONE)


@dataclass(frozen=True)
class Contracts:
    """Contract lines by project in their order, and what was billed on those where that matters."""

    by_project: Mapping[int, list[Terms]] = field(default_factory=dict)
    so_far: Mapping[int, SoFar] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[int, Terms]:
        return {terms.id: terms for lines in self.by_project.values() for terms in lines}


def read_contracts(
    project_ids: Collection[int], *, besides: int | None = None, is_locking: bool = False
) -> Contracts:
    """The contract lines of the projects. What stands on the invoice `besides` does not count as billed.

    With `is_locking`, lines on which it matters what was billed before are locked first, in the order of their ids, so
    that nobody bills on them meanwhile. Two statements where all lines are hours at their rates, fourteen at most.
    """
    rows = ContractLine.objects.filter(project__in=project_ids).order_by("project_id", "position")
    found = _terms(rows)
    special = [terms.id for terms in found if not terms.is_plain]
    if special and is_locking:
        locked = ContractLine.objects.filter(pk__in=special).order_by("pk")
        list(locked.select_for_update(of=("self",), no_key=True).values_list("pk"))
        found = _terms(rows)
    by_project: dict[int, list[Terms]] = {}
    for terms in found:
        by_project.setdefault(terms.project_id, []).append(terms)
    return Contracts(by_project, _so_far([terms for terms in found if not terms.is_plain], besides))


# The fields of Terms that are stored on the line itself.
COLUMNS = (
    "id", "project_id", "position", "name", "method", "starts_on", "closed_on", "fee_amount", "percent_complete",
    "percent_on", "cap_scope", "cap_amount", "cap_minutes", "daily_cap_minutes", "daily_cap_is_per_person", "excess",
)  # fmt: skip
# Caps that stand on its project.
SHARED = (
    "project__po_amount", "project__po_minutes", "project__budget_fee_amount", "project__budget_minutes",
)  # fmt: skip
# Those of its periods.
PERIODS = (
    "frequency", "anchor_day", "timing", "first_period_on", "last_period_on", "prorates", "escalator_percent",
    "allowance_minutes", "allowance_amount", "overage_rate_amount", "rollover", "rollover_minutes", "rollover_amount",
    "rollover_periods",
)  # fmt: skip


def _terms(lines: QuerySet[ContractLine]) -> list[Terms]:
    rows = list(
        lines.values(*COLUMNS, *PERIODS, *SHARED, "project__client__currency", "project__client__language")
    )
    milestones = _milestones([row["id"] for row in rows if row["method"] in IN_MILESTONES])
    tasks = _tasks(
        [
            row["id"]
            for row in rows
            if row["method"] == Method.FIXED_FEE_BY_TASK or row["cap_scope"] == ContractLine.CapScope.TASK
        ]
    )
    rounding = _rounding({row["project_id"] for row in rows})
    return [
        Terms(
            currency=row.pop("project__client__currency"),
            language=row.pop("project__client__language"),
            recurrence=_recurrence({name: row.pop(name) for name in PERIODS}),
            **_cap(
                {name: row.pop(name) for name in ("cap_amount", "cap_minutes", *SHARED)}, row["cap_scope"]
            ),
            rounding=rounding[row["project_id"]],
            milestones=tuple(milestones.get(row["id"], ())),
            tasks=tasks.get(row["id"], {}),
            **row,
        )
        for row in rows
    ]


def _recurrence(row: Mapping[str, Any]) -> Recurrence | None:
    """The periods of a line, where its method has any."""
    if not row["frequency"]:
        return None
    is_money = row["allowance_amount"] is not None
    units = row["allowance_amount"] if is_money else row["allowance_minutes"]
    allowed = None
    if units is not None:
        most = row["rollover_amount"] if is_money else row["rollover_minutes"]
        caps = {Rollover.NONE: ZERO, Rollover.CAPPED: Decimal(most or 0), Rollover.ALL: None}
        allowed = Allowed(
            units=Decimal(units),
            is_money=is_money,
            overage_rate=Decimal(1) if is_money else row["overage_rate_amount"],
            rollover_cap=caps[row["rollover"]],
            valid_periods=row["rollover_periods"],
        )
    return Recurrence(
        Cycle(row["frequency"], row["anchor_day"], row["first_period_on"], row["last_period_on"]),
        in_advance=row["timing"] == Timing.FIRST_DAY,
        prorates=row["prorates"],
        escalator_percent=row["escalator_percent"],
        allowed=allowed,
    )


def _cap(row: Mapping[str, Any], scope: str) -> dict[str, Any]:
    """The cap of a line in money and in hours: its own, that of the purchase order, or the project's budget."""
    names = {
        ContractLine.CapScope.PO: ("project__po_amount", "project__po_minutes"),
        ContractLine.CapScope.PROJECT: ("project__budget_fee_amount", "project__budget_minutes"),
    }
    amount, minutes = names.get(ContractLine.CapScope(scope), ("cap_amount", "cap_minutes"))
    return {"cap_amount": row[amount], "cap_minutes": row[minutes]}


def _rounding(project_ids: Collection[int]) -> dict[int, Rounding]:
    """The rule of rounding of each project. One statement."""
    return {
        project_id: Rounding(rule.unit_minutes, rule.mode, rule.minimum_minutes, rule.scope)
        if rule
        else NOT_ROUNDED
        for project_id, rule in rules_of(project_ids).items()
    }


def _milestones(line_ids: list[int]) -> dict[int, list[MilestoneTerms]]:
    found: dict[int, list[MilestoneTerms]] = {}
    if line_ids:
        for each in Milestone.objects.filter(contract_line__in=line_ids, is_removed=False).order_by(
            "position", "pk"
        ):
            due_on = each.planned_on if each.trigger == Milestone.Trigger.DAY else each.achieved_on
            found.setdefault(each.contract_line_id, []).append(
                MilestoneTerms(each.pk, each.name, each.amount, each.percent, due_on)
            )
    return found


def _tasks(line_ids: list[int]) -> dict[int, dict[int, TaskAgreement]]:
    found: dict[int, dict[int, TaskAgreement]] = {}
    if line_ids:
        rows = TaskTerms.objects.filter(contract_line__in=line_ids).select_related("task")
        for row in rows.order_by("task__position", "task_id"):
            found.setdefault(row.contract_line_id, {})[row.task_id] = TaskAgreement(
                row.task_id,
                row.task.name,
                row.fee_amount,
                row.released_amount,
                row.cap_amount,
                row.cap_minutes,
            )
    return found


LIVE = [Invoice.State.DRAFT, Invoice.State.ISSUED]


def _so_far(contract: list[Terms], besides: int | None) -> dict[int, SoFar]:
    if not contract:
        return {}
    by_task = _by_task(contract, besides)
    milestones = _billed_milestones([terms.id for terms in contract if terms.milestones], besides)
    days = billed_by_day([terms.id for terms in contract if terms.daily_cap_minutes is not None], besides)
    periods = _billed_periods([terms for terms in contract if terms.recurrence], besides)
    totals = {terms.id: reduce(Used.plus, by_task.get(terms.id, {}).values(), UNUSED) for terms in contract}
    shared: dict[tuple[int, str], Used] = {}
    for terms in contract:
        if terms.has_shared_cap:
            key = (terms.project_id, terms.cap_scope)
            shared[key] = shared.get(key, UNUSED).plus(totals[terms.id])
    return {
        terms.id: SoFar(
            totals[terms.id],
            {task: used for task, used in by_task.get(terms.id, {}).items() if task},
            {each: amount for each, (amount, is_whole) in milestones.get(terms.id, {}).items() if is_whole},
            shared.get((terms.project_id, terms.cap_scope), UNUSED),
            periods.get(terms.id, {}),
            {
                each: amount
                for each, (amount, is_whole) in milestones.get(terms.id, {}).items()
                if not is_whole
            },
            days.get(terms.id, {}),
        )
        for terms in contract
    }


def _by_task(contract: list[Terms], besides: int | None) -> dict[int, dict[int, Used]]:
    """Money and minutes by contract line and task, less what credit memos gave back; the task 0 is what is of none."""
    ids = [terms.id for terms in contract]
    lines = InvoiceLine.objects.filter(counts_with_fees(), contract_line__in=ids, invoice__state__in=LIVE)
    credited = CreditLine.objects.filter(
        counts_with_fees("line__"),
        line__contract_line__in=ids,
        line__invoice__state=Invoice.State.ISSUED,
        credit__state=CreditMemo.State.ISSUED,
        returns_work=True,
    )
    time = hours_under_caps(ids, besides)
    if besides is not None:
        lines = lines.exclude(invoice=besides)
    found: dict[int, dict[int, Used]] = {}

    def add(line: int, task: int | None, used: Used) -> None:
        tasks = found.setdefault(line, {})
        tasks[task or 0] = tasks.get(task or 0, UNUSED).plus(used)

    for line, task, amount, computed in _sums(lines, "contract_line", "task", "amount", "computed_amount"):
        add(line, task, Used(amount, 0, computed))
    for line, task, amount in _sums(credited, "line__contract_line", "line__task", "amount"):
        add(line, task, Used(-amount, 0, -amount))
    if any(terms.cap_scope for terms in contract):
        left = F("minutes") - F("released_minutes")
        for line, task, minutes in _sums(time, "line__contract_line", "line__task", left):
            add(line, task, Used(ZERO, minutes))
    return found


def counts_with_fees(prefix: str = "") -> Q:
    """Lines of fees, and of expenses where those are within the cap of the fees."""
    within = ContractLine.ExpenseMethod.WITHIN_CAP
    return Q(**{f"{prefix}expense_code": None}) | Q(**{f"{prefix}contract_line__expense_method": within})


def _sums(rows: QuerySet[Any], line: str, task: str, *values: Any) -> Any:
    sums = {f"sum_{number}": Sum(value) for number, value in enumerate(values)}
    return rows.order_by().values_list(line, task).annotate(**sums)


def _billed_milestones(
    line_ids: list[int], besides: int | None
) -> dict[int, dict[int, tuple[Decimal, bool]]]:
    """What each billed milestone came to, and whether that was all of it or only some payers' shares."""
    found: dict[int, dict[int, tuple[Decimal, bool]]] = {}
    if line_ids:
        rows = BilledMilestone.objects.filter(Q(milestone__contract_line__in=line_ids), is_live=True)
        if besides is not None:
            rows = rows.exclude(line__invoice=besides)
        sums = rows.order_by().values_list("milestone__contract_line", "milestone")
        for line, milestone, amount, percent in sums.annotate(
            amount=Sum("line__computed_amount"), percent=Sum("share_percent")
        ):
            found.setdefault(line, {})[milestone] = (amount, percent >= WHOLE)
    return found


def _billed_periods(
    contract: list[Terms], besides: int | None
) -> dict[int, dict[tuple[str, date], BilledSpan]]:
    """What of each line's periods is billed. Two statements where any line has periods, three where some payers lack
    their share of one."""
    found: dict[int, dict[tuple[str, date], BilledSpan]] = {}
    if not contract:
        return found
    rows = BilledPeriod.objects.filter(contract_line__in=[terms.id for terms in contract], is_live=True)
    if besides is not None:
        rows = rows.exclude(line__invoice=besides)
    used = _used_in_periods(rows.exclude(kind=BilledPeriod.Kind.FEE))
    is_money = {terms.id: bool(terms.recurrence and _is_money(terms.recurrence)) for terms in contract}
    for line, kind, first_on, last_on, on_line, percent, amount in rows.values_list(
        "contract_line", "kind", "first_on", "last_on", "line", "share_percent", "line__computed_amount"
    ):
        minutes, worth = used.get(on_line, (0, ZERO))
        mine = found.setdefault(line, {})
        before = mine.get((kind, first_on), BilledSpan(last_on, percent=ZERO))
        units = before.units + (worth if is_money[line] else Decimal(minutes))
        mine[kind, first_on] = BilledSpan(
            max(last_on, before.last_on), units, before.percent + percent, before.amount + amount
        )
    _add_entries(found)
    return found


def _add_entries(found: dict[int, dict[tuple[str, date], BilledSpan]]) -> None:
    """Which entries count in settled periods of which some payers lack their share: those that are, or were, on a bill
    of it. One statement where there are such periods."""
    partly = {
        (line, *key)
        for line, spans in found.items()
        for key, span in spans.items()
        if not span.is_whole and key[0] != BilledPeriod.Kind.FEE
    }
    if not partly:
        return
    rows = BilledPeriod.objects.filter(
        contract_line__in={line for line, _, _ in partly}, first_on__in={first for _, _, first in partly}
    )
    entries: dict[tuple[int, str, date], set[int]] = {}
    for line, kind, first_on, entry in rows.values_list(
        "contract_line", "kind", "first_on", "line__billed_time__entry"
    ):
        if entry is not None:
            entries.setdefault((line, kind, first_on), set()).add(entry)
    for line, kind, first_on in partly:
        span = found[line][kind, first_on]
        found[line][kind, first_on] = span._replace(
            entry_ids=frozenset(entries.get((line, kind, first_on), ()))
        )


def _is_money(recurrence: Recurrence) -> bool:
    return recurrence.allowed is not None and recurrence.allowed.is_money


def _used_in_periods(rows: QuerySet[BilledPeriod]) -> dict[int, tuple[int, Decimal]]:
    """By invoice line: the minutes of its hours, and what they come to at their own rates. One statement."""
    left = F("minutes") - F("released_minutes")
    exact = F("rate_amount") * left / F("entry__rate_minutes")
    worth = rounded(ExpressionWrapper(exact, output_field=WIDE), "line__invoice__currency")
    sums = (
        BilledTime.objects.filter(line__in=rows.order_by().values("line"), is_live=True)
        .order_by()
        .values_list("line")
        .annotate(used_minutes=Sum(left), used_worth=Sum(worth))
    )
    return {line: (minutes, worth or ZERO) for line, minutes, worth in sums}
