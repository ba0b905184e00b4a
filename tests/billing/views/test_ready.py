"""Ready to bill in full: filters, groups, preview, holding, and a project's work in progress entry by entry."""

import runpy
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from billing.models import BilledTime, HeldExpense, Invoice, InvoiceLayout, WorkHold, WorkWriteOff
from billing.suggesting import set_reasons
from billing.views.work import MOST
from core.models import Action, Job
from tests.billing.spending import spend
from tests.billing.test_drafting import projects_with_work
from tests.billing.work import log
from tests.cast import Cast

HX = {"HX-Request": "true"}
THROUGH = {"through": "2026-11-30"}


@pytest.fixture
def finance(web: Callable[..., Any], cast: Cast) -> Any:
    return web(cast.finance)


def url(name: str, *args: object) -> str:
    return reverse(f"billing:{name}", args=args)


def test_the_list_is_filtered_grouped_and_held(finance: Any, cast: Cast) -> None:
    log(cast.member, cast.design, 90)
    for group in ("client", "lead", "method", "currency", "cycle"):
        page = finance.get(url("ready"), THROUGH | {"group": group}).content.decode()
        assert "group-row" in page
        assert "$285.00" in page
    assert "group-row" not in finance.get(url("ready"), THROUGH | {"group": "nonsense"}).content.decode()
    for wanted in ({"method": "Fixed fee"}, {"currency": "EUR"}, {"cycle": "Monthly"}, {"held": "on"}):
        assert "The filters hide everything" in finance.get(url("ready"), THROUGH | wanted).content.decode()
    ask = finance.get(url("hold-projects"), {"project": cast.project.pk}, headers=HX)
    assert "Hold 1 project?" in ask.content.decode()
    wanted = {"project": cast.project.pk}
    assert finance.post(url("hold-projects"), wanted, headers=HX).status_code == 422
    assert finance.post(url("hold-projects"), wanted | {"reason": "Dispute"}, headers=HX).status_code == 200
    page = finance.get(url("ready"), THROUGH | {"held": "on"}).content.decode()
    assert "On hold: Dispute" in page
    finance.post(url("release-project", cast.project.pk))
    assert not WorkHold.objects.filter(released_at=None).exists()


