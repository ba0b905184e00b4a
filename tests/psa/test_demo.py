"""The demo's firms: their story holds together on any day, and founding them again changes nothing."""

from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django_tenants.utils import tenant_context

from approvals.models import Message
from billing import receivables
from billing.models import Invoice
from billing.reviews import waiting_invoices, why_not_issue
from billing.unbilled import unrated_entries
from clients.models import Client
from core.models import Mail
from core.periods import month_of
from people.models import User
from psa.demo import stories
from psa.demo.founding import NotADemoFirm, found_demo
from psa.demo.holidays import federal_holidays
from psa.demo.story import PASSWORD
from psa.demo.studio import STUDIO
from tenants.models import Firm
from tests.cast import NOW, TODAY
from timesheets.models import TimeEntry

TRIAL = replace(STUDIO, slug="trial-studio")
State = TimeEntry.State


@pytest.mark.django_db
def test_a_firm_lives_three_months(settings) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"  # nobody answers there
    founded = found_demo(TRIAL, at=NOW)
    assert founded.is_new
    assert "takes no online payment yet" in founded.problem
    with tenant_context(Firm.objects.get(slug=TRIAL.slug)):
        _check_books()
        _check_invoices()
        _check_time()
        _check_looked_at()
        lines, bills = TimeEntry.objects.count(), Invoice.objects.count()
        assert (founded.lines, founded.invoices) == (lines, bills)
        mails = list(Mail.objects.values_list("kind", flat=True))
        assert mails.count("billing.invoice") == 1
        assert "billing.receipt" not in mails, "payments of the past mail no receipts"
        assert len(mails) < 8, "nor does anything else flood the mailbox"

    again = found_demo(TRIAL, at=NOW + timedelta(days=9))
    assert (again.is_new, again.invoices) == (False, bills)
    with tenant_context(Firm.objects.get(slug=TRIAL.slug)):
        assert TimeEntry.objects.count() == lines


def _check_books() -> None:
    day = TODAY
    for _ in range(4):
        assert all(tie.ties for tie in receivables.ties_out(day)), day
        day = month_of(day).previous().last
    assert {tie.currency for tie in receivables.ties_out(TODAY)} == {"EUR", "USD"}


def _check_invoices() -> None:
    issued = Invoice.objects.issued()
    assert list(issued.order_by("number").values_list("number", flat=True)) == [
        f"FS-2026-{number:04d}" for number in range(1, issued.count() + 1)
    ]
    assert issued.overdue(TODAY).exists()
    assert issued.with_balance().filter(balance_amount=0).exists()
    assert issued.with_balance().filter(paid_amount__gt=0, balance_amount__gt=0).exists()
    assert Invoice.objects.drafts().filter(is_stale=True).count() == 1
    assert Invoice.objects.drafts().filter(lines__adjustment_reason__gt="").count() == 1
    german = issued.filter(client__language="de")[0]
    assert german.document.content["message"] == "Vielen Dank für Ihren Auftrag."


def _check_time() -> None:
    monday = TODAY - timedelta(days=TODAY.weekday())
    last_week, earlier = (monday - timedelta(days=7), monday), TimeEntry.objects.filter(worked_on__lt=monday)
    assert set(TimeEntry.objects.filter(worked_on__gte=monday).values_list("state", flat=True)) == {
        State.DRAFT
    }
    assert not TimeEntry.objects.filter(worked_on__gt=TODAY).exists()
    of_last_week = earlier.filter(worked_on__gte=last_week[0])
    assert set(of_last_week.values_list("state", flat=True)) == {State.SUBMITTED, State.REJECTED}
    assert set(earlier.filter(worked_on__lt=last_week[0]).values_list("state", flat=True)) == {State.APPROVED}
    # In this firm everybody who bills has a rate, in the client's currency.
    assert not unrated_entries(TODAY).exists()
    person = User.objects.get(email="mika@fieldnote.example")
    assert person.check_password(PASSWORD)


def _check_looked_at() -> None:
    """A draft waits for its project's lead, and an approver's question has its answer."""
    lead = User.objects.get(email="theo@fieldnote.example")
    (draft,) = waiting_invoices(lead, TODAY)
    assert draft.project.name == "Spring catalog site"
    assert not why_not_issue(draft), "as advice only"
    asked, answered = Message.objects.order_by("pk")
    assert (asked.is_answer, answered.is_answer) == (False, True)
    assert asked.at < answered.at <= NOW
    assert TimeEntry.objects.submitted().filter(pk=asked.request.subject_id).exists()


@pytest.mark.django_db
def test_somebody_elses_firm_is_left_alone() -> None:
    with pytest.raises(NotADemoFirm):
        found_demo(replace(STUDIO, slug="hm"), at=NOW)
    connection.set_schema_to_public()
    with tenant_context(Firm.objects.get(slug="hm")):
        assert not Client.objects.exists()


def test_sign_ins_are_a_table() -> None:
    answer = StringIO()
    call_command("demo", "--sign-ins", stdout=answer)
    heading, *rows = answer.getvalue().splitlines()
    assert heading.split() == ["Role", "Name", "E-mail", "Password", "Address"]
    assert any(
        "Manager" in row and "dana@hartwellmoss.example" in row and "http://demo." in row for row in rows
    )
    roles = {row.split("  ")[0] for row in rows}
    assert {"Owner", "Administrator", "Manager", "Finance", "Staff"} <= roles


def test_the_door_of_a_demo_firm_names_its_people(web, settings, monkeypatch) -> None:
    settings.DEMO, settings.SANDBOX_URL = True, "http://localhost:8001"
    plain = web().get("/account/sign-in/").content.decode()
    assert "demo-door" not in plain
    monkeypatch.setattr(stories, "STORIES", (replace(STUDIO, slug="hm"),))
    door = web().get("/account/sign-in/").content.decode()
    assert "Mika Saito" in door
    assert 'href="http://localhost:8001"' in door
    settings.DEMO = False
    assert "demo-door" not in web().get("/account/sign-in/").content.decode()


def test_holidays_fall_on_their_days() -> None:
    days = dict(federal_holidays(2026))
    assert days["Martin Luther King Jr. Day"] == date(2026, 1, 19)
    assert days["Memorial Day"] == date(2026, 5, 25)
    assert days["Independence Day"] == date(2026, 7, 3), "the fourth is a Saturday"
    assert days["Thanksgiving Day"] == date(2026, 11, 26)
    assert dict(federal_holidays(2027))["Juneteenth"] == date(2027, 6, 18)
    assert dict(federal_holidays(2023))["New Year’s Day"] == date(2023, 1, 2), "the first was a Sunday"


def test_stories_name_only_what_they_tell_of() -> None:
    for story in stories.STORIES:
        people = {person.key for person in story.people}
        clients = {client.name for client in story.clients}
        codes = {name for name, _, _ in story.labor_codes}
        for project in story.projects:
            assert project.client in clients
            assert project.lead in people
            for task in project.tasks:
                assert task.crew.keys() <= people
                assert task.labor_code in codes
        assert story.finance in people
        assert {asked.person for asked in story.asked} <= people
        assert {reviewed.project for reviewed in story.reviewed} <= {each.name for each in story.projects}
