"""Clients: operations, duplicates, rights, audit."""

import pytest

from clients.adding import (
    LooksLikeAnother,
    NameIsMissing,
    NotACurrency,
    add_client,
    deactivate_client,
    edit_client,
    reactivate_client,
)
from clients.models import Client
from clients.names import normalised
from clients.promises import ClientExists
from core.audit import history
from core.errors import NotAllowed, Refusal
from core.models import Change
from projects.opening import close_project, open_project, reopen_project
from tests.cast import Cast
from tests.two_connections import at_once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Okafor & Sons, Inc.", "Okafor and Sons"),
        ("City of Larkspur", "CITY OF  LARKSPUR"),
        ("Zürich Wasser AG", "Zurich Wasser"),
        ("A.B.C. Company", "ABC"),
    ],
)
def test_names_that_mean_the_same(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Larkspur", "Larkspur Water"), ("The Co", "The Inc"), ("A1", "A2")]
)
def test_names_that_differ(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def test_a_new_client_gets_the_usual_terms(cast: Cast) -> None:
    client = add_client(name="  Northgate   Transit ", by=cast.finance, currency="CAD")
    assert (client.name, client.currency, client.payment_terms.net_days) == ("Northgate Transit", "CAD", 30)
    assert history(client)[0].actor_name == "Kemi Ogundipe"
    assert add_client(name="No terms", by=cast.finance, payment_terms=None).payment_terms is None


def test_the_same_name_is_refused_and_names_the_one_that_is_there(cast: Cast) -> None:
    with pytest.raises(ClientExists) as refused:
        add_client(name="city of larkspur", by=cast.finance, accepts_alike=True)
    assert refused.value.field == "name"
    assert refused.value.facts["client_id"] == cast.client.pk


def test_a_name_that_reads_alike_asks_first(cast: Cast) -> None:
    with pytest.raises(LooksLikeAnother, match="City of Larkspur") as refused:
        add_client(name="The City of Larkspur, Inc.", by=cast.finance)
    assert refused.value.facts["client_id"] == cast.client.pk
    with pytest.raises(LooksLikeAnother):
        add_client(name="City of Larkspur Public Works LLC", by=cast.finance)
    assert add_client(name="The City of Larkspur, Inc.", by=cast.finance, accepts_alike=True).pk


def test_bad_input_changes_nothing(cast: Cast) -> None:
    with pytest.raises(NameIsMissing):
        add_client(name="  ", by=cast.finance)
    with pytest.raises(NotACurrency):
        edit_client(client=cast.client, by=cast.finance, currency="usd")
    assert Client.objects.count() == 1


def test_an_edit_is_recorded_old_and_new(cast: Cast) -> None:
    edit_client(client=cast.client, by=cast.finance, name="Larkspur", notes="Pays on the 10th")
    change = Change.objects.get(table_name="clients_client")
    assert change.old == {"name": "City of Larkspur", "notes": ""}
    assert change.new == {"name": "Larkspur", "notes": "Pays on the 10th"}
    assert change.action.verb == "client.edit"
    edit_client(client=cast.client, by=cast.finance, name="LARKSPUR")
    assert Client.objects.get().name == "LARKSPUR"


def test_a_client_with_open_projects_stays_active(cast: Cast) -> None:
    with pytest.raises(Refusal, match="open projects"):
        deactivate_client(client=cast.client, by=cast.finance)
    close_project(project=cast.project, by=cast.manager)
    assert not deactivate_client(client=cast.client, by=cast.finance).is_active
    for again in (
        lambda: reopen_project(project=cast.project, by=cast.manager),
        lambda: open_project(client=cast.client, name="Next", by=cast.manager),
    ):
        with pytest.raises(Refusal, match="not active"):
            again()
    reactivate_client(client=cast.client, by=cast.finance)
    assert reopen_project(project=cast.project, by=cast.manager).state == "OPEN"


def test_only_with_the_right(cast: Cast) -> None:
    for call in (
        lambda: add_client(name="New", by=cast.member),
        lambda: edit_client(client=cast.client, by=cast.member, notes="x"),
        lambda: deactivate_client(client=cast.client, by=cast.member),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert add_client(name="By the system", by=None).pk


def test_two_people_add_the_same_client_at_once(own_firm: object) -> None:
    answers = at_once(
        own_firm, *[lambda name=name: add_client(name=name, by=None) for name in ("Northgate", "NORTHGATE")]
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Client", "ClientExists"]
    assert Client.objects.count() == 1


def test_a_project_opened_while_its_client_is_deactivated(own_firm: object) -> None:
    client = add_client(name="Northgate", by=None)
    answers = at_once(
        own_firm,
        lambda: open_project(client=client, name="Depot", by=None),
        lambda: deactivate_client(client=client, by=None),
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    client.refresh_from_db()
    assert client.is_active == client.projects.filter(state="OPEN").exists()
