"""The joint inbox: time, expenses, leave and invoices that wait for a person's decision, the oldest first.

It only reads; every decision is made by the room whose thing it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from django.db.models import DateField, OuterRef, Subquery, Value
from django.db.models.functions import Cast
from django.urls import reverse

from approvals.history import last_words
from approvals.models import Request
from billing.reviews import KIND as INVOICES
from billing.reviews import waiting_invoices
from core.periods import Period
from people.models import User
from reports.questions import questions_to
from staffing import waiting as leave_waiting
from staffing.access import MANAGE_LEAVE, kind_name
from staffing.subjects import KIND as LEAVE
from timesheets.access import may_decide
from timesheets.approvals_keys import Scope, SheetKey
from timesheets.approvals_queue import waiting_entries
from timesheets.expenses.subjects import KIND as EXPENSES
from timesheets.expenses.waiting import waiting_expenses, waiting_lines
from timesheets.models import TimeRules
from timesheets.periods import period_of
from timesheets.subjects import KIND as TIME

# Whether the last word about a subject is an answer, by kind and id.
Words = Mapping[tuple[str, int], bool]


@dataclass(frozen=True)
class Item:
    """One thing to decide on, or a question to answer. `minutes` or `amount` is its size; the addresses open dialogs.

    With a `version` the approval is a POST with it, and asks by a dialog only where a signature is due.
    """

    kind: str
    icon: str
    title: str
    sub: str
    since: datetime
    url: str
    minutes: int | None = None
    amount: Decimal | None = None
    currency: str = ""
    approve_url: str = ""
    return_url: str = ""
    ask_url: str = ""
    # Where the person is the one who has to answer.
    answer_url: str = ""
    # asked: a question of an approver is open; answered: it is not any more, and a decision can follow.
    question: str = ""
    version: int | None = None
    days: int = 0


@dataclass(frozen=True)
class Kind:
    """One sort of things, how many of it wait, and the page of its room."""

    key: str
    label: str
    icon: str
    url: str
    count: int


@dataclass(frozen=True)
class Inbox:
    """What waits, the oldest first, and how much of each kind."""

    items: list[Item]
    kinds: list[Kind]

    @property
    def count(self) -> int:
        return sum(kind.count for kind in self.kinds)


def inbox(user: User, on: date, at: datetime, *, mine_only: bool = False, only: str = "") -> Inbox:
    """What waits for the person. A constant number of statements. `only` shows one kind; all are counted."""
    said = last_words()
    found = {
        "questions": _questions(user),
        "time": _time(user, on, mine_only, said) if may_decide(user) else [],
        "expenses": _expenses(user, on, mine_only, said) if may_decide(user) else [],
        "leave": _leave(user, on, mine_only, said),
        "invoices": _invoices(user, on, mine_only, said),
    }
    kinds = [
        Kind(key, label, icon, reverse(url_name), len(found[key]))
        for key, label, icon, url_name in KINDS
        if found[key] or _has_page(user, key)
    ]
    shown: Iterable[Item] = (
        found[only] if only in found else [item for items in found.values() for item in items]
    )
    aged = [_aged(item, at) for item in shown]
    return Inbox(sorted(aged, key=lambda item: (item.since, item.title)), kinds)


KINDS = [
    ("questions", "Questions to you", "message-question", "reports:inbox"),
    ("time", "Time", "clock", "timesheets:approvals"),
    ("expenses", "Expenses", "receipt", "timesheets:expense-approvals"),
    ("leave", "Time off", "beach", "staffing:leave-requests"),
    ("invoices", "Invoices", "file-invoice", "billing:review"),
]


def _has_page(user: User, key: str) -> bool:
    if key in ("invoices", "questions"):
        # Most firms review none, and few things are asked about: they stand here only when one waits.
        return False
    return may_decide(user) if key in ("time", "expenses") else MANAGE_LEAVE in user.rights


def _aged(item: Item, at: datetime) -> Item:
    return replace(item, days=max(0, (at - item.since).days))


def _time(user: User, on: date, mine_only: bool, said: Words) -> list[Item]:
    """Sheets: a person's lines of a period. Two statements."""
    rules = TimeRules.objects.get(pk=1)
    scope = Scope(mine_only=mine_only)
    sheets: dict[SheetKey, list[Any]] = {}
    for entry in waiting_entries(user, on, mine_only=mine_only).select_related("staff"):
        sheets.setdefault(scope.key_of(entry, rules), []).append(entry)
    found = []
    for key, entries in sheets.items():
        period: Period = key.period(rules)
        found.append(
            Item(
                kind="Time",
                icon="clock",
                title=entries[0].staff.name,
                sub=f"{period.label()} · {_count(len(entries), 'line')}",
                since=min(entry.submitted_at for entry in entries),
                url=f"{reverse('timesheets:approvals')}?sheet={key}",
                minutes=sum(entry.worked_minutes for entry in entries),
                approve_url=f"{reverse('timesheets:approve')}?sheet={key}",
                return_url=f"{reverse('timesheets:return')}?sheet={key}",
                ask_url=f"{reverse('timesheets:ask')}?sheet={key}",
                question=_question(said, TIME, [entry.pk for entry in entries]),
            )
        )
    return found


