"""PDFs of many issued invoices, made as the worker makes them."""

from itertools import cycle
from statistics import fmean

from django.db import transaction
from weasyprint import HTML

from billing.drafting import draft_invoices
from billing.issuing import issue_invoice
from billing.models import Invoice, InvoiceDocument
from billing.rendering import RENDER_KIND, SHEETS, markup_of, pay_url_of
from core import clock, outbox
from core.models import OutboxRow
from core.tasks import deliver_outbox
from core.typesetting import Files
from projects.models import Project
from psa.bench.measuring import Row, peak, timed
from psa.bench.scene import Scene

DIFFERENT = 10


def pdfs(scene: Scene) -> Row:
    """Many PDFs by the worker's task, which reads the document, sets it, and stores and records the file; against
    WeasyPrint's defaults on the same HTML, both by turns.
    """
    ours: list[float] = []
    floor: list[float] = []
    # What is issued is not deleted: nothing of it is ever committed.
    with transaction.atomic(), peak() as largest:
        invoices = _issued(scene)
        for number, invoice in zip(range(scene.plan.documents + 1), cycle(invoices), strict=False):
            spent = _by_the_task(invoice, number), _by_default(invoice)
            # The first sets up what a worker has for all that follow.
            if number:
                ours.append(spent[0])
                floor.append(spent[1])
        transaction.set_rollback(True)
    ratio = fmean(ours) / fmean(floor)
    return Row(
        "pdfs", f"{len(ours)} PDFs in the worker", fmean(ours), fmean(floor),
        peak_mb=largest[0] if largest else None, aim="≤ 1.05×", is_met=ratio <= 1.05,
        note=f"mean; {len(ours)} take {sum(ours) / 1000:.1f} s",
    )  # fmt: skip


def _issued(scene: Scene) -> list[Invoice]:
    """Invoices of different projects, with lines and without the time behind them."""
    place = scene.place
    projects = list(Project.objects.select_related("client").order_by("pk")[:DIFFERENT])
    outcomes = draft_invoices(projects=projects, through=place.through, by=place.owner, on=place.today)
    drafts = [invoice for outcome in outcomes for invoice in outcome.invoices]
    Invoice.objects.filter(pk__in=[draft.pk for draft in drafts]).update(detail=Invoice.Detail.GROUPED)
    at = clock.now()
    return [issue_invoice(invoice=draft, by=place.owner, on=place.today, at=at) for draft in drafts]


def _by_the_task(invoice: Invoice, number: int) -> float:
    """Milliseconds of the task for a document that has no PDF."""
    InvoiceDocument.objects.filter(invoice=invoice).update(pdf=None)
    OutboxRow.objects.filter(kind=RENDER_KIND).delete()
    row = outbox.enqueue(RENDER_KIND, f"{invoice.pk}-{number}", {"invoice_id": invoice.pk}, at=clock.now())
    spent = timed(lambda: deliver_outbox(row.pk))
    assert InvoiceDocument.objects.filter(invoice=invoice, pdf__isnull=False).exists()
    return spent


def _by_default(invoice: Invoice) -> float:
    sheets = "".join(f'<link rel="stylesheet" href="static:css/{name}">' for name in SHEETS)
    made = markup_of(invoice.document.content, pay_url=pay_url_of(invoice))
    linked = made.replace("</head>", f"{sheets}</head>")
    return timed(lambda: HTML(string=linked, base_url="static:css/", url_fetcher=Files()).write_pdf())
