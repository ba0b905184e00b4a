"""Who pays for a project, by the API."""

from collections.abc import Callable
from typing import Any

from clients.models import Client
from tests.cast import Cast


def test_payers_are_arranged_and_taken_back(api: Callable[..., Any], cast: Cast) -> None:
    county = Client.objects.create(name="County", currency="USD")
    program = api(cast.owner)
    address = f"/projects/{cast.project.pk}/payers"
    wish: dict[str, Any] = {"payers": [{"client_id": county.pk, "percent": "99.5"}]}
    assert "99.5 %" in str(program.put(address, wish))
    assert program.status == 422
    wish["payers"].append({"client_id": cast.client.pk, "percent": "0.5"})
    made = program.put(address, wish)
    assert [row["client_name"] for row in made["payers"]] == ["County", cast.client.name]
    assert program.get(address) == [made]
    program.delete(f"/payers/{made['id']}")
    assert program.get(address) == []