def test_drafts_are_previewed_and_drafted_alike(
    finance: Any, cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    projects = projects_with_work(cast, 2, 2)
    wanted = THROUGH | {"project": [project.pk for project in projects] + [cast.project.pk]}
    page = finance.post(url("preview-drafts"), wanted).content.decode()
    assert "Preview of 2 drafts" in page
    assert "No draft: All approved" in page
    by_person = wanted | {"group_by": "NONE", "line_by": "STAFF", "detail": "GROUPED"}
    page = finance.post(url("preview-drafts"), by_person).content.decode()
    assert "by person" in page
    assert not Invoice.objects.exists()
    wrong = finance.post(url("preview-drafts"), wanted | {"group_by": "STAFF", "line_by": "STAFF"})
    assert "need another heading" in wrong.content.decode()
    assert wrong.content.decode().count('value="STAFF" selected') == 2
    # The button beside it says the same and keeps what was chosen.
    wrong = finance.post(url("draft-projects"), wanted | {"group_by": "STAFF", "line_by": "STAFF"})
    assert (wrong.status_code, Job.objects.exists()) == (422, False)
    assert 'aria-describedby="p-wrong"' in wrong.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        finance.post(url("draft-projects"), by_person)
    assert Job.objects.get().arguments["layout"]["line_by"] == "STAFF"
    assert {draft.line_by for draft in Invoice.objects.all()} == {"STAFF"}
    assert InvoiceLayout.objects.filter(detail="GROUPED").count() == 2
    page = finance.post(url("preview-drafts"), wanted | {"detail": "SUMMARY"}).content.decode()
    assert 'value="SUMMARY" selected' in page


def test_as_many_entries_as_the_page_shows_go_along_in_an_address(cast: Cast) -> None:
    asked = url("work-hold", cast.project.pk) + "?" + "&".join(["entry=12345678"] * MOST)
    assert len(f"GET {asked} HTTP/1.1") <= runpy.run_path("gunicorn.conf.py")["limit_request_line"]


def test_work_in_progress_is_drafted_held_and_written_off_by_entry(finance: Any, cast: Cast) -> None:
    first, second, third = (
        log(cast.member, cast.design, 60, day=date(2026, 11, day), note=f"Sheet {day}") for day in (2, 3, 4)
    )
    here = url("work", cast.project.pk) + "?through=2026-11-30"
    assert "Sheet 4" in finance.get(here).content.decode()
    held = {"entry": first.pk, "reason": "Ask"}
    finance.post(url("work-hold", cast.project.pk), held, headers=HX)
    assert "Ask" in finance.get(here).content.decode()
    finance.post(here, {"entry": [first.pk, second.pk]})
    assert BilledTime.objects.get().entry_id == second.pk
    finance.post(url("work-release", cast.project.pk), {"entry": first.pk})
    finance.post(url("work-write-off", cast.project.pk), {"entry": third.pk, "reason": "Mistake"}, headers=HX)
    written = WorkWriteOff.objects.get()
    assert written.amount == 190
    assert "Mistake" in finance.get(here).content.decode()
    finance.post(url("work-write-off-undo", written.pk))
    page = finance.get(url("ready"), THROUGH).content.decode()
    assert "$380.00" in page


def undo_of(answer: Any) -> str:
    """Where the toast of an answer leads back."""
    return str(list(get_messages(answer.wsgi_request))[-1].extra_tags)


def test_a_hold_is_undone_from_its_toast(finance: Any, web: Callable[..., Any], cast: Cast) -> None:
    ids = [log(cast.member, cast.design, 60, day=date(2026, 11, day)).pk for day in (2, 3, 4)]
    hold = url("work-hold", cast.project.pk)
    before = undo_of(finance.post(hold, {"entry": ids[:1], "reason": "Ask"}, headers=HX))
    undo = undo_of(finance.post(hold, {"entry": ids, "reason": "Dispute"}, headers=HX))
    assert web(cast.manager).post(undo).status_code == 403
    # What was on hold before stays so; once more does nothing.
    assert finance.post(undo).headers["Location"] == url("work", cast.project.pk)
    assert set(WorkHold.objects.filter(released_at=None).values_list("entry", flat=True)) == {ids[0]}
    finance.post(undo)
    finance.post(before)
    assert not WorkHold.objects.filter(released_at=None).exists()
    assert {each.released_by for each in WorkHold.objects.all()} == {cast.finance}
    assert Action.objects.filter(verb="billing.release").count() == 3
    wanted = {"project": cast.project.pk, "reason": "Dispute"}
    undo = undo_of(finance.post(url("hold-projects"), wanted, headers=HX))
    # Nothing new is held, so there is nothing to undo.
    assert undo_of(finance.post(url("hold-projects"), wanted, headers=HX)) == ""
    assert finance.post(undo).headers["Location"] == url("ready")
    assert not WorkHold.objects.filter(released_at=None).exists()


def test_a_hold_of_expenses_is_undone_and_offers_the_reasons(finance: Any, cast: Cast) -> None:
    set_reasons(kind="HOLD", words=["Receipt is missing"], by=cast.owner)
    ids = [spend(cast.member, cast.project, "40").pk, spend(cast.member, cast.project, "25").pk]
    page = finance.get(url("unbilled-expenses", cast.project.pk), THROUGH).content.decode()
    assert 'list="reasons-hold"' in page
    assert '<option value="Receipt is missing">' in page
    hold = url("hold-expenses", cast.project.pk)
    first = finance.post(hold, {"expense": ids[:1], "action": "hold", "reason": "Receipt is missing"})
    # A test is one transaction, whose instant the database takes.
    HeldExpense.objects.update(created_at=datetime(2026, 11, 1, tzinfo=UTC))
    both = finance.post(hold, {"expense": ids, "action": "hold", "reason": "Both"})
    again = finance.post(hold, {"expense": ids, "action": "hold", "reason": "Again"})
    assert undo_of(again) == ""
    finance.post(undo_of(both))
    assert [each.expense_id for each in HeldExpense.objects.all()] == ids[:1]
    finance.post(undo_of(both))
    finance.post(undo_of(first))
    assert not HeldExpense.objects.exists()
