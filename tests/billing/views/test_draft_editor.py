"""The draft editor over HTTP: fields in place, entries, layout, files, two people at once, 2,000 entries."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.drafting import draft_invoice
from billing.editing import edit_line
from billing.models import BilledTime, Invoice, InvoiceFile, WorkHold
from tests.billing.work import THROUGH, drafted, log_many
from tests.cast import TODAY, Cast

HX = {"HX-Request": "true"}


@pytest.fixture
def finance(web: Callable[..., Any], cast: Cast) -> Any:
    return web(cast.finance)


def url(name: str, *args: object) -> str:
    return reverse(f"billing:{name}", args=args)


def test_hours_rate_and_amount_are_written_down_in_place(finance: Any, cast: Cast) -> None:
    invoice = drafted(cast, 120, 60)
    line = invoice.lines.get()
    page = finance.get(url("draft", invoice.pk)).content.decode()
    assert 'name="minutes"' in page
    assert "by task, then role" in page
    typed = {
        "description": line.description,
        "minutes": "2.5",
        "rate": "190",
        "amount": "570.00",
        "version": 1,
    }
    refused = finance.post(url("line", line.pk), typed | {"minutes": "abc"}, headers=HX)
    assert 'data-wrong="minutes"' in refused.content.decode()
    refused = finance.post(url("line", line.pk), typed, headers=HX)
    assert refused.status_code == 422
    assert "Say why the amount differs" in refused.content.decode()
    saved = finance.post(url("line", line.pk), typed | {"reason": "Rework"}, headers=HX)
    assert saved.status_code == 200
    assert "475.00" in saved.content.decode()
    line.refresh_from_db()
    assert (line.amount, line.printed_minutes) == (475, 150)
    # Somebody else looks at the version from before.
    conflict = finance.post(url("line", line.pk), typed | {"amount": "1"}, headers=HX)
    assert conflict.status_code == 409
    assert "Kemi Ogundipe changed this draft meanwhile" in conflict.content.decode()
    fields = {"title": "Other", "terms": invoice.terms_id, "detail": "GROUPED", "version": 1}
    assert finance.post(url("draft-edit", invoice.pk), fields, headers=HX).status_code == 409
    refused = finance.post(url("draft-edit", invoice.pk), fields | {"version": 2, "title": ""}, headers=HX)
    assert "&quot;title&quot;: &quot;This field is required.&quot;" in refused.content.decode()
    saved = finance.post(
        url("draft-edit", invoice.pk), fields | {"version": 2, "internal_note": "Ask Dana"}, headers=HX
    )
    assert saved.status_code == 200
    assert Invoice.objects.get().internal_note == "Ask Dana"


def test_entries_unfold_and_are_changed_taken_off_and_held(finance: Any, cast: Cast) -> None:
    invoice = drafted(cast, 120, 60)
    panel = finance.get(url("line-panel", invoice.lines.get().pk), headers=HX).content.decode()
    assert panel.count('name="entry"') == 2
    assert "entries/delete" not in panel
    long = BilledTime.objects.get(minutes=120)
    typed = {"minutes": "1.5", "rate": "190.00", "amount": "380.00"}
    assert finance.post(url("billed-entry", long.pk), typed, headers=HX).status_code == 422
    saved = finance.post(url("billed-entry", long.pk), typed | {"reason": "Travel"}, headers=HX)
    assert saved.status_code == 200
    assert "285.00" in saved.content.decode()
    ask = finance.get(url("entries-hold", invoice.pk), {"entry": long.entry_id}, headers=HX)
    assert "Hold: 1 entry?" in ask.content.decode()
    wanted = {"entry": long.entry_id, "reason": ""}
    assert finance.post(url("entries-hold", invoice.pk), wanted, headers=HX).status_code == 422
    held = finance.post(url("entries-hold", invoice.pk), wanted | {"reason": "Asked"}, headers=HX)
    assert held.headers["HX-Refresh"] == "true"
    assert WorkHold.objects.get().entry_id == long.entry_id
    assert Invoice.objects.get().total_amount == 190
    assert (
        finance.post(url("entries-drop", invoice.pk), {"entry": long.entry_id}, headers=HX).status_code == 422
    )
    assert (
        finance.post(url("entries-delete", invoice.pk), wanted | {"reason": "x"}, headers=HX).status_code
        == 403
    )


def test_a_draft_is_laid_out_and_files_go_with_it(finance: Any, cast: Cast) -> None:
    invoice = drafted(cast, 120, 60)
    wanted = {"group_by": "STAFF", "line_by": "STAFF", "detail": "ENTRIES"}
    refused = finance.post(url("layout", invoice.pk), wanted, headers=HX)
    assert "need another heading" in refused.content.decode()
    first = finance.get(url("draft-pdf", invoice.pk))
    assert b"".join(first.streaming_content).startswith(b"%PDF-")
    assert first.headers["Content-Disposition"].startswith("inline")
    same = finance.get(url("draft-pdf", invoice.pk), headers={"If-None-Match": first.headers["ETag"]})
    assert same.status_code == 304
    assert finance.post(url("layout", invoice.pk), wanted | {"line_by": "DAY"}, headers=HX).status_code == 200
    page = finance.get(url("draft", invoice.pk)).content.decode()
    assert "by person, then day" in page
    report = SimpleUploadedFile("status.pdf", b"%PDF-1.4 status", "application/pdf")
    assert finance.post(url("attach", invoice.pk), {"file": report}, headers=HX).status_code == 200
    file = InvoiceFile.objects.get()
    assert b"".join(finance.get(url("attached", file.pk)).streaming_content).startswith(b"%PDF")
    wrong = SimpleUploadedFile("status.exe", b"MZ", "application/pdf")
    assert finance.post(url("attach", invoice.pk), {"file": wrong}, headers=HX).status_code == 422
    finance.post(url("detach", file.pk))
    assert not InvoiceFile.objects.exists()


def test_a_draft_of_2000_entries_opens_in_15_queries(finance: Any, cast: Cast) -> None:
    log_many(cast.member, cast.design, 2000, 20)
    invoice = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    edit_line(line=invoice.lines.get(), amount=Decimal(120000), reason="Agreed", by=cast.finance)
    finance.get(url("draft", invoice.pk))
    with CaptureQueriesContext(connection) as statements:
        answer = finance.get(url("draft", invoice.pk))
    # All of the page, with who asks and the side bar; finding the firm sets the search path twice.
    queries = [each["sql"] for each in statements if not each["sql"].startswith("SET search_path")]
    assert len(queries) <= 15, queries
    assert answer.status_code == 200
    assert answer.content.decode().count("Sheet ") >= 2000


def test_a_line_of_many_days_is_written_down_with_the_hours_that_it_shows(finance: Any, cast: Cast) -> None:
    log_many(cast.member, cast.design, 125, 600)
    line = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY).lines.get()
    page = finance.get(url("draft", line.invoice_id)).content.decode()
    assert 'value="1,250.00"' in page
    typed = {"description": line.description, "minutes": "1,250.00", "rate": "190.00", "amount": "200,000.00"}
    refused = finance.post(url("line", line.pk), typed, headers=HX).content.decode()
    # What was typed stays; the entries below are not unfolded.
    assert f"&quot;line-{line.pk}&quot;" not in refused
    assert "Reason why the amount of" in refused
    assert "entry-" not in refused
    saved = finance.post(
        url("line", line.pk), typed | {"reason": "Agreed", "shows_entries": "1"}, headers=HX
    ).content.decode()
    assert saved.count("entry-") >= 125
    line.refresh_from_db()
    assert line.amount == Decimal(200_000)
