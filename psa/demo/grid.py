"""What the week shows besides hours: rows kept at hand, what is left of budgets, words for the firm alone."""

from django.db.models import Count

from psa.demo.cast import Stage
from timesheets.models import FavouriteRow, TimeEntry, TimeRules

ROWS = 2
# Beside what the client reads, in the latest lines on which somebody wrote anything.
INTERNAL_NOTES = (
    "Took longer than planned; the county’s base drawings were out of date.",
    "Ask Dana before this is billed.",
)


def fill_grids(stage: Stage) -> None:
    """Everybody keeps the rows at hand on which they worked most; the firm shows what is left of budgets."""
    TimeRules.objects.update(shows_budget=True)
    worked = (
        TimeEntry.objects.filter(task__state="OPEN", project__state="OPEN", staff__is_active=True)
        .values_list("staff", "task", "labor_code")
        .annotate(times=Count("pk"))
        .order_by("staff", "-times", "task")
    )
    kept: dict[int, list[FavouriteRow]] = {}
    for staff_id, task_id, code_id, _ in worked:
        rows = kept.setdefault(staff_id, [])
        if len(rows) < ROWS:
            rows.append(FavouriteRow(staff_id=staff_id, task_id=task_id, labor_code_id=code_id))
    FavouriteRow.objects.bulk_create(row for rows in kept.values() for row in rows)
    drafts = (
        TimeEntry.objects.filter(state=TimeEntry.State.DRAFT).exclude(note="").order_by("-worked_on", "pk")
    )
    for entry, note in zip(drafts[: len(INTERNAL_NOTES)], INTERNAL_NOTES, strict=False):
        TimeEntry.objects.filter(pk=entry.pk).update(internal_note=note)
