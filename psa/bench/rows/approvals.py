"""The approver's queue of fifty people with forty lines each: opening it, and approving all of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from approvals.certifying import Signature
from approvals.submitting import submit
from core import clock
from people.models import User
from psa.bench.measuring import Row, by_turns, median, statements_of
from psa.bench.place import PASSWORD
from psa.bench.scene import Scene
from timesheets.approving import approve_time
from timesheets.models import TimeEntry
from timesheets.subjects import KIND, subject_of

PEOPLE, LINES = 50, 40
FEW = 5
# A week that nobody else's work is in, nine before the year that is filled.
WEEKS_BEFORE = 61

# Eight lines on each of five days, an hour each: a full week within all limits, with notes.
FILL = """
INSERT INTO timesheets_timeentry
    (staff_id, project_id, task_id, labor_code_id, worked_on, worked_minutes, billable_minutes, is_billable, note,
     internal_note, state, version, rate_amount, rate_currency, rate_source, recorded_by_name, created_at, updated_at)
SELECT staff.id, task.project_id, task.id, task.labor_code_id, %(monday)s::date + day, 60, 60, true,
    'Worked on item ' || task.n, '', 'SUBMITTED', 1, 120, 'USD', 'Card “Standard”, since 1 Jan 2020', staff.name,
    (%(monday)s::date + day)::timestamptz + interval '17 hours', now()
FROM (SELECT * FROM people_staffmember WHERE name LIKE 'Person%%' ORDER BY id LIMIT %(people)s) staff
CROSS JOIN (
    SELECT *, row_number() OVER (ORDER BY project_id, position) AS n FROM projects_task
    ORDER BY project_id, position LIMIT 8
) task
CROSS JOIN generate_series(0, 4) day
RETURNING id
"""
# What one would write by hand to read the same lines, and to approve them.
READ = """
SELECT entry.*, staff.name, project.name, client.name, task.name, request.submitted_at
FROM timesheets_timeentry entry
JOIN approvals_request request
    ON request.subject_kind = %s AND request.subject_id = entry.id AND request.state = 'WAITING'
JOIN people_staffmember staff ON staff.id = entry.staff_id
JOIN projects_project project ON project.id = entry.project_id
JOIN clients_client client ON client.id = project.client_id
JOIN projects_task task ON task.id = entry.task_id
ORDER BY staff.name, entry.worked_on, entry.id
"""
APPROVE = (
    """
    INSERT INTO approvals_decision (request_id, step_position, outcome, reason, by_id, by_name, for_name, at)
    SELECT id, 1, 'APPROVED', '', %(by)s, 'Olu Hartwell', '', now() FROM approvals_request
    WHERE subject_kind = %(kind)s AND subject_id = ANY(%(ids)s) AND state = 'WAITING'
    """,
    """
    UPDATE approvals_request SET state = 'APPROVED', decided_at = now()
    WHERE subject_kind = %(kind)s AND subject_id = ANY(%(ids)s) AND state = 'WAITING'
    """,
    "UPDATE timesheets_timeentry SET state = 'APPROVED', version = version + 1 WHERE id = ANY(%(ids)s)",
)


def fill(scene: Scene, people: int) -> list[int]:
    """Submitted lines of so many people; their ids."""
    values: dict[str, Any] = {"monday": scene.place.monday - timedelta(weeks=WEEKS_BEFORE), "people": people}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(FILL, values)
            ids = [pk for (pk,) in cursor.fetchall()]
        entries = TimeEntry.objects.filter(pk__in=ids).select_related("project", "staff")
        submit(subjects=[subject_of(entry) for entry in entries], by=scene.place.owner, at=clock.now())
    return ids


def clean(ids: Sequence[int]) -> None:
    """Takes the lines away again; what was decided on them is append-only and stays, withdrawn."""
    values: dict[str, Any] = {"kind": KIND, "ids": list(ids)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE approvals_request SET state = 'WITHDRAWN'
            WHERE subject_kind = %(kind)s AND subject_id = ANY(%(ids)s)
            """,
            values,
        )
        cursor.execute("DELETE FROM timesheets_timeentry WHERE id = ANY(%(ids)s)", values)


def approver(scene: Scene) -> User:
    """The owner, to whom all of them report; alone, so the queue holds everything."""
    return scene.place.owner


def queue_row(scene: Scene) -> Row:
    """The page of the queue, against one statement that reads the same lines."""
    user = approver(scene)
    line, inside = scene.line(user), scene.inside(user)
    page = "/time/approvals/"
    found: list[Any] = []

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(READ, [KIND])
            found[:] = cursor.fetchall()

    # The middleware's own statements are what the bare view has besides its SELECT.
    monday = scene.place.monday
    bare = f"/bare/select/?staff={user.staff_member and user.staff_member.pk}&first={monday}&last={monday}"
    around = statements_of(lambda: inside.get(bare)) - 1
    ids = fill(scene, FEW)
    few = statements_of(lambda: inside.get(page)) - around
    clean(ids)
    ids = fill(scene, PEOPLE)
    try:
        times = by_turns(lambda: line.get(page), floor, runs=max(scene.plan.runs // 4, 2))
        many = statements_of(lambda: inside.get(page)) - around
    finally:
        clean(ids)
    assert len(found) == len(ids)
    return Row(
        "queue", f"A queue of {PEOPLE} × {LINES} lines", median(times[0]), median(times[1]), many,
        aim="≤ 15 statements, constant", is_met=many <= 15 and few == many,
    )  # fmt: skip


def approve_row(scene: Scene) -> Row:
    """Approving all of it with a signature, against the three statements that one would write by hand."""
    user = approver(scene)
    signature = Signature(user.name, PASSWORD)
    held: list[int] = []

    def ours() -> None:
        # Somebody fresh, who remembers no rights of the time before.
        by = User.objects.get(pk=user.pk)
        approve_time(entry_ids=held, by=by, at=clock.now(), signature=signature)

    def floor() -> None:
        values: dict[str, Any] = {"kind": KIND, "ids": held, "by": user.pk}
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in APPROVE:
                cursor.execute(statement, values)

    def counted(people: int) -> int:
        held[:] = fill(scene, people)
        count = statements_of(ours)
        clean(held)
        return count

    few, many = counted(FEW), counted(PEOPLE)
    held[:] = fill(scene, PEOPLE)

    def after() -> None:
        clean(held)
        held[:] = fill(scene, PEOPLE)

    times = by_turns(ours, floor, runs=max(scene.plan.bulk_runs, 2), after=after)
    clean(held)
    spent = median(times[0])
    return Row(
        "approve", f"Approve {PEOPLE * LINES} lines", spent, median(times[1]), many,
        aim="≤ 2 s, statements constant", is_met=spent <= 2000 and few == many,
    )  # fmt: skip
