"""The report of a year, the PDF of an invoice, the founding of a firm."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import connection
from weasyprint import HTML

from billing.documents import build_content
from billing.drafting import draft_invoice
from billing.models import Invoice
from billing.rendering import SHEETS, markup_of, pdf
from core import clock
from core.periods import Period
from core.typesetting import Files
from projects.models import Project
from psa.bench.measuring import Row, by_turns, median, peak, statements_of, timed
from psa.bench.place import PASSWORD
from psa.bench.rows.bills import clean
from psa.bench.scene import Scene
from psa.founding import found_firm
from reports.hours import hours_report

REPORT = """
SELECT project.name, client.name, staff.name, sum(entry.worked_minutes), sum(entry.billable_minutes),
    sum(round(entry.rate_amount * entry.billable_minutes / 60, 2))
FROM timesheets_timeentry entry
JOIN projects_project project ON project.id = entry.project_id
JOIN clients_client client ON client.id = project.client_id
JOIN people_staffmember staff ON staff.id = entry.staff_id
WHERE entry.worked_on BETWEEN %s AND %s
GROUP BY project.id, client.id, staff.id
ORDER BY client.name, project.name, staff.name
"""
PDF_LINES = 50
SIGN_UPS = 20


def report(scene: Scene) -> Row:
    """Hours and amounts by project and person for a year, against plain SQL."""
    place = scene.place
    year = Period(place.through - timedelta(days=364), place.through)
    rows: list[Any] = []

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(REPORT, [year.first, year.last])
            rows[:] = cursor.fetchall()

    def ours() -> None:
        found = hours_report(year, by=place.owner)
        assert not rows or (len(found.lines), found.totals[0].amount) == (
            len(rows),
            sum(row[5] for row in rows),
        )

    count = statements_of(ours)
    with peak() as largest:
        times = by_turns(ours, floor, runs=max(scene.plan.runs // 2, 2))
    ratio = median(times[0]) / median(times[1])
    return Row(
        "report", f"A year, {len(rows)} rows", median(times[0]), median(times[1]), count,
        peak_mb=largest[0] if largest else None, aim="≤ 1.3×", is_met=ratio <= 1.3,
    )  # fmt: skip


def pdf_row(scene: Scene) -> Row:
    """An invoice of 50 lines, against WeasyPrint's defaults on the same HTML."""
    place = scene.place
    project = Project.objects.order_by("pk")[6]
    drafted = draft_invoice(project=project, through=place.through, by=place.owner, on=place.today)
    invoice = Invoice.objects.select_related("client", "entity", "terms").get(pk=drafted.pk)
    content = build_content(invoice, number="INV-2026-0001", issued_on=place.today, due_on=place.today)
    clean()
    line = content["groups"][0]["lines"][0]
    content["groups"] = [content["groups"][0] | {"lines": [line] * PDF_LINES}]
    content["appendix"] = []
    sheets = "".join(f'<link rel="stylesheet" href="static:css/{name}">' for name in SHEETS)
    linked = markup_of(content).replace("</head>", f"{sheets}</head>")

    def floor() -> None:
        HTML(string=linked, base_url="static:css/", url_fetcher=Files()).write_pdf()

    with peak() as largest:
        times = by_turns(lambda: pdf(content), floor, runs=max(scene.plan.runs // 2, 2))
    ratio = median(times[0]) / median(times[1])
    return Row(
        "pdf", f"A PDF of {PDF_LINES} lines", median(times[0]), median(times[1]),
        peak_mb=largest[0] if largest else None, aim="≤ 1.05×", is_met=ratio <= 1.05,
    )  # fmt: skip


def signup(scene: Scene) -> Row:
    """A new firm with its schema and owner, over HTTP; the floor is the same without the web."""
    line = scene.stage.line(scene.place.root_host)
    fields = {"owner_name": "Ada Lovelace", "password": PASSWORD, "time_zone": "UTC"}

    def ours() -> None:
        slug = f"n{secrets.token_hex(6)}"
        line.post("/sign-up/", fields | {"name": slug, "slug": slug, "owner_email": f"{slug}@bench.example"})

    def floor() -> None:
        slug = f"n{secrets.token_hex(6)}"
        found_firm(
            name=slug, slug=slug, owner_email="ada@bench.example", at=clock.now(), **fields
        )  # fmt: skip

    mine: list[float] = []
    floors: list[float] = []
    for number in range(min(scene.plan.runs, SIGN_UPS)):
        mine.append(timed(ours))
        if number % 5 == 1:
            floors.append(timed(floor))
    connection.set_tenant(scene.place.firm)
    spent = median(mine)
    return Row(
        "signup", "A new firm", spent, median(floors), aim="≤ 2 s", is_met=spent <= 2000,
        note=f"floor: median of {len(floors)}",
    )  # fmt: skip
