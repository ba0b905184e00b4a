"""Drafting many projects at once, as a job with progress that survives a restart."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from billing.access import DRAFT_INVOICES
from billing.bills import together
from billing.draft_prices import Parts
from billing.drafting import Outcome, draft_invoices
from billing.layouts import LayoutWish
from billing.models import Invoice, InvoiceLine
from clients.models import Client
from core import jobs
from core.jobs import Progress
from core.models import Job
from people.access import require
from people.models import User
from projects.models import Project

DRAFT_KIND = "billing.draft"
# Projects drafted in one transaction: few enough that nobody waits long for the locked entries.
CHUNK = 50


def start_drafting(
    *,
    project_ids: Iterable[int],
    through: date,
    by: User,
    on: date,
    parts: Parts = Parts.ALL,
    layout: LayoutWish | None = None,
) -> Job:
    """Starts the job. Drafts are laid out as last time but for what `layout` says of all.

    Its result lists the drafts, and for each project without one why there is none. Of a client that is billed
    together, all its open projects are drafted with the chosen one. Raises NotAllowed.
    """
    require(by, DRAFT_INVOICES)
    ids = together(project_ids)
    with transaction.atomic():
        job = jobs.start(
            DRAFT_KIND,
            {
                "project_ids": ids,
                "through": through.isoformat(),
                "on": on.isoformat(),
                "parts": parts,
                **({"layout": asdict(layout)} if layout else {}),
            },
            by=by,
            title="Draft 1 invoice" if len(ids) == 1 else f"Draft {len(ids)} invoices",
            total=len(ids),
        )
        job.url = reverse("billing:drafted", args=[job.pk])
        job.save(update_fields=["url"])
    return job


def run_drafting(job: Job, progress: Progress) -> Mapping[str, Any]:
    """The job's work. A second run skips the projects that the first one drafted."""
    by = User.objects.get(pk=job.started_by_id or 0)
    through = date.fromisoformat(job.arguments["through"])
    on = date.fromisoformat(job.arguments["on"])
    parts = Parts(job.arguments.get("parts", Parts.ALL))
    layout = LayoutWish(**job.arguments["layout"]) if "layout" in job.arguments else None
    drafted = list(Invoice.objects.filter(job=job).select_related("client").order_by("pk"))
    lines = InvoiceLine.objects.filter(invoice__job=job, project__isnull=False)
    done = set(lines.values_list("project", flat=True))
    results = [_row(draft.project_id, draft.title, draft.client, draft) for draft in drafted]
    projects = list(
        Project.objects.filter(pk__in=job.arguments["project_ids"])
        .exclude(pk__in=done)
        .select_related("client")
        .order_by("name")
    )
    progress.expect(len(job.arguments["project_ids"]), done=len(done))
    for chunk in chunks(projects):
        outcomes = draft_invoices(
            projects=chunk, through=through, by=by, on=on, parts=parts, job=job, layout=layout
        )
        results += _rows(outcomes)
        progress.step(len(chunk), message=chunk[-1].name)
    return {"projects": results}


def chunks(projects: Iterable[Project]) -> list[list[Project]]:
    """Projects in parts of fifty or a little more: those that go on one invoice stay in one part."""
    bills: dict[tuple[int, int], list[Project]] = {}
    for project in projects:
        is_alone = not project.client.is_billed_together
        bills.setdefault((project.client_id, project.pk if is_alone else 0), []).append(project)
    found: list[list[Project]] = []
    for projects_of_bill in bills.values():
        if not found or len(found[-1]) >= CHUNK:
            found.append([])
        found[-1] += projects_of_bill
    return found


def _rows(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """One row for each draft, and one for each project without any."""
    rows: list[dict[str, Any]] = []
    by_draft: dict[int, dict[str, Any]] = {}
    for outcome in outcomes:
        if not outcome.invoices:
            project = outcome.project
            row = _row(project.pk, project.name, project.client, None)
            row |= {"reason": outcome.reason, "notices": list(outcome.notices)}
            rows.append(row)
        for invoice in outcome.invoices:
            if invoice.pk not in by_draft:
                by_draft[invoice.pk] = _row(invoice.project_id, invoice.title, invoice.client, invoice)
                rows.append(by_draft[invoice.pk])
            row = by_draft[invoice.pk]
            row["notices"] += outcome.notices
        row["unrated_minutes"] += outcome.unrated_minutes
    return rows


def _row(project_id: int | None, name: str, client: Client, invoice: Invoice | None) -> dict[str, Any]:
    return {
        "project_id": project_id,
        "project": name,
        "client": client.name,
        "invoice_id": invoice.pk if invoice else None,
        "amount": str(invoice.total_amount) if invoice else "",
        "currency": client.currency,
        "reason": "",
        "unrated_minutes": 0,
        "notices": [],
    }
