"""Milestones and periods that credit memos give back: a line of which all is given back bills its own no more."""

from decimal import Decimal

from django.db.models import Case, F, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.models import BilledMilestone, BilledPeriod, CreditLine, CreditMemo, InvoiceLine
from core.money import ZERO


def release_parts(credit: CreditMemo) -> None:
    """Those of the credit's lines, by what issued credit memos give back now; a void one gives back nothing. Two
    statements. Refused where the milestone or the period is billed again meanwhile."""
    given = (
        CreditLine.objects.filter(
            line=OuterRef("line"), returns_work=True, credit__state=CreditMemo.State.ISSUED
        )
        .order_by()
        .values("line")
        .annotate(sum=Sum("amount"))
        .values("sum")
    )
    worth = InvoiceLine.objects.filter(pk=OuterRef("line")).values("amount")
    lines = CreditLine.objects.filter(credit=credit).values("line")
    for rows in (BilledMilestone.objects.filter(line__in=lines), BilledPeriod.objects.filter(line__in=lines)):
        rows.annotate(given=Coalesce(Subquery(given), Value(Decimal(ZERO))), worth=Subquery(worth)).update(
            is_live=Case(When(worth__gt=F("given"), then=True), default=False)
        )
