"""Contacts: who gets invoices has an e-mail address."""

import pytest
from django.db import IntegrityError, transaction

from clients.adding import NameIsMissing
from clients.contacting import NotAnEmail, add_contact, deactivate_contact, edit_contact, reactivate_contact
from clients.models import Contact
from clients.promises import EmailIsNeeded
from core.errors import NotAllowed
from tests.cast import Cast


def test_add_and_edit(cast: Cast) -> None:
    contact = add_contact(client=cast.client, name="Bo Li", by=cast.manager, title="Engineer")
    changed = edit_contact(
        contact=contact,
        by=cast.manager,
        name="Bo Li",
        title="City engineer",
        email="bo@larkspur.example",
        phone="",
        is_billing_to=False,
        is_billing_cc=True,
    )
    assert (changed.title, changed.is_billing_cc) == ("City engineer", True)
    assert not deactivate_contact(contact=contact, by=cast.manager).is_active
    assert reactivate_contact(contact=contact, by=cast.manager).is_active


@pytest.mark.parametrize("flag", ["is_billing_to", "is_billing_cc"])
def test_who_gets_invoices_needs_an_address(cast: Cast, flag: str) -> None:
    with pytest.raises(EmailIsNeeded) as refused:
        add_contact(client=cast.client, name="Bo Li", by=cast.manager, **{flag: True})
    assert refused.value.field == "email"
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(client=cast.client, name="Bo Li", **{flag: True})


def test_bad_input(cast: Cast) -> None:
    with pytest.raises(NotAnEmail):
        add_contact(client=cast.client, name="Bo Li", by=cast.manager, email="bo at larkspur")
    with pytest.raises(NameIsMissing):
        add_contact(client=cast.client, name=" ", by=cast.manager)
    with pytest.raises(NotAllowed):
        add_contact(client=cast.client, name="Bo Li", by=cast.member)
    assert Contact.objects.count() == 1