def _expenses(user: User, on: date, mine_only: bool, said: Words) -> list[Item]:
    """Reports. Two statements."""
    return [
        Item(
            kind="Expenses",
            icon="receipt",
            title=report.staff_name,
            sub=f"{report.title} · {_count(report.lines, 'line')}",
            since=report.submitted_at,
            url=f"{reverse('timesheets:expense-approvals')}?report={report.report_id}",
            question=_question(said, EXPENSES, report.expense_ids),
            amount=report.amount,
            currency=report.currency,
        )
        for report in waiting_expenses(user, on, mine_only=mine_only)
    ]


def _leave(user: User, on: date, mine_only: bool, said: Words) -> list[Item]:
    """Requests for leave. One statement."""
    own = Request.objects.waiting().filter(subject_kind=LEAVE, subject_id=OuterRef("pk"))
    rows = leave_waiting.waiting_rows(user, on, mine_only=mine_only).annotate(
        since=Subquery(own.values("submitted_at")[:1])
    )
    return [
        Item(
            kind="Time off",
            icon="beach",
            title=leave.staff.name,
            sub=f"{kind_name(user, leave, decides=True)} · {leave.span.words}",
            since=cast(Any, leave).since,
            url=reverse("staffing:leave-requests"),
            approve_url=reverse("staffing:leave-approve", args=[leave.pk]),
            return_url=reverse("staffing:leave-return", args=[leave.pk]),
            ask_url=reverse("staffing:leave-ask", args=[leave.pk]),
            question=_question(said, LEAVE, [leave.pk]),
            version=leave.version,
        )
        for leave in rows.select_related("staff", "leave_type")
    ]


def _invoices(user: User, on: date, mine_only: bool, said: Words) -> list[Item]:
    """Drafts in review. One statement."""
    return [
        Item(
            kind="Invoice",
            icon="file-invoice",
            title=invoice.client.name,
            sub=invoice.title,
            since=invoice.since,
            url=reverse("billing:review-invoice", args=[invoice.pk]),
            amount=invoice.total_amount,
            currency=invoice.currency,
            approve_url=reverse("billing:review-approve", args=[invoice.pk]),
            return_url=reverse("billing:review-return", args=[invoice.pk]),
            ask_url=reverse("billing:review-ask", args=[invoice.pk]),
            question=_question(said, INVOICES, [invoice.pk]),
        )
        for invoice in waiting_invoices(user, on, mine_only=mine_only).select_related("client")
    ]


def _questions(user: User) -> list[Item]:
    """What approvers want to know of the person. At most five statements."""
    return [
        Item(
            kind="Question",
            icon="message-question",
            title=asked.topic.title,
            sub=f"{asked.by_name}: “{asked.text}”",
            since=asked.at,
            url=asked.topic.page_url,
            answer_url=asked.topic.dialog_url,
        )
        for asked in questions_to(user)
    ]


def _question(said: Words, kind: str, ids: Iterable[int]) -> str:
    """Of several lines an open question is what counts."""
    words = {said[kind, pk] for pk in ids if (kind, pk) in said}
    if not words:
        return ""
    return "answered" if words == {True} else "asked"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def counts(user: User, on: date) -> dict[str, int]:
    """How many sheets, reports and requests wait for the person, by kind. One statement, for the menu."""
    rules = TimeRules.objects.filter(pk=1)
    none = Cast(Value(None), DateField())
    columns = {
        "period_kind": Subquery(rules.values("period_kind")),
        "week_starts_on": Subquery(rules.values("week_starts_on")),
        "biweekly_from": Subquery(rules.values("biweekly_from")),
    }
    leave = leave_waiting.waiting_rows(user, on).order_by()
    rows = leave.annotate(what=Value("leave"), day=none, **columns).values_list("what", "pk", "day", *columns)
    drafts = waiting_invoices(user, on).order_by().annotate(what=Value("invoices"), day=none, **columns)
    others = [drafts.values_list("what", "pk", "day", *columns)]
    if may_decide(user):
        expenses = waiting_lines(user, on).order_by().annotate(what=Value("expenses"), day=none, **columns)
        time = waiting_entries(user, on).order_by().annotate(what=Value("time"), **columns)
        others += [
            expenses.values_list("what", "report_id", "day", *columns),
            time.values_list("what", "staff_id", "worked_on", *columns),
        ]
    rows = rows.union(*others).order_by()
    found: dict[str, set[Any]] = {"time": set(), "expenses": set(), "leave": set(), "invoices": set()}
    for what, pk, day, period_kind, week_starts_on, biweekly_from in rows:
        key: Any = pk
        if day is not None:
            own = TimeRules(
                period_kind=period_kind, week_starts_on=week_starts_on, biweekly_from=biweekly_from
            )
            key = (pk, period_of(own, day).first)
        found[what].add(key)
    return {what: len(keys) for what, keys in found.items()}
