"""Pages of clients: who may open them, what they keep, what they cost."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client, Contact, TaxCode
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


def fields(**changed: str) -> dict[str, str]:
    terms = {"payment_terms": str(Client.objects.get(name="City of Larkspur").payment_terms_id)}
    return {"name": "Northgate", "currency": "USD", "country": "US", "language": "en-us", **terms, **changed}


def test_the_list_searches_and_counts(cast: Cast, web) -> None:
    Client.objects.create(name="Gone", is_active=False)
    page = web(cast.manager).get("/clients/").text
    assert "City of Larkspur" in page
    assert "ap@larkspur.example" in page
    assert "Gone" not in page
    assert "Gone" in web(cast.manager).get("/clients/?is=inactive").text
    for words, found in (("alma larkspur", True), ("alma northgate", False)):
        assert ("City of Larkspur" in web(cast.manager).get("/clients/", {"q": words}).text) is found


def test_the_list_costs_the_same_for_many_clients(cast: Cast, web) -> None:
    browser = web(cast.manager)
    browser.get("/clients/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get("/clients/")
    Client.objects.bulk_create(Client(name=f"Client {number}") for number in range(70))
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/clients/")
    assert len(many) == len(few) <= 12
    assert "Show 21 more" in page.text
    rest = browser.get("/clients/?start=50", headers=HTMX).text
    assert rest.count("<tr") == 21
    assert "<html" not in rest


def test_adding_leads_to_the_page_of_the_client(cast: Cast, web) -> None:
    answer = web(cast.manager).post("/clients/new/", fields(notes="Pays late"))
    client = Client.objects.get(name="Northgate")
    assert answer.url == f"/clients/{client.pk}/"
    assert client.notes == "Pays late"


@pytest.mark.parametrize("name", ["city of larkspur", "The City of Larkspur, Inc."])
def test_a_known_name_is_kept_and_the_known_client_offered(cast: Cast, web, name: str) -> None:
    answer = web(cast.manager).post("/clients/new/", fields(name=name, legal_name="Kept as typed"))
    assert answer.status_code == 422
    assert f'href="/clients/{cast.client.pk}/"' in answer.text
    assert "Kept as typed" in answer.text
    assert ("accepts_alike" in answer.text) == (name != "city of larkspur")
    again = web(cast.manager).post("/clients/new/", fields(name=name, accepts_alike="on"))
    assert again.status_code == (422 if name == "city of larkspur" else 302)


def test_editing_and_deactivating(cast: Cast, web) -> None:
    browser = web(cast.manager)
    assert 'value="City of Larkspur"' in browser.get(f"/clients/{cast.client.pk}/edit/").text
    browser.post(f"/clients/{cast.client.pk}/edit/", fields(name="Larkspur"))
    assert Client.objects.get(pk=cast.client.pk).name == "Larkspur"
    refused = browser.post(f"/clients/{cast.client.pk}/deactivate/")
    assert refused.status_code == 422
    assert "open projects" in refused.text
    cast.project.state = "CLOSED"
    cast.project.save()
    browser.post(f"/clients/{cast.client.pk}/deactivate/")
    assert not Client.objects.get(pk=cast.client.pk).is_active
    browser.post(f"/clients/{cast.client.pk}/reactivate/")
    assert Client.objects.get(pk=cast.client.pk).is_active


def test_a_contact_who_gets_invoices_needs_an_address(cast: Cast, web) -> None:
    url = f"/clients/{cast.client.pk}/contacts/new/"
    assert "New contact" in web(cast.manager).get(url, headers=HTMX).text
    answer = web(cast.manager).post(url, {"name": "Bo Li", "is_billing_to": "on"}, headers=HTMX)
    assert answer.status_code == 422
    assert 'id="dialog_email_error"' in answer.text
    assert 'value="Bo Li"' in answer.text
    done = web(cast.manager).post(url, {"name": "Bo Li", "email": "bo@larkspur.example"}, headers=HTMX)
    assert done.status_code == 204
    events = json.loads(done["HX-Trigger"])
    assert {"psa:close-dialog", "contacts-changed", "psa:toast"} <= set(events)


def test_a_contact_can_be_changed_and_sent_away(cast: Cast, web) -> None:
    browser = web(cast.manager)
    base = f"/clients/contacts/{cast.contact.pk}"
    changed = {"name": "Alma R.", "email": "alma@larkspur.example", "is_billing_cc": "on"}
    assert browser.post(f"{base}/edit/", changed, headers=HTMX).status_code == 204
    contact = Contact.objects.get(pk=cast.contact.pk)
    assert (contact.name, contact.is_billing_to, contact.is_billing_cc) == ("Alma R.", False, True)
    gone = browser.post(f"{base}/deactivate/", headers=HTMX)
    assert json.loads(gone["HX-Trigger"])["psa:toast"]["undo"] == f"{base}/reactivate/"
    browser.post(f"{base}/reactivate/", headers=HTMX)
    assert Contact.objects.get(pk=cast.contact.pk).is_active


def test_terms_and_taxes(cast: Cast, web) -> None:
    finance = web(cast.finance)
    assert "Net 30" in finance.get("/clients/terms/").text
    assert finance.post("/clients/terms/new/", {"name": "Net 30", "net_days": "30"}).status_code == 422
    assert finance.post("/clients/terms/new/", {"name": "Net 7", "net_days": "7"}).status_code == 204
    early = {"name": "2/10", "net_days": "30", "discount_percent": "2", "discount_days": "10"}
    assert finance.post("/clients/terms/new/", early).status_code == 204
    assert "2 % off within 10 days" in finance.get("/clients/terms/").text
    assert finance.post("/clients/taxes/new/", {"name": "CA", "rate_1": "7.25"}).status_code == 204
    assert "7.25" in finance.get("/clients/terms/").text
    two = {
        "name": "CA",
        "name_1": "State",
        "rate_1": "6",
        "name_2": "County",
        "rate_2": "1.25",
        "is_active": "on",
    }
    tax = TaxCode.objects.get()
    assert finance.post(f"/clients/taxes/{tax.pk}/", two | {"first_on": "2027-01-01"}).status_code == 204
    assert "6 % from 1 Jan 2027" in finance.get("/clients/terms/").text
    without = finance.post("/clients/taxes/new/", {"name": "B", "name_1": "State"})
    assert (without.status_code, "Say at which rate." in without.text) == (422, True)
    assert web(cast.manager).get("/clients/terms/").status_code == 200
    assert web(cast.manager).get("/clients/terms/new/").status_code == 403


@pytest.mark.parametrize(
    "path", ["", "new/", "{}/", "{}/edit/", "{}/contacts/new/", "terms/", "terms/new/", "taxes/new/"]
)
def test_staff_without_the_right_are_refused(cast: Cast, web, path: str) -> None:
    url = "/clients/" + path.format(cast.client.pk)
    assert web(cast.member).get(url).status_code == 403
    assert web().get(url).status_code == 302
