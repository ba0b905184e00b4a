"""Pulling lists: linked, added, followed; twice brings nothing twice, and no failure takes anything away."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client, PaymentTerms
from core import jobs
from core.errors import NotAllowed
from core.models import Action, Job
from integrations.models import Connection, ExternalLink, Mapping, RemoteRecord
from integrations.quickbooks import lists
from integrations.quickbooks.faults import Away
from integrations.quickbooks.mapping import link_client, unlink
from integrations.quickbooks.pulling import PULL_KIND, Pulled, pull, start_pull
from people.models import StaffMember, User
from projects.models import LaborCode
from tenants.models import Firm
from tests.books import Books, connect_books
from tests.cast import NOW, Cast
from tests.stand_ins import Sandbox
from tests.two_connections import at_once

State = ExternalLink.State


def counts() -> list[int]:
    models = (Client, PaymentTerms, LaborCode, StaffMember, ExternalLink, Mapping, RemoteRecord)
    return [model.objects.count() for model in models]


def link_of(local_kind: str, local_id: int) -> ExternalLink:
    return ExternalLink.objects.get(local_kind=local_kind, local_id=local_id)


def do_pull(by: User | None) -> Pulled:
    return pull(by=by, at=NOW)


def test_the_lists_come_and_each_record_means_one_of_ours(books: Books, owner: User) -> None:
    do_pull(owner)
    for entity in lists.LISTS:
        theirs = {each["Id"] for each in books.all(entity)}
        mirrored = RemoteRecord.objects.filter(remote_type=entity).values_list("remote_id", flat=True)
        assert set(mirrored) == theirs, entity
    bluefin = Client.objects.get(name="Bluefin Robotics")
    assert bluefin.billing_address.startswith("12 Harbor Way\nBoston, MA 02110")
    assert link_of("clients.client", bluefin.pk).remote_type == "Customer"
    consulting = LaborCode.objects.get(name="Consulting")
    item = next(each for each in books.all("Item") if each["Name"] == "Consulting")
    assert Mapping.objects.get(local_id=consulting.pk).remote_id == item["Id"]
    grace = StaffMember.objects.get(name="Grace Bennett")
    assert grace.user is None
    assert link_of("people.staffmember", grace.pk).remote_type == "Employee"
    net_15 = PaymentTerms.objects.get(name="Net 15")
    assert net_15.net_days == 15
    kept = Connection.objects.get(provider="quickbooks")
    assert (kept.pulled_at, kept.health) == (NOW, Connection.Health.READY)
    assert RemoteRecord.objects.filter(remote_type="Preferences").count() == 1


def test_contractors_come_and_other_vendors_stay_there(books: Books, owner: User) -> None:
    do_pull(owner)
    okafor = StaffMember.objects.get(name="Okafor Analytics")
    assert link_of("people.staffmember", okafor.pk).remote_type == "Vendor"
    assert not StaffMember.objects.filter(name="Riverside Printing").exists()
    assert RemoteRecord.objects.filter(remote_type="Vendor", name="Riverside Printing").exists()


def test_twice_brings_nothing_twice(books: Books, owner: User) -> None:
    first = do_pull(owner)
    assert first["Customer"] == {"linked": 0, "added": 3, "left": 0}
    before = counts()
    second = do_pull(owner)
    assert counts() == before
    assert all(told.get("added", 0) == told.get("linked", 0) == 0 for told in second.values())


def test_what_we_have_already_is_linked(books: Books, cast: Cast) -> None:
    books.create("Customer", DisplayName="CITY OF LARKSPUR")
    books.create(
        "Employee", GivenName="P.", FamilyName="Raman", PrimaryEmailAddr={"Address": "Priya@hm.example"}
    )
    account = next(each["Id"] for each in books.all("Account") if each["AccountType"] == "Income")
    item = books.create("Item", Name="engineering", Type="Service", IncomeAccountRef={"value": account})
    do_pull(cast.owner)
    assert link_of("clients.client", cast.client.pk).remote_image["DisplayName"] == "CITY OF LARKSPUR"
    assert Client.objects.filter(name__iexact="city of larkspur").count() == 1
    assert link_of("people.staffmember", cast.member.staff_member.pk).remote_type == "Employee"
    assert (
        Mapping.objects.get(local_id=cast.engineering.pk, local_kind="projects.laborcode").remote_id
        == item["Id"]
    )


def test_inactive_records_and_jobs_bring_nothing(books: Books, owner: User) -> None:
    parent, gone = (each["Id"] for each in books.all("Customer")[:2])
    books.create("Customer", DisplayName="A job", Job=True, ParentRef={"value": parent})
    books.do("Customer", gone, "deactivate")
    told = do_pull(owner)
    assert told["Customer"]["added"] == 2
    assert not Client.objects.filter(name__contains="A job").exists()
    assert RemoteRecord.objects.filter(remote_type="Customer", is_active=False).count() == 1


def test_links_follow_what_becomes_of_their_records(books: Books, owner: User) -> None:
    do_pull(owner)
    known = books.all("Customer")[0]
    books.edit("Customer", known["Id"], DisplayName="Bluefin Robotics Group")
    books.do("Customer", known["Id"], "deactivate")
    do_pull(owner)
    link = ExternalLink.objects.get(remote_type="Customer", remote_id=known["Id"])
    assert link.state == State.INACTIVE
    assert link.prior_image is not None
    assert link.prior_image["DisplayName"] == known["DisplayName"]
    # Ours keeps its name and stays; a renamed customer is the same customer.
    assert Client.objects.get(pk=link.local_id).name == known["DisplayName"]
    assert Client.objects.get(pk=link.local_id).is_active
    books.do("Customer", known["Id"], "activate")
    do_pull(owner)
    link.refresh_from_db()
    assert link.state == State.ACTIVE


def test_a_link_that_a_person_cut_stays_cut(books: Books, owner: User) -> None:
    do_pull(owner)
    link = ExternalLink.objects.filter(remote_type="Customer").first()
    assert link is not None
    assert unlink(local_kind=link.local_kind, local_id=link.local_id, by=owner) == 1
    do_pull(owner)
    link.refresh_from_db()
    assert link.state == State.SEVERED
    link_client(client_id=link.local_id, customer_id=link.remote_id, by=owner)
    link.refresh_from_db()
    assert link.state == State.ACTIVE


def test_a_pull_that_breaks_off_deletes_nothing_and_is_repeated(books: Books, owner: User) -> None:
    do_pull(owner)
    before = counts()
    states = list(ExternalLink.objects.values_list("state", flat=True))
    for weather in ("drop", "cut_body", "html", "503"):
        books.order_fault(kind=weather, match=f"POST /quickbooks/v3/company/{books.realm}/query", skip=3)
        with pytest.raises(Away):
            do_pull(owner)
    assert counts() == before
    assert list(ExternalLink.objects.values_list("state", flat=True)) == states
    do_pull(owner)
    assert counts() == before


def test_names_that_are_taken_by_another_link_are_left_and_told(books: Books, owner: User) -> None:
    do_pull(owner)
    known = books.all("Customer")[0]
    books.edit("Customer", known["Id"], DisplayName="Renamed there")
    books.create("Customer", DisplayName=known["DisplayName"])
    assert do_pull(owner)["Customer"] == {"linked": 0, "added": 0, "left": 1}


def test_statements_do_not_grow_with_the_lists(books: Books, owner: User) -> None:
    do_pull(owner)
    with CaptureQueriesContext(
        connection,
    ) as few:
        do_pull(owner)
    for number in range(20):
        books.create("Customer", DisplayName=f"Customer {number}")
        books.create("Vendor", DisplayName=f"Vendor {number}")
    with CaptureQueriesContext(connection) as adding:
        do_pull(owner)
    with CaptureQueriesContext(connection) as many:
        do_pull(owner)
    assert len(many) == len(few)
    # Twenty clients are added by as many statements as one.
    assert len(adding) <= len(few) + 12


def test_only_who_manages_connections_pulls(books: Books, cast: Cast) -> None:
    for by in (cast.member, cast.manager):
        with pytest.raises(NotAllowed):
            do_pull(by)
        with pytest.raises(NotAllowed):
            start_pull(by=by)


def test_the_job_shows_how_far_it_is_and_keeps_what_came(books: Books, owner: User) -> None:
    job = start_pull(by=owner)
    assert (job.kind, job.started_by_id) == (PULL_KIND, owner.pk)
    done = jobs.run(job.pk, clock=lambda: NOW)
    assert done is not None
    assert (done.state, done.done, done.total) == (Job.State.DONE, 8, 8)
    assert done.result["Customer"]["added"] == 3
    action = Action.objects.get(verb="quickbooks.pull")
    assert action.actor_name == owner.name


def test_a_job_without_access_fails_in_words(books: Books, owner: User) -> None:
    books.pull_lever("revoke")
    done = jobs.run(start_pull(by=owner).pk, clock=lambda: NOW)
    assert done is not None
    assert done.state == Job.State.FAILED
    assert "Connect it again" in done.message


def test_who_may_connect_may_pull_whatever_their_other_rights(books: Books, cast: Cast, owner: User) -> None:
    from people.models import Role

    admin: Any = User.objects.create_user(
        email="ad@hm.example", name="Ad Min", password="correct horse battery"
    )
    admin.roles.add(Role.objects.get(name="Administrator"))
    do_pull(admin)
    assert PaymentTerms.objects.filter(name="Net 60").exists()


def test_two_pulls_at_once_bring_nothing_twice(own_firm: Firm, sandbox: Sandbox) -> None:
    connect_books(sandbox)
    owner = User.objects.get(email="olu@hm.example")
    told = at_once(own_firm, *[lambda: pull(by=owner, at=NOW)] * 2)
    assert all(isinstance(each, dict) for each in told), told
    assert sum(each["Customer"]["added"] for each in told) == 3
    assert Client.objects.count() == 3
    assert StaffMember.objects.filter(name="Grace Bennett").count() == 1
    assert LaborCode.objects.filter(name="Consulting").count() == 1
