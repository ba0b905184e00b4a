"""What becomes of links when QuickBooks tells of changes: only what is read there counts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from integrations import inbox
from integrations.models import Arrival, Connection, ExternalLink, Mapping, RemoteRecord
from integrations.quickbooks.client import company
from integrations.quickbooks.following import is_void
from integrations.quickbooks.pulling import pull
from people.models import User
from tests.books import Books
from tests.cast import NOW

State = ExternalLink.State
Tell = Callable[..., Arrival]


@pytest.fixture
def tell(books: Books) -> Tell:
    """Tells of a record and has it handled."""

    def do(entity: str, remote_id: str, operation: str = "Update", deleted_id: str = "") -> Arrival:
        arrival = Arrival.objects.create(
            provider="quickbooks",
            event_id=f"e-{Arrival.objects.count()}",
            kind=f"{entity}.{operation}",
            payload={
                "realm": books.realm,
                "entity": entity,
                "remote_id": remote_id,
                "operation": operation,
                "deleted_id": deleted_id,
            },
        )
        handled = inbox.handle(arrival.pk, at=NOW)
        assert handled is not None
        return handled

    return do


@pytest.fixture
def posted(books: Books) -> ExternalLink:
    """An invoice that stands there, as posting leaves it."""
    customer, item = books.all("Customer")[0]["Id"], books.all("Item")[0]["Id"]
    line = {
        "Amount": 100,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item}, "TaxCodeRef": {"value": "NON"}},
    }
    body = {"CustomerRef": {"value": customer}, "DocNumber": "H-1001", "Line": [line]}
    made = company(NOW).create("Invoice", body, request_id="posted-1")
    return ExternalLink.objects.create(
        provider="quickbooks",
        account_id=books.realm,
        remote_type="Invoice",
        remote_id=made["Id"],
        local_kind="billing.invoice",
        local_id=1,
        remote_version=made["SyncToken"],
        remote_image=made,
    )


def test_a_posted_record_that_is_deleted_there_is_known_as_deleted(
    books: Books, posted: ExternalLink, tell: Tell
) -> None:
    books.do("Invoice", posted.remote_id, "delete")
    assert tell("Invoice", posted.remote_id, "Delete").state == Arrival.State.DONE
    posted.refresh_from_db()
    assert posted.state == State.DELETED
    assert posted.remote_image["DocNumber"] == "H-1001"


def test_a_voided_record_counts_as_deleted(books: Books, posted: ExternalLink, tell: Tell) -> None:
    books.do("Invoice", posted.remote_id, "void")
    tell("Invoice", posted.remote_id, "Void")
    posted.refresh_from_db()
    assert posted.state == State.DELETED


def test_a_changed_record_keeps_how_it_was_posted(books: Books, posted: ExternalLink, tell: Tell) -> None:
    books.edit("Invoice", posted.remote_id, PrivateNote="checked by Ana")
    tell("Invoice", posted.remote_id)
    posted.refresh_from_db()
    assert (posted.state, posted.remote_version) == (State.ACTIVE, "1")
    assert posted.remote_image["PrivateNote"] == "checked by Ana"
    assert posted.prior_image is not None
    assert "PrivateNote" not in posted.prior_image


@pytest.mark.parametrize("weather", ["drop", "cut_body", "html", "503"])
def test_a_read_that_fails_is_never_a_deletion(
    books: Books, posted: ExternalLink, tell: Tell, weather: str
) -> None:
    books.order_fault(kind=weather, entity="Invoice", operation="read")
    arrival = tell("Invoice", posted.remote_id, "Delete")
    assert arrival.state == Arrival.State.FAILED
    posted.refresh_from_db()
    assert posted.state == State.ACTIVE
    # Told of a deletion that did not happen, or came late: it is there, so it stays.
    inbox.sweep(at=NOW + timedelta(days=3650))
    posted.refresh_from_db()
    assert posted.state == State.ACTIVE
    arrival.refresh_from_db()
    assert arrival.state == Arrival.State.DONE


def test_what_was_not_posted_from_here_or_is_known_is_not_read(
    books: Books, posted: ExternalLink, tell: Tell
) -> None:
    before = len(books.requests())
    assert tell("Invoice", "4711", "Delete").state == Arrival.State.IGNORED
    assert tell("Invoice", posted.remote_id, "Create").state == Arrival.State.IGNORED
    assert tell("Bill", "4711").state == Arrival.State.IGNORED
    assert len(books.requests()) == before


def test_a_customer_made_inactive_there_keeps_an_inactive_link(books: Books, owner: User, tell: Tell) -> None:
    pull(by=owner, at=NOW)
    known = books.all("Customer")[0]["Id"]
    books.do("Customer", known, "deactivate")
    tell("Customer", known)
    link = ExternalLink.objects.get(remote_type="Customer", remote_id=known)
    assert link.state == State.INACTIVE
    assert not RemoteRecord.objects.get(remote_type="Customer", remote_id=known).is_active
    books.do("Customer", known, "activate")
    tell("Customer", known)
    link.refresh_from_db()
    assert link.state == State.ACTIVE
    assert Connection.objects.get(provider="quickbooks").heard_at == NOW


def test_a_new_customer_there_can_be_chosen_here(books: Books, tell: Tell) -> None:
    made = books.create("Customer", DisplayName="Brand New Ltd")
    assert tell("Customer", made["Id"], "Create").state == Arrival.State.DONE
    assert RemoteRecord.objects.get(remote_type="Customer", remote_id=made["Id"]).name == "Brand New Ltd"


def test_the_link_of_a_merged_customer_moves_along(books: Books, owner: User, tell: Tell) -> None:
    pull(by=owner, at=NOW)
    gone = books.all("Customer")[0]["Id"]
    kept = books.create("Customer", DisplayName="Bluefin Robotics Group")["Id"]
    link = ExternalLink.objects.get(remote_type="Customer", remote_id=gone)
    # Told before it happened, nothing moves.
    tell("Customer", kept, "Merge", deleted_id=gone)
    link.refresh_from_db()
    assert link.remote_id == gone
    books.do("Customer", gone, "merge", into=kept)
    tell("Customer", kept, "Merge", deleted_id=gone)
    link.refresh_from_db()
    assert (link.remote_id, link.state) == (kept, State.ACTIVE)


def test_a_merge_into_a_linked_customer_ends_the_other_link(books: Books, owner: User, tell: Tell) -> None:
    pull(by=owner, at=NOW)
    gone, kept = (each["Id"] for each in books.all("Customer")[:2])
    books.do("Customer", gone, "merge", into=kept)
    tell("Customer", kept, "Merge", deleted_id=gone)
    states = dict(ExternalLink.objects.filter(remote_type="Customer").values_list("remote_id", "state"))
    assert (states[gone], states[kept]) == (State.DELETED, State.ACTIVE)


def test_mappings_move_with_a_merged_item(books: Books, owner: User, tell: Tell) -> None:
    pull(by=owner, at=NOW)
    gone, kept = (each["Id"] for each in books.all("Item")[:2])
    books.do("Item", gone, "merge", into=kept)
    tell("Item", kept, "Merge", deleted_id=gone)
    assert not Mapping.objects.filter(remote_id=gone).exists()
    assert Mapping.objects.filter(remote_id=kept).count() == 2


def test_messages_of_a_company_that_was_left_change_nothing(books: Books, tell: Tell) -> None:
    Connection.objects.update(health=Connection.Health.DISCONNECTED)
    before = len(books.requests())
    assert tell("Customer", "1").state == Arrival.State.IGNORED
    assert len(books.requests()) == before


@pytest.mark.parametrize(
    ("record", "void"),
    [
        ({"PrivateNote": "Voided - wrong client", "TotalAmt": 0}, True),
        ({"PrivateNote": "Voided", "TotalAmt": 10}, False),
        ({"PrivateNote": "about voided checks", "TotalAmt": 0}, False),
        ({"TotalAmt": 0}, False),
        ({"PrivateNote": "voided"}, False),
    ],
)
def test_void_is_zero_and_says_so(record: dict[str, Any], void: bool) -> None:
    assert is_void(record) is void
