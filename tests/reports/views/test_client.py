"""The page of a client."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.issuing import issue_invoice
from clients.contacting import add_contact
from projects.costing import add_cost_rate
from projects.opening import open_project
from reports.client_page import client_page
from tests.billing.corrections import correct
from tests.billing.test_retaining import deposited, opened
from tests.billing.work import drafted
from tests.cast import NOW, TODAY, Cast
from tests.reports.views.test_project import add_time


def test_figures_and_projects(cast: Cast) -> None:
    add_time(cast, 60)
    add_time(cast, 30, "SUBMITTED")
    shown = client_page(cast.client, by=cast.finance, today=TODAY, at=NOW)
    assert [(figure["label"], figure["value"], figure["note"]) for figure in shown.figures] == [
        ("Open projects", 1, "0 open invoices"),
        ("Ready to bill", "$100.00", "$50.00 not approved yet"),
        ("Owed", "$0.00", "nothing is late"),
        ("Held for the client", "$0.00", "no retainer, no credit"),
        ("Invoiced, 12 months", "$0.00", "nothing paid yet"),
    ]
    assert (shown.ages, shown.days_to_pay) == ([], None)
    assert shown.projects[0].work.ready_amount == Decimal(100)
    assert not shown.needs_payer


def test_what_is_owed_held_and_was_done(cast: Cast, web) -> None:
    """1,900.00 issued forty days ago: 5 + 5 credited, 3 paid, 2 written off, so 1,885 is 10 days late."""
    earlier = TODAY - timedelta(days=40)
    invoice = issue_invoice(invoice=drafted(cast, 600), by=cast.finance, on=earlier, at=NOW)
    correct(cast, invoice)
    deposited(cast, opened(cast, draws_by_itself=False), 500)
    shown = client_page(cast.client, by=cast.finance, today=TODAY, at=NOW)
    figures = {figure["label"]: (figure["value"], figure["note"]) for figure in shown.figures}
    assert figures["Owed"][1].endswith("overdue")
    assert dict(shown.ages)["1 to 30"] == sum(dict(shown.ages).values()) > 1000
    assert "$500.00 on retainer" in figures["Held for the client"][1]
    assert "unused credit" in figures["Held for the client"][1]
    # 1,900.00 less 5, 5 and 9 that were credited; ten hours cost 600.00.
    assert figures["Invoiced, 12 months"] == (
        "$1,881.00", "margin $1,881.00, 100.0 %, 10.00 h without cost · paid after 40 days",
    )  # fmt: skip
    add_cost_rate(cost_amount=Decimal(60), starts_on=date(2020, 1, 1), by=cast.owner)
    seen = client_page(cast.client, by=cast.owner, today=TODAY, at=NOW).figures[-1]
    assert (seen["value"], seen["note"]) == ("$1,881.00", "margin $1,281.00, 68.1 % · paid after 40 days")
    # What was invoiced more than a year ago is not of these twelve months.
    later = client_page(cast.client, by=cast.owner, today=TODAY + timedelta(days=326), at=NOW).figures[-1]
    assert later["value"] == "-$19.00"
    assert "Issued an invoice" in [event.words for event in shown.activity]
    assert "Issued" not in " ".join(
        event.words for event in client_page(cast.client, by=cast.manager, today=TODAY, at=NOW).activity
    )
    answer = web(cast.finance).get(f"/clients/{cast.client.pk}/").text
    for words in ("Owed, by days past due", "Issued an invoice"):
        assert words in answer


def test_money_only_with_the_right_to_see_billing(cast: Cast, web) -> None:
    add_time(cast, 60)
    url = f"/clients/{cast.client.pk}/"
    finance, manager = web(cast.finance).get(url).text, web(cast.manager).get(url).text
    assert "$100.00" in finance
    for words in ("100.00", "Ready to bill</th>", "To be paid"):
        assert words not in manager
    assert "Alma Reyes" in manager
    assert "Larkspur Water Main Renewal" in manager
    assert web(cast.member).get(url).status_code == 403
    assert web(cast.finance).get("/clients/999999/").status_code == 404


def test_a_warning_when_nobody_gets_invoices(cast: Cast, web) -> None:
    cast.contact.is_billing_to = False
    cast.contact.save()
    assert "Nobody gets invoices." in web(cast.manager).get(f"/clients/{cast.client.pk}/").text


def test_the_page_costs_the_same_whatever_stands_on_it(cast: Cast, web) -> None:
    url, browser = f"/clients/{cast.client.pk}/", web(cast.owner)
    add_contact(client=cast.client, name="First", by=None)
    open_project(client=cast.client, name="First", by=None)
    browser.get(url)
    with CaptureQueriesContext(connection) as few:
        browser.get(url)
    for number in range(6):
        add_contact(client=cast.client, name=f"Contact {number}", by=None)
        project = open_project(
            client=cast.client, name=f"Project {number}", by=None, starts_on=date(2026, 1, 1)
        )
        add_time(cast, 60, project=project)
    with CaptureQueriesContext(connection) as many:
        browser.get(url)
    assert len(many) == len(few) <= 26
