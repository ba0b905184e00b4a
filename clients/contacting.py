"""People at a client: adding, changing, deactivating them."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from clients.access import require_manage
from clients.adding import NameIsMissing
from clients.models import Client, Contact
from clients.promises import EmailIsNeeded
from core import audit
from core.activating import set_active
from core.errors import Refusal
from core.promises import promises
from people.models import User


class NotAnEmail(Refusal):
    sentence = "This is not an e-mail address. It looks like name@example.com."


def add_contact(
    *,
    client: Client,
    name: str,
    by: User | None,
    title: str = "",
    email: str = "",
    phone: str = "",
    is_billing_to: bool = False,
    is_billing_cc: bool = False,
) -> Contact:
    """Adds a person at the client. Raises NameIsMissing, NotAnEmail; EmailIsNeeded for one who gets invoices."""
    contact = Contact(
        client=client,
        name=name,
        title=title,
        email=email,
        phone=phone,
        is_billing_to=is_billing_to,
        is_billing_cc=is_billing_cc,
    )
    with promises(), transaction.atomic():
        require_manage(by)
        _check(contact)
        contact.save()
        audit.acting("contact.add", by=by, subject=contact, client=client.pk, name=contact.name)
        return contact


def edit_contact(
    *,
    contact: Contact,
    by: User | None,
    name: str,
    title: str,
    email: str,
    phone: str,
    is_billing_to: bool,
    is_billing_cc: bool,
) -> Contact:
    """Changes a contact. Raises as `add_contact` does."""
    with promises(), transaction.atomic():
        require_manage(by)
        contact = Contact.objects.select_for_update().get(pk=contact.pk)
        audit.acting("contact.edit", by=by, subject=contact)
        contact.name, contact.title, contact.email, contact.phone = name, title, email, phone
        contact.is_billing_to, contact.is_billing_cc = is_billing_to, is_billing_cc
        _check(contact)
        contact.save()
        return contact


def deactivate_contact(*, contact: Contact, by: User | None) -> Contact:
    """The person has left: gets no more mail, stays in the history."""
    require_manage(by)
    return set_active(contact, False, verb="contact", by=by)


def reactivate_contact(*, contact: Contact, by: User | None) -> Contact:
    """The way back of `deactivate_contact`."""
    require_manage(by)
    return set_active(contact, True, verb="contact", by=by)


def _check(contact: Contact) -> None:
    contact.name, contact.email = " ".join(contact.name.split()), contact.email.strip()
    if not contact.name:
        raise NameIsMissing(field="name")
    if contact.email:
        try:
            validate_email(contact.email)
        except ValidationError as error:
            raise NotAnEmail(field="email") from error
    elif contact.is_billing_to or contact.is_billing_cc:
        raise EmailIsNeeded(field="email")
