"""Milestones that credit memos give back: a line of which all is given back bills its milestone no more."""

from decimal import Decimal

from django.db.models import Case, F, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.models import BilledMilestone, CreditLine, CreditMemo, InvoiceLine
from core.money import ZERO


def release_milestones(credit: CreditMemo) -> None:
    """Those of the credit's lines, by what issued credit memos give back now; a void one gives back nothing. One
    statement. Refused where the milestone is billed again meanwhile."""
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
    rows = BilledMilestone.objects.filter(line__in=CreditLine.objects.filter(credit=credit).values("line"))
    rows.annotate(given=Coalesce(Subquery(given), Value(Decimal(ZERO))), worth=Subquery(worth)).update(
        is_live=Case(When(worth__gt=F("given"), then=True), default=False)
    )
