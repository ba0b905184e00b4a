"""Clients, contacts, terms and taxes by the API."""

from collections.abc import Callable

import pytest

from clients.models import Client, PaymentTerms
from core.models import Action
from tests.api.conftest import Program
from tests.cast import Cast

Api = Callable[..., Program]


@pytest.fixture
def program(cast: Cast, api: Api) -> Program:
    return api(cast.owner)


def test_a_client_begins_as_the_form_does(program: Program) -> None:
    made = program.post("/clients", {"name": "  Blue   Oak "})
    assert program.status == 201, made
    assert (made["name"], made["currency"], made["country"], made["language"]) == (
        "Blue Oak",
        "USD",
        "US",
        "en-us",
    )
    assert made["payment_terms_id"] == PaymentTerms.objects.get(is_default=True).pk
    action = Action.objects.get(verb="client.add")
    assert (action.channel, action.actor_name) == ("api", "Olu Hartwell")


def test_what_is_not_given_stays(program: Program, cast: Cast) -> None:
    path = f"/clients/{cast.client.pk}"
    before = program.get(path)
    changed = program.patch(path, {"phone": "+1 555"})
    assert changed | {"updated_at": ""} == before | {"phone": "+1 555", "updated_at": ""}
    assert changed["updated_at"] > before["updated_at"]


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "city of larkspur"}, "name"),
        ({"name": "A", "currency": "XYZ"}, "currency"),
        ({"name": "A", "country": "Mars"}, "country"),
        ({"name": "A", "payment_terms_id": 424242}, "payment_terms_id"),
        ({"name": "A", "payment_terms_id": None}, "payment_terms_id"),
        ({"name": "A", "payment_terms_id": 10**30}, "payment_terms_id"),
        ({"name": "A", "color": "blue"}, "color"),
        ({"name": 7}, "name"),
    ],
)
def test_what_the_form_refuses_is_refused_with_its_path(
    program: Program, wish: dict[str, object], path: str
) -> None:
    body = program.post("/clients", wish)
    assert program.status == 422
    assert [error["path"] for error in body["errors"]] == [path]
    assert body["detail"]


def test_a_name_that_reads_alike_is_pointed_out(program: Program, cast: Cast) -> None:
    body = program.post("/clients", {"name": "City of Larkspur, Inc."})
    assert (program.status, body["type"]) == (422, "urn:psa:problem:looks-like-another")
    assert body["facts"] == {"client_id": cast.client.pk, "client_name": "City of Larkspur"}
    program.post("/clients", {"name": "City of Larkspur, Inc.", "accepts_alike": True})
    assert program.status == 201


def test_a_client_with_open_projects_stays_active(program: Program, cast: Cast) -> None:
    program.post(f"/clients/{cast.client.pk}/deactivate")
    assert program.status == 422
    other = program.post("/clients", {"name": "Other"})
    assert program.post(f"/clients/{other['id']}/deactivate")["is_active"] is False
    listed = program.get("/clients?is_active=false")["items"]
    assert [row["name"] for row in listed] == ["Other"]
    assert program.post(f"/clients/{other['id']}/reactivate")["is_active"] is True


def test_search_finds_a_client_once(program: Program, cast: Cast) -> None:
    program.post(f"/clients/{cast.client.pk}/contacts", {"name": "Second", "email": "b@larkspur.example"})
    assert [row["id"] for row in program.get("/clients?q=larkspur")["items"]] == [cast.client.pk]


def test_contacts(program: Program, cast: Cast) -> None:
    path = f"/clients/{cast.client.pk}/contacts"
    made = program.post(path, {"name": "Bo", "email": "bo@larkspur.example", "is_billing_cc": True})
    assert (program.status, made["client_id"]) == (201, cast.client.pk)
    body = program.post(path, {"name": "Cy", "is_billing_to": True})
    assert (program.status, body["errors"][0]["path"]) == (422, "email")
    changed = program.patch(f"/contacts/{made['id']}", {"title": "Clerk"})
    assert (changed["title"], changed["is_billing_cc"], changed["email"]) == (
        "Clerk",
        True,
        "bo@larkspur.example",
    )
    assert program.post(f"/contacts/{made['id']}/deactivate")["is_active"] is False
    assert program.post(f"/contacts/{made['id']}/reactivate")["is_active"] is True
    assert len(program.get(path)["items"]) == 2
    assert len(program.get("/contacts")["items"]) == 2
    assert program.get(f"/contacts/{made['id']}")["name"] == "Bo"


def test_terms_and_taxes(program: Program) -> None:
    terms = program.post("/payment-terms", {"name": "Net 21", "net_days": 21})
    assert program.status == 201
    assert program.patch(f"/payment-terms/{terms['id']}", {"is_default": True})["net_days"] == 21
    assert [row["name"] for row in program.get("/payment-terms")["items"] if row["is_default"]] == ["Net 21"]
    body = program.patch(f"/payment-terms/{terms['id']}", {"is_default": False})
    assert (program.status, body["errors"][0]["path"]) == (422, "is_default")
    body = program.post("/payment-terms", {"name": "Never", "net_days": 9999})
    assert (program.status, body["errors"][0]["path"]) == (422, "net_days")
    early = program.patch(f"/payment-terms/{terms['id']}", {"discount_percent": "2", "discount_days": 10})
    assert (early["basis"], early["discount_percent"]) == ("DATE", "2.00")
    rows = [{"name": "State", "rate_percent": "6.2500"}, {"rate_percent": "2"}]
    tax = program.post("/tax-codes", {"name": "Sales tax", "components": rows})
    assert (program.status, tax["is_active"]) == (201, True)
    assert [(row["name"], row["rates"][0]["rate_percent"]) for row in tax["components"]] == [
        ("State", "6.25"),
        ("Sales tax", "2.00"),
    ]
    changed = program.patch(f"/tax-codes/{tax['id']}", {"is_active": False})
    assert (changed["components"], changed["is_active"]) == (tax["components"], False)
    raised = program.patch(
        f"/tax-codes/{tax['id']}", {"components": [{"rate_percent": "7"}], "first_on": "2027-01-01"}
    )
    assert [row["first_on"] for row in raised["components"][0]["rates"]] == [None, "2027-01-01"]
    for wrong in ("101", "-1", "NaN", "1e30", True, "8,25"):
        program.post("/tax-codes", {"name": "Wrong", "components": [{"rate_percent": wrong}]})
        assert program.status == 422, wrong
    assert len(program.get("/tax-codes")["items"]) == 1


def test_rights_are_those_of_the_pages(cast: Cast, api: Api) -> None:
    member = api(cast.member)
    for method, path in (
        ("GET", "/clients"),
        ("GET", f"/clients/{cast.client.pk}"),
        ("GET", "/contacts"),
        ("GET", "/payment-terms"),
        ("POST", f"/clients/{cast.client.pk}/deactivate"),
    ):
        member.call(method, path)
        assert member.status == 403, path
    member.post("/clients", {"name": "Mine"})
    assert member.status == 403
    assert not Client.objects.filter(name="Mine").exists()
