"""Credit memos as a list, and the page of one."""

from dataclasses import dataclass
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import translation

from billing.credit_documents import content_of
from billing.models import CreditApplication, CreditedTime, CreditMemo, Refund
from billing.paper import Paper, paper_of
from billing.snapshots import Sending, sendings_of
from core.audit import history
from core.models import Action
from core.money import ZERO

ROWS = 50
State = CreditMemo.State

# What the tabs of the list show.
TABS = {
    "open": ("Not used up", Q(state=State.ISSUED, left_amount__gt=0)),
    "drafts": ("Drafts", Q(state=State.DRAFT)),
    "used": ("Used up", Q(state=State.ISSUED, left_amount=0)),
    "void": ("Void", Q(state=State.VOID)),
    "all": ("All", Q()),
}
WORDS = {
    "credit.draft": "Drafted",
    "credit.edit": "Draft changed",
    "credit.issue": "Issued",
    "credit.send": "Sent",
    "credit.bounce": "The mail came back",
    "credit.void": "Voided",
    "refund.record": "Refund recorded",
}


def with_left(credits: QuerySet[CreditMemo]) -> QuerySet[Any]:
    """Adds `applied_amount`, `refunded_amount` and `left_amount`: what an issued one still is worth."""
    counted = credits.annotate(
        applied_amount=_sum(CreditApplication.objects.all()), refunded_amount=_sum(Refund.objects.all())
    )
    return counted.annotate(left_amount=F("total_amount") - F("applied_amount") - F("refunded_amount"))


def _sum(rows: QuerySet[Any]) -> Coalesce:
    mine = rows.filter(credit=OuterRef("pk"), undone_on=None).order_by().values("credit")
    zero = Value(ZERO, output_field=DecimalField(max_digits=16, decimal_places=4))
    return Coalesce(Subquery(mine.annotate(sum=Sum("amount")).values("sum")), zero)


def look_of(credit: Any) -> tuple[str, str, str]:
    """Kind, icon and words of the state of a credit memo that was read with what is left of it."""
    if credit.state == State.DRAFT:
        return "", "pencil", "Draft"
    if credit.state == State.VOID:
        return "", "ban", "Void"
    if credit.left_amount <= 0:
        return "ok", "circle-check", "Used up"
    used = credit.left_amount < credit.total_amount
    return ("wait", "circle-half-2", "Partly used") if used else ("wait", "file-check", "Issued")


@dataclass(frozen=True)
class CreditsPage:
    rows: list[tuple[Any, tuple[str, str, str]]]
    tabs: list[tuple[str, str, int]]
    tab: str
    more: int
    more_url: str


def credits_page(tab: str, *, first: int = 0) -> CreditsPage:
    """A tab of the list, fifty rows at a time, the latest first; counts of all tabs. Two statements."""
    tab = tab if tab in TABS else "open"
    found = with_left(CreditMemo.objects.all())
    one = Sum(Value(1))
    counts = found.order_by().aggregate(
        **{key: Sum(Value(1), filter=where) if where else one for key, (_, where) in TABS.items()}
    )
    shown = found.filter(TABS[tab][1]).select_related("client", "invoice").order_by("-issued_on", "-pk")
    rows = [(credit, look_of(credit)) for credit in shown[first : first + ROWS]]
    more = min(max((counts[tab] or 0) - first - ROWS, 0), ROWS)
    tabs = [(key, words, counts[key] or 0) for key, (words, _) in TABS.items()]
    return CreditsPage(rows, tabs, tab, more, f"?tab={tab}&from={first + ROWS}")


@dataclass(frozen=True)
class CreditPage:
    """Everything that the page of a credit memo shows."""

    credit: Any
    state: tuple[str, str, str]
    paper: Paper
    applications: list[CreditApplication]
    refunds: list[Refund]
    returned_minutes: int
    events: list[tuple[str, Action]]
    sendings: list[Sending]

    @property
    def is_used(self) -> bool:
        return any(row.undone_on is None for row in (*self.applications, *self.refunds))


def credit_page(pk: int) -> CreditPage:
    """The page of a credit memo. Ten statements at most, whatever its size. Raises CreditMemo.DoesNotExist."""
    related = ("client", "entity", "invoice", "document", "drafted_by")
    credit = with_left(CreditMemo.objects.all()).select_related(*related).get(pk=pk)
    with translation.override(credit.client.language):
        paper = paper_of(content_of(credit))
    returned = CreditedTime.objects.filter(credit_line__credit=credit).aggregate(sum=Sum("minutes"))["sum"]
    return CreditPage(
        credit=credit,
        state=look_of(credit),
        paper=paper,
        applications=list(credit.applications.select_related("invoice").order_by("applied_on", "pk")),
        refunds=list(credit.refunds.order_by("refunded_on", "pk")),
        returned_minutes=returned or 0,
        events=[(WORDS.get(action.verb, action.verb), action) for action in history(credit)[:30]],
        sendings=sendings_of(credit),
    )
