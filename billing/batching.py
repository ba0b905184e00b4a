"""Drafting many projects at once, as a job with progress that survives a restart."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from billing.access import DRAFT_INVOICES
from billing.drafting import Outcome, draft_invoices
from billing.models import Invoice
from core import jobs
from core.jobs import Progress
from core.models import Job
from people.access import require
from people.models import User
from projects.models import Project

DRAFT_KIND = "billing.draft"
# Projects drafted in one transaction: few enough that nobody waits long for the locked entries.
CHUNK = 50


def start_drafting(*, project_ids: Iterable[int], through: date, by: User, on: date) -> Job:
    """Starts the job. Its result lists for each project the draft or why there is none. Raises NotAllowed."""
    require(by, DRAFT_INVOICES)
    ids = sorted(set(project_ids))
    with transaction.atomic():
        job = jobs.start(
            DRAFT_KIND,
            {"project_ids": ids, "through": through.isoformat(), "on": on.isoformat()},
            by=by,
            title=f"Draft {len(ids)} invoices",
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
    done = {
        draft.project_id: draft for draft in Invoice.objects.filter(job=job).select_related("project__client")
    }
    results = [_drafted(draft) for draft in done.values()]
    projects = list(
        Project.objects.filter(pk__in=job.arguments["project_ids"])
        .exclude(pk__in=list(filter(None, done)))
        .order_by("name")
    )
    progress.expect(len(job.arguments["project_ids"]), done=len(done))
    for start in range(0, len(projects), CHUNK):
        chunk = projects[start : start + CHUNK]
        outcomes = draft_invoices(projects=chunk, through=through, by=by, on=on, job=job)
        results += [_result(outcome) for outcome in outcomes]
        progress.step(len(chunk), message=chunk[-1].name)
    return {"projects": results}


def _drafted(draft: Invoice) -> dict[str, Any]:
    assert draft.project is not None
    return _result(Outcome(draft.project, draft))


def _result(outcome: Outcome) -> dict[str, Any]:
    invoice = outcome.invoice
    return {
        "project_id": outcome.project.pk,
        "project": outcome.project.name,
        "client": outcome.project.client.name,
        "invoice_id": invoice.pk if invoice else None,
        "amount": str(invoice.total_amount) if invoice else "",
        "currency": outcome.project.client.currency,
        "reason": outcome.reason,
        "unrated_minutes": outcome.unrated_minutes,
        "notices": list(outcome.notices),
    }
