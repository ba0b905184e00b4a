"""The page of a client."""

from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.contacting import add_contact
from projects.opening import open_project
from reports.client_page import client_page
from tests.cast import TODAY, Cast
from tests.reports.views.test_project import add_time


def test_figures_and_projects(cast: Cast) -> None:
    add_time(cast, 60)
    add_time(cast, 30, "SUBMITTED")
    shown = client_page(cast.client, by=cast.finance, today=TODAY)
    assert [(figure["label"], figure["value"]) for figure in shown.figures] == [
        ("Open projects", 1),
        ("Ready to bill", "$100.00"),
        ("Not approved yet", "$50.00"),
        ("Owed", "$0.00"),
        ("Overdue", "$0.00"),
    ]
    assert shown.projects[0].work.ready_amount == Decimal(100)
    assert not shown.needs_payer


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
    assert len(many) == len(few) <= 15
