"""Words of leave in templates: `{% load leave %}`."""

from django import template

from staffing import half_days
from staffing.accrual import Kind

register = template.Library()

MOVEMENTS = {
    Kind.CARRIED: "Carried over",
    Kind.GRANTED: "Granted",
    Kind.ACCRUED: "Earned",
    Kind.ADJUSTED: "Corrected by hand",
    Kind.TAKEN: "Leave",
    Kind.WAITING: "Leave, not decided yet",
    Kind.EXPIRED: "Expired",
}


@register.filter
def in_days(minutes: int, day_minutes: int) -> str:
    """{{ 720|in_days:480 }} → 1.5: minutes as days of so many minutes."""
    return half_days.in_days(minutes, day_minutes)


@register.filter
def movement_words(kind: Kind) -> str:
    """Why a balance changed."""
    return MOVEMENTS[kind]
