"""What the grid shows of rows besides their lines: kept at hand or not, and how much of a budget is used."""

from collections.abc import Collection

from core.prepared import prepared_cursor
from people.models import StaffMember
from timesheets.rows import RowKey

FACTS = """
SELECT task_id, labor_code_id, work_class_id, is_billable, NULL::bigint
FROM timesheets_favouriterow WHERE staff_id = %s
UNION ALL
SELECT task_id, NULL, NULL, NULL, sum(worked_minutes)
FROM timesheets_timeentry WHERE task_id = ANY(%s::bigint[]) GROUP BY task_id
"""


def row_facts(staff: StaffMember, task_ids: Collection[int]) -> tuple[set[RowKey], dict[int, int]]:
    """The rows that the person keeps at hand, and the minutes that everybody worked on these tasks. One statement."""
    favourites, used = set(), {}
    with prepared_cursor() as cursor:
        cursor.execute(FACTS, [staff.pk, list(task_ids)])
        for task_id, code_id, class_id, is_billable, minutes in cursor.fetchall():
            if minutes is None:
                favourites.add(RowKey(task_id, code_id, class_id, is_billable))
            else:
                used[task_id] = int(minutes)
    return favourites, used
