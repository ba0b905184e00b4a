"""Statements of account to everybody of whom something is open: a job with progress that survives a restart."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from billing.access import ISSUE_INVOICES
from billing.models import Invoice, SentStatement
from billing.statements import check_days
from billing.stating import NobodyToSendTo, send_statement
from clients.models import Client
from core import jobs
from core.errors import Refusal
from core.jobs import Progress
from core.models import Job
from core.promises import promises
from people.access import require
from people.models import User

STATEMENTS_KIND = "billing.statements"


class NobodyOwes(Refusal):
    """There is nobody to write to."""

    sentence = "Nothing is open of any client, so there is no statement to send."


def owing_clients() -> list[int]:
    """The clients of whom something is open. One statement."""
    owing = Invoice.objects.open().filter(kind=Invoice.Kind.INVOICE).values("client")
    return list(Client.objects.filter(pk__in=owing).order_by("name", "pk").values_list("pk", flat=True))


def start_statements(*, last_on: date, by: User | None, at: datetime, first_on: date | None = None) -> Job:
    """Starts the job: one statement to each client of whom something is open, to its billing contacts.

    Its result lists whom it went to, and why to somebody it did not. Raises NotAllowed, DaysAreWrong, NobodyOwes,
    RunsAlready.
    """
    require(by, ISSUE_INVOICES)
    check_days(first_on, last_on)
    with promises(), transaction.atomic():
        ids = owing_clients()
        if not ids:
            raise NobodyOwes
        days = {"first_on": first_on.isoformat() if first_on else "", "last_on": last_on.isoformat()}
        days["at"] = at.isoformat()
        job = jobs.start(
            STATEMENTS_KIND,
            {"client_ids": ids, **days},
            by=by,
            title=f"Statements to {len(ids)} clients" if len(ids) > 1 else "A statement to 1 client",
            total=len(ids),
            is_alone=True,
        )
        job.url = reverse("billing:statements-sent", args=[job.pk])
        job.save(update_fields=["url"])
    return job


def run_statements_job(job: Job, progress: Progress) -> Mapping[str, Any]:
    """The job's work. A second run skips the clients that the first one wrote to; one that fails stops no other."""
    by = User.objects.get(pk=job.started_by_id or 0)
    ids, first_on = job.arguments["client_ids"], job.arguments["first_on"]
    first = date.fromisoformat(first_on) if first_on else None
    last = date.fromisoformat(job.arguments["last_on"])
    at = datetime.fromisoformat(job.arguments["at"])
    done = _sent(ids, first, last, job)
    rows = [_row(each.client, sent=each) for each in done]
    progress.expect(len(ids), done=len(done))
    left = Client.objects.filter(pk__in=ids).exclude(pk__in=[each.client_id for each in done])
    for client in left.order_by("name", "pk"):
        try:
            sent = send_statement(client=client, first_on=first, last_on=last, by=by, at=at)
        except NobodyToSendTo:
            rows.append(_row(client, reason="It has no contact that gets invoices."))
        except (Refusal, OSError) as error:
            rows.append(_row(client, reason=error.message if isinstance(error, Refusal) else str(error)))
        else:
            rows.append(_row(client, sent=sent))
        progress.step(message=client.name)
    return {"clients": rows}


def _sent(ids: list[int], first: date | None, last: date, job: Job) -> list[SentStatement]:
    """What an interrupted run of this job has sent."""
    found = SentStatement.objects.filter(
        client__in=ids,
        first_on=first,
        last_on=last,
        created_at__gte=job.started_at,
        by_name=job.started_by_name,
    )
    return list(found.select_related("client").order_by("client__name", "pk"))


def _row(client: Client, *, sent: SentStatement | None = None, reason: str = "") -> dict[str, Any]:
    return {
        "client_id": client.pk,
        "client": client.name,
        "currency": sent.currency if sent else client.currency,
        "amount": str(sent.closing_amount) if sent else "",
        "sent_id": sent.pk if sent else None,
        "reason": reason,
    }
