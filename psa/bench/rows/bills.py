"""Drafting invoices from a project's and from every project's work, and the PDF of one."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from billing.batching import CHUNK, DRAFT_KIND, run_drafting
from billing.drafting import draft_invoice, draft_invoices
from billing.models import Invoice
from core import clock
from core.jobs import Progress
from core.models import Job
from projects.models import Project
from psa.bench.measuring import Row, by_turns, median, peak, statements_of
from psa.bench.scene import Scene

# What one would write by hand: no rule of the house, one statement for each table.
INVOICES = """
INSERT INTO billing_invoice (
    entity_id, client_id, project_id, state, currency, title, period_first_on, period_last_on, number, po_number,
    message, detail, subtotal_amount, tax_amount, total_amount, version, is_stale, sent_to, void_reason, drafted_by_id
)
SELECT (SELECT id FROM people_legalentity LIMIT 1), project.client_id, project.id, 'DRAFT', 'USD', project.name,
    work.first, work.last, '', '', '', 'APPENDIX', work.amount, 0, work.amount, 1, false, '', '', %(by)s
FROM projects_project project JOIN (
    SELECT entry.project_id, min(worked_on) AS first, max(worked_on) AS last,
        sum(round(rate_amount * billable_minutes / 60, 2)) AS amount
    FROM timesheets_timeentry entry
    WHERE entry.project_id = ANY(%(projects)s) AND state = 'APPROVED' AND is_billable AND rate_amount IS NOT NULL
        AND worked_on <= %(through)s AND NOT EXISTS (
            SELECT 1 FROM billing_billedtime billed WHERE billed.entry_id = entry.id AND billed.is_live
        )
    GROUP BY entry.project_id
) work ON work.project_id = project.id
RETURNING id
"""
LINES = """
INSERT INTO billing_invoiceline (
    invoice_id, contract_line_id, project_id, "group", work_key, description, minutes, rate_amount, computed_amount,
    amount, adjustment_reason, is_taxable, position
)
SELECT invoice.id, task.contract_line_id, invoice.project_id, task.name,
    'task' || task.id || '/role' || staff.job_title_id || '/' || trim_scale(entry.rate_amount), title.name,
    sum(billable_minutes), entry.rate_amount, sum(round(entry.rate_amount * billable_minutes / 60, 2)),
    sum(round(entry.rate_amount * billable_minutes / 60, 2)), '', true,
    row_number() OVER (PARTITION BY invoice.id ORDER BY task.position, entry.rate_amount DESC)
FROM billing_invoice invoice
JOIN timesheets_timeentry entry ON entry.project_id = invoice.project_id AND entry.state = 'APPROVED'
    AND entry.is_billable AND entry.rate_amount IS NOT NULL AND entry.worked_on <= %(through)s
JOIN projects_task task ON task.id = entry.task_id
JOIN people_staffmember staff ON staff.id = entry.staff_id
JOIN people_jobtitle title ON title.id = staff.job_title_id
WHERE invoice.id = ANY(%(invoices)s) AND NOT EXISTS (
    SELECT 1 FROM billing_billedtime billed WHERE billed.entry_id = entry.id AND billed.is_live
)
GROUP BY invoice.id, task.id, staff.job_title_id, title.name, entry.rate_amount
"""
BILLED = """
INSERT INTO billing_billedtime (entry_id, line_id, minutes, rate_amount, rate_source, amount, is_live)
SELECT entry.id, line.id, entry.billable_minutes, entry.rate_amount, entry.rate_source,
    round(entry.rate_amount * entry.billable_minutes / 60, 2), true
FROM timesheets_timeentry entry
JOIN people_staffmember staff ON staff.id = entry.staff_id
JOIN billing_invoiceline line ON line.project_id = entry.project_id AND line.invoice_id = ANY(%(invoices)s)
    AND line.work_key = 'task' || entry.task_id || '/role' || staff.job_title_id || '/' || trim_scale(entry.rate_amount)
WHERE entry.project_id = ANY(%(projects)s) AND entry.state = 'APPROVED' AND entry.is_billable
    AND entry.worked_on <= %(through)s AND NOT EXISTS (
        SELECT 1 FROM billing_billedtime billed WHERE billed.entry_id = entry.id AND billed.is_live
    )
