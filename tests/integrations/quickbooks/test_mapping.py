"""What stands for what there: as a person decides, within what was pulled, and with a record of it."""

import pytest

from clients.models import Client
from core.errors import NotAllowed
from core.models import Action, Change
from integrations.links import LinkedAlready, links_of
from integrations.mappings import mapped
from integrations.models import Connection, ExternalLink, Mapping, QuickBooksRules
from integrations.quickbooks.faults import AccessLost
from integrations.quickbooks.mapping import (
    LABOR_CODE,
    NotInTheList,
    Purpose,
    link_client,
    link_record,
    map_labor_code,
    set_default,
    set_rules,
    unlink,
)
from integrations.quickbooks.pulling import pull
from people.models import User
from projects.models import LaborCode
from tests.books import Books
from tests.cast import NOW, Cast

State = ExternalLink.State


@pytest.fixture(autouse=True)
def pulled(books: Books, cast: Cast) -> None:
    pull(by=cast.owner, at=NOW)


def item(books: Books, name: str) -> str:
    return str(next(each["Id"] for each in books.all("Item") if each["Name"] == name))


def account(books: Books, name: str) -> str:
    return str(next(each["Id"] for each in books.all("Account") if each["Name"] == name))


def test_several_labor_codes_are_sold_as_one_item(books: Books, cast: Cast) -> None:
    consulting = LaborCode.objects.get(name="Consulting")
    map_labor_code(labor_code_id=cast.engineering.pk, item_id=item(books, "Consulting"), by=cast.owner)
    found = mapped("quickbooks", books.realm, LABOR_CODE, [cast.engineering.pk, consulting.pk])
    assert set(found.values()) == {item(books, "Consulting")}
    map_labor_code(labor_code_id=cast.engineering.pk, item_id=item(books, "Design"), by=cast.owner)
    assert mapped("quickbooks", books.realm, LABOR_CODE)[cast.engineering.pk] == item(books, "Design")
    map_labor_code(labor_code_id=cast.engineering.pk, item_id="", by=cast.owner)
    assert cast.engineering.pk not in mapped("quickbooks", books.realm, LABOR_CODE)


def test_each_purpose_takes_its_own_kind_of_record(books: Books, owner: User) -> None:
    set_default(purpose=Purpose.DEFAULT_ITEM, remote_id=item(books, "Consulting"), by=owner)
    set_default(purpose=Purpose.DEPOSIT_ACCOUNT, remote_id=account(books, "Checking"), by=owner)
    assert mapped("quickbooks", books.realm, "quickbooks.default") == {
        1: item(books, "Consulting"),
        2: account(books, "Checking"),
    }
    with pytest.raises(NotInTheList):
        set_default(purpose=Purpose.DEPOSIT_ACCOUNT, remote_id=account(books, "Travel"), by=owner)
    with pytest.raises(NotInTheList):
        set_default(purpose=Purpose.DEFAULT_ITEM, remote_id=account(books, "Checking"), by=owner)


def test_only_active_records_that_were_pulled_can_be_chosen(books: Books, cast: Cast) -> None:
    books.edit("Item", item(books, "Design"), Active=False)
    pull(by=cast.owner, at=NOW)
    for wrong in (item(books, "Design"), "4711"):
        with pytest.raises(NotInTheList):
            map_labor_code(labor_code_id=cast.engineering.pk, item_id=wrong, by=cast.owner)


def test_a_client_is_linked_with_one_customer_and_a_customer_with_one_client(
    books: Books, cast: Cast
) -> None:
    first, second = (each["Id"] for each in books.all("Customer")[:2])
    taken = links_of("quickbooks", books.realm, "clients.client")
    other = next(link.local_id for link in taken.values() if link.remote_id == first)
    with pytest.raises(LinkedAlready) as refused:
        link_client(client_id=cast.client.pk, customer_id=first, by=cast.owner)
    assert refused.value.facts["local_id"] == other
    assert unlink(local_kind="clients.client", local_id=other, by=cast.owner) == 1
    link_client(client_id=cast.client.pk, customer_id=first, by=cast.owner)
    assert links_of("quickbooks", books.realm, "clients.client")[cast.client.pk].remote_id == first
    unlink(
        local_kind="clients.client",
        local_id=next(link.local_id for link in taken.values() if link.remote_id == second),
        by=cast.owner,
    )
    link_client(client_id=cast.client.pk, customer_id=second, by=cast.owner)
    assert links_of("quickbooks", books.realm, "clients.client")[cast.client.pk].remote_id == second
    assert ExternalLink.objects.get(remote_type="Customer", remote_id=first).state == State.SEVERED


