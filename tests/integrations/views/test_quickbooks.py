"""The QuickBooks page as finance uses it: what needs them, posting, leaving out, mapping; and what others may not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.issuing import issue_invoice
from billing.models import Invoice
from core import outbox
from core.models import Job, OutboxRow
from integrations.models import Connection, ExternalLink, IgnoredPosting, Mapping, QuickBooksRules
from integrations.quickbooks import client as quickbooks_client
from integrations.quickbooks.mapping import PURPOSE
from integrations.quickbooks.pulling import pull
from tests.billing.work import drafted, log
from tests.books import Books, connect_books
from tests.cast import NOW, TODAY, Cast
from tests.stand_ins import Sandbox

PAGE = "/connections/quickbooks/"


@pytest.fixture
def books(sandbox: Sandbox, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Books:
    monkeypatch.setattr(quickbooks_client, "PER_SECOND", 1000)
    found = connect_books(sandbox)
    pull(by=cast.owner, at=NOW)
    return found


def issued(cast: Cast) -> Invoice:
    return issue_invoice(invoice=drafted(cast), by=cast.finance, on=TODAY, at=NOW)


def choose_item(browser: Any, books: Books) -> None:
    item = next(each for each in books.all("Item") if each["Type"] == "Service")
    wish = {"kind": PURPOSE, "id": 1, "remote": item["Id"]}
    assert browser.post(f"{PAGE}mapping/default/", wish).status_code == 204


def test_an_installation_without_keys_says_which_it_needs(cast: Cast, web: Callable[..., Any]) -> None:
    assert "QUICKBOOKS_CLIENT_ID" in web(cast.owner).get(PAGE).content.decode()


def test_without_a_company_the_page_offers_to_connect(
    sandbox: Sandbox, cast: Cast, web: Callable[..., Any]
) -> None:
    assert "Connect QuickBooks" in web(cast.owner).get(PAGE).content.decode()


def test_connecting_walks_through_the_consent_page(
    sandbox: Sandbox, cast: Cast, web: Callable[..., Any]
) -> None:
    browser = web(cast.owner)
    page = browser.post(f"{PAGE}connect/").content.decode()
    assert "/quickbooks/connect/oauth2" in page
    back = browser.get(f"{PAGE}back/?error=access_denied&state=x", follow=True).content.decode()
    assert "Connect again" in back
    assert not Connection.objects.filter(provider="quickbooks").exists()


def test_what_a_check_finds_says_what_and_where(books: Books, cast: Cast, web: Callable[..., Any]) -> None:
    invoice = issued(cast)
    page = web(cast.finance).get(PAGE).content.decode()
    assert f"Invoice {invoice.number}" in page
    assert "Labor code Engineering has no QuickBooks item." in page
    assert 'href="/connections/quickbooks/mapping/#labor-codes"' in page


def test_pending_is_posted_and_shown_with_both_links(
    books: Books, cast: Cast, web: Callable[..., Any]
) -> None:
    invoice = issued(cast)
    choose_item(web(cast.owner), books)
    browser = web(cast.finance)
    assert "Post 1 pending" in browser.get(f"{PAGE}?tab=pending").content.decode()
    assert browser.post(f"{PAGE}post-all/").status_code == 302
    waiting = browser.get(f"{PAGE}?tab=pending").content.decode()
    assert 'hx-trigger="load delay:2s"' in waiting
    for _ in range(3):
        outbox.drain(at=NOW)
    OutboxRow.objects.exclude(state="DONE").update(not_before=NOW)
    outbox.drain(at=NOW)
    link = ExternalLink.objects.get(local_kind="billing.invoice", local_id=invoice.pk)
    posted = browser.get(f"{PAGE}?tab=posted").content.decode()
    assert f'href="/billing/invoices/{invoice.pk}/"' in posted
    assert f"/quickbooks/company/{books.realm}/invoice/{link.remote_id}" in posted
    assert 'hx-trigger="load delay:2s"' not in posted


def test_chosen_rows_are_left_out_and_taken_back(books: Books, cast: Cast, web: Callable[..., Any]) -> None:
    invoice = issued(cast)
    browser = web(cast.finance)
    browser.post(f"{PAGE}ignore/", {"paper": f"invoice:{invoice.pk}", "tab": "attention"})
    assert IgnoredPosting.objects.get().local_id == invoice.pk
    assert f"Invoice {invoice.number}" in browser.get(f"{PAGE}?tab=ignored").content.decode()
    browser.post(f"{PAGE}unignore/", {"paper": f"invoice:{invoice.pk}"})
    assert not IgnoredPosting.objects.exists()


def test_a_form_of_somebody_elses_making_is_not_found(
    books: Books, cast: Cast, web: Callable[..., Any]
) -> None:
    browser = web(cast.finance)
    for paper in ("invoice:abc", "mail:1", "customer:1"):
        assert browser.post(f"{PAGE}post/", {"paper": paper}).status_code == 404


def test_a_week_of_time_is_one_row(books: Books, cast: Cast, web: Callable[..., Any]) -> None:
    for minutes in (60, 90):
        log(cast.member, cast.design, minutes)
    page = web(cast.finance).get(f"{PAGE}?tab=attention").content.decode()
    assert page.count(f"Time, {cast.member.name}</span>") == 1
    assert "2.50 h" in page
    # The week opens for those who may record other people's time.
    page = web(cast.owner).get(f"{PAGE}?tab=attention").content.decode()
    assert page.count(f"Time, {cast.member.name}</a>") == 1


def test_mapping_lists_ours_beside_theirs(books: Books, cast: Cast, web: Callable[..., Any]) -> None:
    browser = web(cast.owner)
    page = browser.get(f"{PAGE}mapping/").content.decode()
    for words in ("Engineering", "Undeposited Funds", "City of Larkspur", "Kemi Ogundipe"):
        assert words in page
    item = next(each for each in books.all("Item") if each["Name"] == "Design")
    wish = {"kind": "projects.laborcode", "id": cast.engineering.pk, "remote": item["Id"]}
    assert browser.post(f"{PAGE}mapping/item/", wish).status_code == 204
    assert Mapping.objects.get(local_id=cast.engineering.pk, local_kind=wish["kind"]).remote_id == item["Id"]
    assert browser.post(f"{PAGE}mapping/item/", {**wish, "remote": "999999"}).status_code == 422
    employee = books.create("Employee", GivenName="Kemi", FamilyName="O.")
    pull(by=cast.owner, at=NOW)
    ExternalLink.objects.filter(remote_id=employee["Id"], remote_type="Employee").delete()
    wish = {
        "kind": "people.staffmember",
        "id": cast.finance.staff_member.pk,
        "remote": f"Employee:{employee['Id']}",
    }
    assert browser.post(f"{PAGE}mapping/link/", wish).status_code == 204
    assert ExternalLink.objects.get(remote_type="Employee", remote_id=employee["Id"]).local_id == wish["id"]


def test_the_rules_save_themselves(books: Books, cast: Cast, web: Callable[..., Any]) -> None:
    wish = {"posts_invoices_automatically": "on", "posts_from": "2026-11-01"}
    assert web(cast.owner).post(f"{PAGE}rules/", wish).status_code == 204
    rules = QuickBooksRules.objects.get()
    assert (rules.posts_invoices_automatically, rules.posts_time) == (True, False)
    assert rules.posts_from.isoformat() == "2026-11-01"


def test_pulling_starts_a_job_and_disconnecting_keeps_links(
    books: Books, cast: Cast, web: Callable[..., Any]
) -> None:
    browser = web(cast.owner)
    assert browser.post(f"{PAGE}pull/").status_code == 302
    assert Job.objects.get().kind == "quickbooks.pull"
    links = ExternalLink.objects.count()
    assert "Disconnect" in browser.get(f"{PAGE}disconnect/").content.decode()
    browser.post(f"{PAGE}disconnect/")
    assert ExternalLink.objects.count() == links
    assert "Connect again" in browser.get(PAGE).content.decode()


def test_without_access_what_waits_is_no_alarm_and_nothing_offers_to_send(
    books: Books, cast: Cast, web: Callable[..., Any]
) -> None:
    invoice = issued(cast)
    Connection.objects.update(health=Connection.Health.LOST)
    page = web(cast.owner).get(f"{PAGE}?tab=pending").content.decode()
    assert f"Invoice {invoice.number}" in page
    assert "Waits for the connection" in page
    assert "Connect again" in page
    for words in ("QuickBooks is not connected.", "Post 1 pending", "Pull lists", "mapping/"):
        assert words not in page


def test_the_page_costs_the_same_for_many(books: Books, cast: Cast, web: Callable[..., Any]) -> None:
    browser = web(cast.finance)
    issued(cast)
    log(cast.member, cast.design)
    browser.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        browser.get(PAGE)
    for _ in range(4):
        issued(cast)
        log(cast.manager, cast.review)
    with CaptureQueriesContext(connection) as many:
        browser.get(PAGE)
    assert len(few) == len(many)


def test_staff_see_nothing_of_it(books: Books, cast: Cast, web: Callable[..., Any]) -> None:
    browser = web(cast.member)
    for address in (PAGE, f"{PAGE}mapping/", f"{PAGE}desk/"):
        assert browser.get(address).status_code == 403
