"""Many clients at once, as another system names them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from clients.access import require_manage
from clients.models import Client, PaymentTerms
from core import audit
from core.promises import promises
from people.models import User

NAME_LENGTH = 120


@dataclass(frozen=True)
class NewClient:
    """A client to add; without terms it gets the firm's usual ones. `name` is cut at 120 signs."""

    name: str
    currency: str = "USD"
    phone: str = ""
    billing_address: str = ""
    terms_id: int | None = None


def add_clients(*, clients: Sequence[NewClient], by: User | None, why: str) -> list[Client]:
    """Adds them all or none, in a constant number of statements. Raises NotAllowed, ClientExists.

    Names that only read alike are taken: who imports has matched them before.
    """
    require_manage(by)
    with promises(), transaction.atomic():
        usual = PaymentTerms.objects.filter(is_default=True).values_list("pk", flat=True).first()
        audit.acting("client.add_many", by=by, why=why, names=[each.name for each in clients][:100])
        return Client.objects.bulk_create(
            [
                Client(
                    name=each.name[:NAME_LENGTH],
                    currency=each.currency,
                    phone=each.phone[:40],
                    billing_address=each.billing_address,
                    payment_terms_id=each.terms_id or usual,
                )
                for each in clients
            ]
        )