def test_kinds_do_not_mix(books: Books, cast: Cast) -> None:
    employee = books.all("Employee")[0]["Id"]
    with pytest.raises(NotInTheList):
        link_record(
            local_kind="clients.client",
            local_id=cast.client.pk,
            remote_type="Employee",
            remote_id=employee,
            by=cast.owner,
        )
    with pytest.raises(NotInTheList):
        link_record(
            local_kind="billing.invoice", local_id=1, remote_type="Customer", remote_id="1", by=cast.owner
        )


def test_posted_documents_are_not_unlinked_by_hand(books: Books, cast: Cast) -> None:
    ExternalLink.objects.create(
        provider="quickbooks",
        account_id=books.realm,
        remote_type="Invoice",
        remote_id="9",
        local_kind="billing.invoice",
        local_id=1,
    )
    assert unlink(local_kind="billing.invoice", local_id=1, by=cast.owner) == 0
    assert ExternalLink.objects.get(remote_type="Invoice").state == State.ACTIVE


def test_decisions_leave_a_record(books: Books, cast: Cast) -> None:
    for name in ("Consulting", "Design"):
        map_labor_code(labor_code_id=cast.engineering.pk, item_id=item(books, name), by=cast.owner)
    actions = Action.objects.filter(verb="quickbooks.map")
    assert {action.actor_name for action in actions} == {cast.owner.name}
    change = Change.objects.filter(action=actions.order_by("-id").first()).get()
    assert change.old == {"remote_id": item(books, "Consulting")}
    assert change.new == {"remote_id": item(books, "Design")}


def test_who_may_not_manage_connections_decides_nothing(books: Books, cast: Cast) -> None:
    customer = books.all("Customer")[0]["Id"]
    rows = Mapping.objects.count(), ExternalLink.objects.count()
    for by in (cast.manager, cast.member):
        with pytest.raises(NotAllowed):
            map_labor_code(labor_code_id=cast.engineering.pk, item_id="1", by=by)
        with pytest.raises(NotAllowed):
            set_default(purpose=Purpose.DEFAULT_ITEM, remote_id="1", by=by)
        with pytest.raises(NotAllowed):
            link_client(client_id=cast.client.pk, customer_id=customer, by=by)
        with pytest.raises(NotAllowed):
            unlink(local_kind="clients.client", local_id=cast.client.pk, by=by)
        with pytest.raises(NotAllowed):
            set_rules(
                posts_invoices_automatically=True,
                posts_time=True,
                creates_customers=True,
                posts_from=None,
                by=by,
            )
    assert rows == (Mapping.objects.count(), ExternalLink.objects.count())


def test_rules_of_posting_are_kept(cast: Cast) -> None:
    set_rules(
        posts_invoices_automatically=True,
        posts_time=False,
        creates_customers=False,
        posts_from=None,
        by=cast.owner,
    )
    kept = QuickBooksRules.objects.get()
    assert (kept.posts_invoices_automatically, kept.posts_time, kept.creates_customers) == (
        True,
        False,
        False,
    )


def test_without_a_company_there_is_nothing_to_choose(books: Books, cast: Cast) -> None:
    Connection.objects.update(health=Connection.Health.DISCONNECTED)
    with pytest.raises(AccessLost):
        map_labor_code(labor_code_id=cast.engineering.pk, item_id="1", by=cast.owner)
    assert Client.objects.filter(pk=cast.client.pk).exists()
