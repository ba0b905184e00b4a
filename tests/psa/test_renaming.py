"""The name of the company is the name of the firm."""

from collections.abc import Callable

from django.test import Client as Web

from people.models import LegalEntity
from people.organising import edit_entity
from tenants.models import Firm
from tests.cast import Cast


def test_renaming_the_company_renames_the_firm_in_the_shell(cast: Cast, web: Callable[..., Web]) -> None:
    entity = LegalEntity.objects.get(is_default=True)
    edit_entity(entity=entity, by=cast.owner, name="Hartwell Moss Lee")
    assert Firm.objects.get(slug="hm").name == "Hartwell Moss Lee"
    assert "Hartwell Moss Lee" in web(cast.owner).get("/people/me/").content.decode()
    assert Firm.objects.get(slug="other").name == "Stranger Works"


def test_another_company_of_the_firm_leaves_its_name_alone(cast: Cast) -> None:
    branch = LegalEntity.objects.create(name="Hartwell GmbH", currency="USD")
    edit_entity(entity=branch, by=cast.owner, name="Hartwell & Moss GmbH")
    assert Firm.objects.get(slug="hm").name == "Hartwell & Moss"
