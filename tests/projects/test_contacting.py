"""Who gets the invoices of one project: its own contacts, else the client's; copies go to both."""

import json
from decimal import Decimal

import pytest

from billing.models import Invoice
from billing.recipients import recipients_of
from clients.adding import add_client
from clients.contacting import add_contact, deactivate_contact
from core.errors import NotAllowed
from projects.contacting import HasNoAddress, WorksElsewhere, choose_contacts
from projects.paying import PayerWish, arrange_payers
from tests.billing.work import drafted
from tests.cast import Cast


def test_its_own_contacts_stand_in_and_copies_go_to_both(cast: Cast) -> None:
    invoice = drafted(cast)
    jo, bo, nobody = (
        add_contact(client=cast.client, name=name, email=email, by=cast.finance)
        for name, email in (("Jo", "jo@larkspur.example"), ("Bo", "bo@larkspur.example"), ("No", ""))
    )
    copied = add_contact(
        client=cast.client, name="Cy", email="cy@l.example", by=cast.finance, is_billing_cc=True
    )
    assert recipients_of(invoice).to == ["ap@larkspur.example"]

    choose_contacts(project=cast.project, to=[], cc=[bo], by=cast.manager)
    people = recipients_of(invoice)
    assert (people.to, people.cc) == (["ap@larkspur.example"], ["bo@larkspur.example", "cy@l.example"])

    choose_contacts(project=cast.project, to=[jo, bo], cc=[bo], by=cast.manager)
    people = recipients_of(invoice)
    assert (people.to, people.cc) == (["bo@larkspur.example", "jo@larkspur.example"], ["cy@l.example"])

    # Whoever left gets nothing more; with all of them gone it is the client's again.
    for contact in (jo, bo):
        deactivate_contact(contact=contact, by=cast.finance)
    assert recipients_of(invoice).to == ["ap@larkspur.example"]

    other = add_client(name="Elsewhere", by=cast.finance)
    stranger = add_contact(client=other, name="Di", email="di@else.example", by=cast.finance)
    with pytest.raises(WorksElsewhere, match="Di is no contact of City of Larkspur"):
        choose_contacts(project=cast.project, to=[stranger], cc=[], by=cast.manager)
    with pytest.raises(HasNoAddress, match="No has no e-mail address"):
        choose_contacts(project=cast.project, to=[], cc=[nobody], by=cast.manager)
    with pytest.raises(NotAllowed):
        choose_contacts(project=cast.project, to=[copied], cc=[], by=cast.member)


def test_whom_a_payer_named_comes_before_whom_the_project_named(cast: Cast) -> None:
    jo, bo = (
        add_contact(client=cast.client, name=name, email=f"{name.lower()}@larkspur.example", by=cast.finance)
        for name in ("Jo", "Bo")
    )
    choose_contacts(project=cast.project, to=[jo], cc=[], by=cast.manager)
    share = PayerWish(cast.client, Decimal(100), contact=bo)
    arrange_payers(project=cast.project, starts_on=None, payers=[share], by=cast.owner)
    people = recipients_of(drafted(cast))
    # The project's contact still gets a copy; the client's billing contact gets nothing in either's place.
    assert (people.to, people.cc) == (["bo@larkspur.example"], ["jo@larkspur.example"])
    deactivate_contact(contact=bo, by=cast.finance)
    assert recipients_of(Invoice.objects.get()).to == ["jo@larkspur.example"]
    deactivate_contact(contact=jo, by=cast.finance)
    assert recipients_of(Invoice.objects.get()).to == ["ap@larkspur.example"]


def test_the_dialog_and_the_page(cast: Cast, web) -> None:
    jo = add_contact(client=cast.client, name="Jo Lind", email="jo@larkspur.example", by=cast.finance)
    browser, url = web(cast.manager), f"/projects/{cast.project.pk}/contacts/"
    assert "The client’s billing contacts" in browser.get(f"/projects/{cast.project.pk}/").text
    assert "Jo Lind" in browser.get(url, headers={"HX-Request": "true"}).text
    done = browser.post(url, {"to": [jo.pk]}, headers={"HX-Request": "true"})
    assert "contacts-changed" in json.loads(done["HX-Trigger"])
    shown = browser.get(f"/projects/{cast.project.pk}/").text
    assert "Gets its invoices" in shown
    assert "The client’s billing contacts" not in shown
    assert web(cast.member).get(url, headers={"HX-Request": "true"}).status_code == 403
