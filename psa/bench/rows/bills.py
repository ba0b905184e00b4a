"""Drafting invoices from a project's and from every project's work, and the PDF of one."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum

from billing.access import DRAFT_INVOICES
from billing.batching import CHUNK, DRAFT_KIND, run_drafting
from billing.drafting import draft_invoice, draft_invoices
from billing.models import Invoice
from core import clock
from core.jobs import Progress
from core.models import Job
from people.access import require
from projects.models import Project
from psa.bench.by_hand import by_hand
from psa.bench.measuring import Row, by_turns, median, peak, statements_of
from psa.bench.scene import Scene

CLEANING = (
    "DELETE FROM billing_billedtime",
    "DELETE FROM billing_billedmilestone",
    "DELETE FROM billing_billedperiod",
    "DELETE FROM billing_invoiceline",
    "DELETE FROM billing_invoicetax",
    "DELETE FROM billing_invoice",
)

VACUUM = "VACUUM ANALYZE billing_billedtime, billing_invoiceline, billing_invoice, timesheets_timeentry"


COPIES = 1  # of the pieces of work


class DiffersFromFloor(Exception):
    """Both drafted, and not the same: then the times say nothing."""


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
        by_hand([project.pk], through=place.through, on=place.today, by=place.owner.pk)

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
    require(place.owner, DRAFT_INVOICES)  # rights are read once for each person, whatever they do
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
            by_hand(ids[start : start + CHUNK], through=place.through, on=place.today, by=place.owner.pk)

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
        times = by_turns(ours, floor, runs=scene.plan.bulk_runs, after=after, warm_up=0)
    ratio = median(times[0]) / median(times[1])
    return Row(
        "drafts500", f"Draft {len(ids)} projects", median(times[0]), median(times[1]), many,
        peak_mb=largest[0] if largest else None,
        aim=f"≤ 3×, statements constant for a chunk of {CHUNK}", is_met=ratio <= 3 and few == many,
        note=f"median of {scene.plan.bulk_runs}",
    )  # fmt: skip
