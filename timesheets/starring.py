"""Keeping rows of the week at hand."""

from typing import Any

from django.db import transaction

from people.models import StaffMember, User
from timesheets.days import check_may_record
from timesheets.models import FavouriteRow
from timesheets.rows import Place, RowKey, place_for


def star_row(*, staff: StaffMember, row: RowKey, by: User | None) -> Place:
    """Keeps the row among the person's favourites; once is enough. Raises NotAllowed, NoSuchRow."""
    check_may_record(by, staff)
    place = place_for(staff, row)
    with transaction.atomic():
        FavouriteRow.objects.get_or_create(staff=staff, **_columns(place.key))
    return place


def unstar_row(*, staff: StaffMember, row: RowKey, by: User | None) -> Place:
    """Takes the row from the person's favourites; it need not be there. Raises NotAllowed, NoSuchRow."""
    check_may_record(by, staff)
    place = place_for(staff, row)
    FavouriteRow.objects.filter(staff=staff, **_columns(place.key)).delete()
    return place


def _columns(key: RowKey) -> dict[str, Any]:
    return {
        "task_id": key.task_id,
        "labor_code_id": key.labor_code_id,
        "work_class_id": key.work_class_id,
        "is_billable": key.is_billable,
    }