"""
CLEANING = (
    "DELETE FROM billing_billedtime",
    "DELETE FROM billing_invoiceline",
    "DELETE FROM billing_invoicetax",
    "DELETE FROM billing_invoice",
)

VACUUM = "VACUUM ANALYZE billing_billedtime, billing_invoiceline, billing_invoice, timesheets_timeentry"


COPIES = 1  # of the pieces of work


class DiffersFromFloor(Exception):
    """Both drafted, and not the same: then the times say nothing."""


def by_hand(projects: Sequence[int], through: date, by: int) -> None:
    """The drafts of some projects in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        values: dict[str, Any] = {"projects": list(projects), "through": through, "by": by}
        cursor.execute(INVOICES, values)
        values["invoices"] = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(LINES, values)
        cursor.execute(BILLED, values)


def clean() -> None:
    """Takes all drafts away again."""
    with connection.cursor() as cursor:
        for statement in CLEANING:
            cursor.execute(statement)


def drafted() -> tuple[int, Decimal | None, int, Decimal | None]:
    """What both must come to: how many drafts, their sum, how many pieces of work, their sum."""
    invoices = Invoice.objects.aggregate(sum=Sum("total_amount"))["sum"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(amount) FROM billing_billedtime")
        return (Invoice.objects.count(), invoices, *cursor.fetchone())


def compare(ours: Callable[[], Any], floor: Callable[[], Any]) -> None:
    """Raises DiffersFromFloor unless both draft the same amounts."""
    results = []
    for work in (ours, floor):
        work()
        results.append(drafted())
        clean()
    if results[0] != results[1] or not results[0][0]:
        raise DiffersFromFloor(f"{results[0]} against {results[1]}")


def draft200(scene: Scene) -> Row:
    """One project's year of work becomes a draft."""
    place = scene.place
    project = Project.objects.order_by("pk")[5]

    def ours() -> None:
        draft_invoice(project=project, through=place.through, by=place.owner, on=place.today)

    def floor() -> None:
        by_hand([project.pk], place.through, place.owner.pk)

    compare(ours, floor)
    count = chunk_statements(scene, [project.pk])
    times = by_turns(ours, floor, runs=scene.plan.runs // 2, after=clean)
    ratio = median(times[0]) / median(times[1])
    entries = project.time_entries.approved().count()
    return Row(
        "draft200", f"Draft from {entries} entries", median(times[0]), median(times[1]), count,
        aim="≤ 3×", is_met=ratio <= 3,
    )  # fmt: skip


def chunk_statements(scene: Scene, ids: Sequence[int]) -> int:
    """How many statements a chunk of these projects costs; COPY passes by the counter."""
    place, projects = scene.place, list(Project.objects.filter(pk__in=ids))
    count = statements_of(
        lambda: draft_invoices(projects=projects, through=place.through, by=place.owner, on=place.today)
    )
    clean()
    return count + COPIES


def drafts500(scene: Scene) -> Row:
    """Every project's work becomes drafts, by the job that people start, in its chunks."""
    place = scene.place
    ids = list(Project.objects.order_by("pk").values_list("pk", flat=True))

    def ours() -> None:
        arguments = {"project_ids": ids, "through": str(place.through), "on": str(place.today)}
        job = Job.objects.create(
            kind=DRAFT_KIND, arguments=arguments, state=Job.State.RUNNING, started_by_id=place.owner.pk
        )
        run_drafting(job, Progress(job, clock.now))

    def floor() -> None:
        for start in range(0, len(ids), CHUNK):
            by_hand(ids[start : start + CHUNK], place.through, place.owner.pk)

    def after() -> None:
        clean()
        with connection.cursor() as cursor:
            cursor.execute(
                "VACUUM ANALYZE billing_billedtime, billing_invoiceline, billing_invoice, timesheets_timeentry"
            )

    compare(ours, floor)
    after()
    few, many = (chunk_statements(scene, ids[:size]) for size in (CHUNK // 2, CHUNK))
    after()
    with peak() as largest:
        times = by_turns(ours, floor, runs=scene.plan.bulk_runs, after=after, warm_up=False)
    ratio = median(times[0]) / median(times[1])
    return Row(
        "drafts500", f"Draft {len(ids)} projects", median(times[0]), median(times[1]), many,
        peak_mb=largest[0] if largest else None,
        aim=f"≤ 3×, statements constant for a chunk of {CHUNK}", is_met=ratio <= 3 and few == many,
        note=f"median of {scene.plan.bulk_runs}",
    )  # fmt: skip
