"""The pages of billing over HTTP: who may open them, what they say, how many statements they take."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from billing.models import Invoice
from core.models import Job
from tests.billing.test_drafting import projects_with_work
from tests.billing.test_issuing import issue
from tests.billing.work import drafted, log, log_many
from tests.cast import TODAY, Cast
from timesheets.models import TimeEntry

HX = {"HX-Request": "true"}


@pytest.fixture
def finance(web: Callable[..., Any], cast: Cast) -> Any:
    return web(cast.finance)


def url(name: str, *args: object) -> str:
    return reverse(f"billing:{name}", args=args)


def test_ready_lists_work_and_drafts_one_project_at_once(finance: Any, cast: Cast) -> None:
    log(cast.member, cast.design, 90)
    log(cast.member, cast.design, 30, rate=None)
    answer = finance.get(url("ready"), {"through": "2026-11-30"})
    assert answer.status_code == 200
    assert b"$285.00" in answer.content
    assert b"0.50 h without a rate" in answer.content
    answer = finance.post(url("draft-projects"), {"project": cast.project.pk, "through": "2026-11-30"})
    invoice = Invoice.objects.get()
    assert answer.url == url("draft", invoice.pk)
    page = finance.get(answer.url).content.decode()
    assert "Hydraulic design" in page
    assert "number on issue" in page
    assert "City of Larkspur Public Works" in page


def test_nothing_chosen_and_nothing_to_bill(finance: Any, cast: Cast) -> None:
    answer = finance.post(url("draft-projects"), {"through": "2026-11-30"}, follow=True)
    assert b"Choose at least one project to draft." in answer.content
    answer = finance.post(url("draft-projects"), {"project": cast.project.pk, "through": "2026-11-30"})
    assert answer.status_code == 422
    assert b"on an invoice or a draft already" in answer.content


def test_bulk_drafting_through_a_job(
    finance: Any, cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    projects = projects_with_work(cast, 3, 2)
    with django_capture_on_commit_callbacks(execute=True):
        answer = finance.post(
            url("draft-projects"),
            {"project": [p.pk for p in [*projects, cast.project]], "through": "2026-11-30"},
        )
    job = Job.objects.get()
    assert answer.url == reverse("core:job", args=[job.pk])
    page = finance.get(job.url).content.decode()
    assert "3 drafts" in page
    assert "1 project skipped" in page
    assert finance.post(url("undo-drafts", job.pk)).status_code == 302
    assert not Invoice.objects.exists()


def test_a_line_is_edited_in_place(finance: Any, cast: Cast) -> None:
    line = drafted(cast, 60).lines.get()
    words = {"description": "Engineer", "amount": "150", "reason": ""}
    refused = finance.post(url("line", line.pk), words, headers=HX)
    assert refused.status_code == 422
    assert "Say why the amount differs from the work. Not saved yet." in refused.content.decode()
    saved = finance.post(url("line", line.pk), words | {"reason": "Rework"}, headers=HX)
    assert saved.status_code == 200
    page = saved.content.decode()
    assert "Write-down" in page
    assert "78.9" in page  # realization
    assert 'name="description"' not in page  # fields are never swapped
    line.refresh_from_db()
    assert (line.amount, line.adjustment_reason) == (150, "Rework")
    wrong = finance.post(url("line", line.pk), words | {"amount": "1.234,5"}, headers=HX)
    assert wrong.status_code == 422
    assert b"is not an amount" in wrong.content


def test_terms_and_words_of_a_draft(finance: Any, cast: Cast) -> None:
    invoice = drafted(cast)
    words = {
        "title": "Design",
        "terms": cast.client.payment_terms_id,
        "detail": "GROUPED",
        "po_number": "PO-7",
    }
    answer = finance.post(url("draft-edit", invoice.pk), words, headers=HX)
    assert answer.status_code == 200
    invoice.refresh_from_db()
    assert (invoice.title, invoice.po_number, invoice.detail) == ("Design", "PO-7", "GROUPED")
    answer = finance.post(url("draft-edit", invoice.pk), words | {"title": ""}, headers=HX)
    assert answer.status_code == 422
    assert b"This field is required." in answer.content


def test_a_stale_draft_shows_and_takes_over_the_changes(finance: Any, cast: Cast) -> None:
    invoice = drafted(cast, 60)
    TimeEntry.objects.update(rate_amount=240)
    page = finance.get(url("draft", invoice.pk)).content.decode()
    assert "1 entry changed since this was drafted." in page
    assert "Recalculating adds <b>$50.00</b>." in page
    dialog = finance.get(url("changes", invoice.pk), headers=HX).content.decode()
    assert "Rate changed" in dialog
    old = finance.post(url("changes", invoice.pk), {"version": 99}, headers=HX)
    assert old.status_code == 422
    assert finance.post(url("changes", invoice.pk), {"version": 1}, headers=HX)["HX-Refresh"] == "true"
    invoice.refresh_from_db()
    assert (invoice.total_amount, invoice.is_stale) == (Decimal(240), False)


def test_issuing_through_its_dialog(finance: Any, cast: Cast) -> None:
    invoice = drafted(cast, 60)
    dialog = finance.get(url("issue", invoice.pk), headers=HX).content.decode()
    assert "Issue for $190.00?" in dialog
    answer = finance.post(url("issue", invoice.pk), {"on": "2026-11-25", "version": 1}, headers=HX)
    assert answer["HX-Redirect"] == url("invoice", invoice.pk)
    page = finance.get(answer["HX-Redirect"]).content.decode()
    assert "INV-2026-0001" in page
    assert finance.get(url("draft", invoice.pk)).url == url("invoice", invoice.pk)
    again = finance.post(url("issue", invoice.pk), {"on": "2026-11-25", "version": 1}, headers=HX)
    assert again.status_code == 422
    assert b"issued already, as INV-2026-0001" in again.content


def test_voiding_needs_a_reason(finance: Any, cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 60))
    assert finance.post(url("void", invoice.pk), {"reason": " "}, headers=HX).status_code == 422
    assert (
        finance.post(url("void", invoice.pk), {"reason": "Wrong client"}, headers=HX)["HX-Refresh"] == "true"
    )
    page = finance.get(url("invoice", invoice.pk)).content.decode()
    assert "This invoice is void." in page
    assert "Wrong client" in page


def test_lines_are_added_taken_off_and_explained(finance: Any, cast: Cast) -> None:
    invoice = drafted(cast, 60)
    line = invoice.lines.get()
    why = finance.get(url("why", line.pk), headers=HX).content.decode()
    assert "Why $190.00" in why
    assert "role Senior engineer, since 1 Jan 2026" in why
    assert "Priya Raman" in why
    assert finance.get(url("line-entries", line.pk)).status_code == 200
    added = finance.post(
        url("line-new", invoice.pk), {"description": "Discount", "amount": "-10"}, headers=HX
    )
    assert added["HX-Refresh"] == "true"
    invoice.refresh_from_db()
    assert invoice.total_amount == 180
    assert finance.post(url("line-remove", line.pk), headers=HX)["HX-Refresh"] == "true"
    assert finance.post(url("delete-draft", invoice.pk), headers=HX)["HX-Redirect"].startswith(
        "/billing/invoices/"
    )
    assert not Invoice.objects.exists()


def test_the_pdf_is_served_to_those_who_may_see_it(
    finance: Any, web: Callable[..., Any], cast: Cast, tmp_path: Any, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    invoice = issue(cast, drafted(cast, 60))
    answer = finance.get(url("pdf", invoice.pk))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert web(cast.member).get(url("pdf", invoice.pk)).status_code == 403
    assert finance.get(url("pdf", drafted(cast).pk)).status_code == 404


def test_unrated_hours_are_listed_and_rated(finance: Any, cast: Cast) -> None:
    log(cast.member, cast.design, 60, rate=None)
    assert b"1 entry" in finance.get(url("unrated"), {"through": "2026-11-30"}).content
    answer = finance.post(url("unrated") + "?through=2026-11-30", follow=True)
    assert b"1 entries found a rate." in answer.content
    assert b"Every billable hour has a rate" in answer.content


def test_people_without_the_right_see_nothing(web: Callable[..., Any], cast: Cast) -> None:
    invoice = drafted(cast, 60)
    line = invoice.lines.get()
    pages = [
        url("ready"),
        url("invoices"),
        url("unrated"),
        url("draft", invoice.pk),
        url("why", line.pk),
        url("line-entries", line.pk),
        url("issue", invoice.pk),
        url("changes", invoice.pk),
    ]
    for person in (cast.member, cast.manager):
        assert {web(person).get(page).status_code for page in pages} == {403}
        assert web(person).post(url("issue", invoice.pk), {}).status_code == 403
        assert web(person).post(url("line", line.pk), {}).status_code == 403


@pytest.mark.parametrize("count", [2, 60])
def test_statements_of_the_pages_do_not_grow(
    finance: Any, cast: Cast, django_assert_max_num_queries: Any, count: int
) -> None:
    log_many(cast.member, cast.design, count)
    draft = drafted(cast, 60)
    log_many(cast.member, cast.design, count)
    issued = issue(cast, drafted(cast, 60))
    for page, most in (
        (url("ready"), 16),
        (url("invoices"), 13),
        (url("invoices") + "?tab=drafts", 14),
        (url("draft", draft.pk), 23),
        (url("invoice", issued.pk), 22),
    ):
        with django_assert_max_num_queries(most):
            assert finance.get(page).status_code == 200
    assert TODAY.year == 2026
