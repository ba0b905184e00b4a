"""Questions about lines of time: the rules and words of this room for approvals.asking."""

from collections.abc import Collection
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.urls import reverse

from approvals.desks import Desk, Topic
from core.minutes import Style, format_minutes
from people.models import User
from timesheets.access import require_decider
from timesheets.approving import mandate_of
from timesheets.days import day_words
from timesheets.models import TimeEntry
from timesheets.subjects import KIND
from timesheets.waiting import waiting_requests


def _require(by: User, at: datetime) -> None:
    require_decider(by)


def _topics(ids: Collection[int], reader: User) -> dict[int, Topic]:
    """The lines in the order of their days. One statement."""
    found = TimeEntry.objects.filter(pk__in=ids).select_related("project", "task")
    return {entry.pk: _topic(entry, reader) for entry in found.order_by("worked_on", "project__name", "pk")}


def _topic(entry: TimeEntry, reader: User) -> Topic:
    query = urlencode({"sheet": f"{entry.staff_id}-{entry.worked_on:%Y-%m}", "by": "month"})
    style = cast(Style, reader.hours_style)
    return Topic(
        title=f"{day_words(entry.worked_on)}, {format_minutes(entry.worked_minutes, style)} h",
        about=" · ".join(filter(None, [entry.project.name, entry.task.name, entry.note])),
        page_url=reverse("timesheets:week", args=[entry.worked_on]),
        queue_url=f"{reverse('timesheets:approvals')}?{query}",
        dialog_url=reverse("timesheets:question", args=[entry.pk]),
    )


TIME = Desk(
    kind=KIND,
    noun="time",
    one="line",
    many="lines",
    require=_require,
    waiting=waiting_requests,
    mandate=mandate_of,
    topics=_topics,
)
