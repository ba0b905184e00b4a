"""Two clients that are one: what goes over, what stays, what refuses, and the exact way back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from billing.issuing import issue_invoice
from billing.models import CreditMemo, Invoice, InvoiceDocument, Payment, Retainer
from billing.receivables import aging, credits_tie_out, ties_out
from billing.receiving import record_payment
from billing.retainers import retainers_tie_out
from billing.retaining import open_retainer
from clients.adding import LooksLikeAnother, add_client, reactivate_client
from clients.contacting import add_contact
from clients.lists import client_list
from clients.merges import merge_preview, recent_merges
from clients.merging import CannotMerge, CannotUndoMerge, forget_apart, merge_clients, tell_apart, undo_merge
from clients.models import Client, ClientMerge, Contact, MergedValue
from clients.relations import relations
from core.errors import NotAllowed, Refusal
from core.promises import promises
from integrations.links import link
from integrations.models import ExternalLink
from ledger.models import JournalLine
from projects.models import RateCard, RoundingRule
from tests.billing.corrections import correct
from tests.billing.test_retaining import deposited
from tests.billing.work import drafted
from tests.cast import NOW, TODAY, Cast

D = Decimal


@pytest.fixture
def busy(cast: Cast) -> Client:
    """Larkspur with an issued and corrected invoice, a draft, a retainer, a rate card and a rounding rule."""
    invoice = issue_invoice(invoice=drafted(cast, 600), by=cast.finance, on=TODAY, at=NOW)
    correct(cast, invoice)
    drafted(cast, 60)
    open_retainer(client=cast.client, project=cast.project, by=cast.finance)
    RateCard.objects.create(name="Larkspur", scope="CLIENT", client=cast.client, currency="USD")
    RoundingRule.objects.create(client=cast.client, unit_minutes=15, mode="UP")
    return cast.client


@pytest.fixture
def other(cast: Cast) -> Client:
    """The same city, added a second time."""
    client = add_client(name="Larkspur Public Works", by=cast.finance, phone="415 555 0100")
    for name, email in (("Alma Reyes", "AP@larkspur.example"), ("Jo Lind", "jo@larkspur.example")):
        add_contact(client=client, name=name, email=email, by=cast.finance, is_billing_cc=True)
    return client


def merge(cast: Cast, source: Client, target: Client, **fields: Any) -> ClientMerge:
    return merge_clients(source=source, target=target, by=cast.finance, at=NOW, **fields)


def undo(cast: Cast, merged: ClientMerge, **fields: Any) -> ClientMerge:
    return undo_merge(merge=merged, **{"by": cast.finance, "at": NOW} | fields)


def whose() -> dict[str, list[Any]]:
    """Every row that refers to a client, with the client, and the clients and contacts themselves."""
    found = {
        f"{each.table}.{each.column}": sorted(
            each.model._base_manager.values_list("pk", each.column).order_by("pk"), key=str
        )
        for each in relations(Client, but=[ClientMerge])
    }
    for model in (Client, Contact):
        rows = model.objects.order_by("pk").values()
        found[model.__name__] = [{k: v for k, v in row.items() if k != "updated_at"} for row in rows]
    return found


def ties() -> bool:
    return all(tie.ties for tie in (*ties_out(TODAY), *credits_tie_out(TODAY), *retainers_tie_out(TODAY)))


def test_everything_goes_over_and_comes_back_exactly(cast: Cast, busy: Client, other: Client) -> None:
    before, frozen = whose(), list(InvoiceDocument.objects.order_by("pk").values_list("pk", "content"))
    owed = {row.client_id: row.total for row in aging(TODAY)}
    preview = merge_preview(busy, other)
    counts = {each.label: each.number for each in preview.moving}
    assert counts["invoices"] == Invoice.objects.count() == 2
    assert (counts["projects"], counts["contacts"], counts["rate cards"], counts["retainers"]) == (1, 1, 1, 1)
    assert (preview.reasons, [contact.name for contact in preview.twins]) == ([], ["Alma Reyes"])
    assert set(preview.filled) == {"legal name", "billing address"}
    assert whose() == before

    merged = merge(cast, busy, other, reason="Entered twice")
    assert {each.client_id for each in Invoice.objects.all()} == {other.pk}
    for model in (CreditMemo, Payment, Retainer, RoundingRule):
        assert set(model.objects.values_list("client", flat=True)) == {other.pk}
    assert set(JournalLine.objects.exclude(client=None).values_list("client", flat=True)) == {other.pk}
    cast.project.refresh_from_db()
    busy.refresh_from_db()
    other.refresh_from_db()
    assert (cast.project.client_id, busy.merged_into_id, busy.is_active) == (other.pk, other.pk, False)
    assert (other.phone, other.legal_name) == ("415 555 0100", "City of Larkspur Public Works")
    alma = Contact.objects.get(client=other, email="AP@larkspur.example")
    assert (alma.is_billing_to, alma.is_billing_cc) == (True, False)
    cast.contact.refresh_from_db()
    assert (cast.contact.client_id, cast.contact.is_active) == (other.pk, False)
    # What was sent stays as it was sent; the books and the documents still agree, client by client.
    assert list(InvoiceDocument.objects.order_by("pk").values_list("pk", "content")) == frozen
    assert {row.client_id: row.total for row in aging(TODAY)} == {other.pk: sum(owed.values())}
    assert ties()
    assert recent_merges(into=other, at=NOW) == [merged]

    # The name leads to the one that stays, and nothing can be done under it.
    with pytest.raises(LooksLikeAnother) as refused:
        add_client(name="The City of Larkspur, Inc.", by=cast.finance)
    assert refused.value.facts["client_id"] == other.pk
    assert [row.client.pk for row in client_list(is_active=True, query="city of lark").clients] == [other.pk]
    assert client_list(is_active=False).clients == []
    with pytest.raises(Refusal, match="part of another now"):
        reactivate_client(client=busy, by=cast.finance)
    with pytest.raises(Refusal, match="part of another just now"), promises(), transaction.atomic():
        Contact.objects.create(client=busy, name="Late")

    undo(cast, merged)
    assert whose() == before
    assert {row.client_id: row.total for row in aging(TODAY)} == owed
    assert ties()
    with pytest.raises(CannotUndoMerge, match="undone already"):
        undo(cast, merged)
    # A second time, and the other way round.
    undo(cast, merge(cast, busy, other))
    undo(cast, merge(cast, other, busy))
    assert whose() == before


def test_a_contact_with_the_number_of_its_client_comes_back(cast: Cast, other: Client) -> None:
    source = Client.objects.create(pk=900_001, name="Larkspur Harbor")
    Contact.objects.create(pk=source.pk, client=source, name="Alma Reyes", email="ap@larkspur.example")
    before = whose()
    merged = merge(cast, source, other)
    assert not Contact.objects.get(pk=source.pk).is_active
    undo(cast, merged)
    assert whose() == before


def test_what_may_be_there_once_stays_with_its_name(cast: Cast, busy: Client, other: Client) -> None:
    own = RateCard.objects.create(name="Works", scope="CLIENT", client=other, currency="USD")
    preview = merge_preview(busy, other)
    assert [(each.number, each.label) for each in preview.staying] == [(1, "rate cards")]
    merged = merge(cast, busy, other)
    assert set(RateCard.objects.exclude(client=None).values_list("pk", "client")) == {
        (own.pk, other.pk),
        (RateCard.objects.get(name="Larkspur").pk, busy.pk),
    }
    # What somebody changed since is not overwritten by the way back.
    Client.objects.filter(pk=other.pk).update(legal_name="Larkspur Works Authority")
    undo(cast, merged)
    other.refresh_from_db()
    assert (other.legal_name, other.billing_address) == ("Larkspur Works Authority", "")


def test_what_refuses_a_merge(cast: Cast, busy: Client, other: Client) -> None:
    with pytest.raises(CannotMerge, match="another client"):
        merge(cast, busy, busy)
    with pytest.raises(NotAllowed):
        merge_clients(source=busy, target=other, by=cast.manager, at=NOW)
    euro = add_client(name="Larkspur Europe", by=cast.finance, currency="EUR")
    with pytest.raises(CannotMerge, match="billed in USD, Larkspur Europe in EUR"):
        merge(cast, busy, euro)
    idle = Client.objects.create(name="Idle", is_active=False)
    with pytest.raises(CannotMerge, match="Idle is inactive"):
        merge(cast, busy, idle)
    for client in (busy, other):
        link(
            provider="quickbooks",
            account_id="1",
            local_kind="clients.client",
            local_id=client.pk,
            remote_type="Customer",
            remote_id=f"{client.pk}",
        )
    with pytest.raises(CannotMerge, match="two customers in QuickBooks"):
        merge(cast, busy, other)
    ExternalLink.objects.filter(local_id=other.pk).update(state="SEVERED")
    merged = merge(cast, busy, other)
    assert ExternalLink.objects.get(state="ACTIVE").local_id == other.pk
    with pytest.raises(CannotMerge, match="part of another client already"):
        merge(cast, busy, idle)
    third = add_client(name="Larkspur County", by=cast.finance)
    later = merge(cast, other, third)
    busy.refresh_from_db()
    assert busy.merged_into_id == third.pk
    with pytest.raises(CannotUndoMerge, match="merged into another client since"):
        undo(cast, merged)
    undo(cast, later)
    undo(cast, merged)
    assert ExternalLink.objects.get(state="ACTIVE").local_id == busy.pk


def test_two_retainers_for_all_projects_are_not_made_one(cast: Cast, other: Client) -> None:
    for client in (cast.client, other):
        retainer = open_retainer(client=client, project=None, by=cast.finance)
        Client.objects.filter(pk=client.pk).update(billing_address="Here")
        retainer.client.refresh_from_db()
        deposited(cast, retainer, 500)
    with pytest.raises(CannotMerge, match="Both hold a retainer for all projects in USD"):
        merge(cast, cast.client, other)


def test_what_refuses_the_way_back(cast: Cast, busy: Client, other: Client) -> None:
    merged = merge(cast, busy, other)
    with pytest.raises(CannotUndoMerge, match="for 30 days"):
        undo(cast, merged, at=NOW + timedelta(days=31))
    invoice = Invoice.objects.issued().get()
    with transaction.atomic():
        record_payment(
            invoice=invoice, amount=D(1), method="CHECK", received_on=TODAY, by=cast.finance, on=TODAY, at=NOW
        )
        with pytest.raises(CannotUndoMerge, match="Money moved since"):
            undo(cast, merged)
        transaction.set_rollback(True)
    cast.project.refresh_from_db()
    Invoice.objects.drafts().delete()
    drafted(cast, 30)
    with pytest.raises(CannotUndoMerge, match="Delete the draft or void"):
        undo(cast, merged)


def test_documents_change_hands_by_a_recorded_merge_alone(cast: Cast, busy: Client, other: Client) -> None:
    changes = [
        "UPDATE billing_invoice SET client_id = %s WHERE state = 'ISSUED'",
        "UPDATE billing_payment SET client_id = %s",
        "UPDATE billing_refund SET client_id = %s",
        "UPDATE ledger_journalline SET client_id = %s",
    ]
    merged = merge(cast, other, busy)
    for change in changes:
        with pytest.raises(Refusal), promises(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change, [other.pk])
    with pytest.raises(Refusal), promises(), transaction.atomic():
        MergedValue.objects.filter(merge=merged).delete()


def test_two_that_are_not_the_same(cast: Cast, other: Client) -> None:
    tell_apart(one=other, other=cast.client, by=cast.finance)
    with pytest.raises(Refusal, match="noted already"):
        tell_apart(one=cast.client, other=other, by=cast.finance)
    forget_apart(one=cast.client, other=other, by=cast.finance)
    tell_apart(one=cast.client, other=other, by=cast.finance)
