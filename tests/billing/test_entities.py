"""A firm of two legal entities, end to end: who bills, in which numbers, on whose paper, in whose books."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext

from billing.applying import CannotApply, apply_credit, apply_payment
from billing.crediting import FreeLine, draft_free_credit
from billing.drafting import draft_invoice, draft_invoices
from billing.issuing import issue_invoice
from billing.issuing_credits import issue_credit
from billing.models import CreditApplication, CreditMemo, Invoice, Payment, PaymentApplication, Retainer
from billing.receivables import aging, credits_tie_out, ties_out
from billing.receiving import record_payment
from billing.reissuing import reissue_invoice
from billing.rendering import ensure_pdf
from billing.retaining import open_retainer
from billing.ruling import edit_numbers
from billing.scheduling import make_schedule, run_schedules
from billing.statement_paper import markup_of_statement
from billing.statements import statement_of
from clients.adding import edit_client
from clients.entities import entity_of
from clients.models import Client, PaymentTerms
from core.errors import Refusal
from core.promises import promises
from ledger.balances import trial_balance
from ledger.models import JournalEntry
from people.incorporating import add_entity, deactivate_entity, make_default
from people.models import LegalEntity, User
from people.organising import edit_entity
from projects.models import ContractLine, Project, Task
from tests.billing.work import THROUGH, log
from tests.cast import NOW, TODAY, Cast, add_cast
from tests.two_connections import at_once

OWN_NUMBERS = {
    "number_prefix": "IE",
    "credit_prefix": "IECM",
    "retainer_prefix": "IERET",
    "number_pattern": "{prefix}-{year}-{number}",
}


def ireland(by: User) -> LegalEntity:
    return add_entity(
        by=by,
        name="Hartwell Ireland Ltd",
        address="1 Quay Street\nDublin",
        email="billing@hartwell.ie",
        currency="USD",
        time_zone="Europe/Dublin",
        paper="A4",
        mark="HI",
    )


def abroad(cast: Cast, entity: LegalEntity | None) -> Project:
    """A client that the entity bills, with one project and an hour at 100.00."""
    client = Client.objects.create(
        name="Harbour Board",
        legal_entity=entity,
        billing_address="2 Pier Road",
        payment_terms=PaymentTerms.objects.get(is_default=True),
    )
    project = Project.objects.create(client=client, name="Breakwater", code="HBR-001")
    line = ContractLine.objects.create(project=project, name="Time and materials")
    task = Task.objects.create(
        project=project, contract_line=line, name="Survey", labor_code=cast.engineering, position=1
    )
    log(cast.member, task, 60, rate=100)
    return project


@pytest.fixture
def second(cast: Cast) -> LegalEntity:
    return ireland(cast.owner)


def issued(cast: Cast, invoice: Invoice) -> Invoice:
    return issue_invoice(invoice=invoice, by=cast.finance, on=TODAY, at=NOW)


def both(cast: Cast, second: LegalEntity) -> tuple[Invoice, Invoice]:
    """An issued invoice of each: 190.00 of the first, 100.00 of the second."""
    log(cast.member, cast.design, 60)
    project = abroad(cast, second)
    outcomes = draft_invoices(projects=[cast.project, project], through=THROUGH, by=cast.finance, on=TODAY)
    first, other = (outcome.invoice for outcome in sorted(outcomes, key=lambda each: each.project.pk))
    assert first is not None
    assert other is not None
    return issued(cast, first), issued(cast, other)


def test_each_bills_in_its_own_numbers_and_books(cast: Cast, second: LegalEntity) -> None:
    ours, theirs = both(cast, second)
    home = LegalEntity.objects.get(is_default=True)
    assert (ours.entity, ours.number, ours.total_amount) == (home, "INV-2026-0001", Decimal("190.00"))
    # The same pattern until it has its own: numbers are unique within an entity.
    assert (theirs.entity, theirs.number, theirs.total_amount) == (second, "INV-2026-0001", Decimal("100.00"))
    edit_numbers(entity=second, by=cast.owner, **OWN_NUMBERS)
    task = Task.objects.get(name="Survey")
    log(cast.member, task, 30, rate=100)
    again = draft_invoice(project=task.project, through=THROUGH, by=cast.finance, on=TODAY)
    assert issued(cast, again).number == "IE-2026-0002"
    entries = JournalEntry.objects.values_list("entity", "source_kind").order_by("pk")
    assert [entity for entity, _ in entries] == [home.pk, second.pk, second.pk]
    for entity, owed in ((home, "190.00"), (second, "150.00")):
        (tie,) = ties_out(TODAY, entity_id=entity.pk)
        assert (tie.documents, tie.books) == (Decimal(owed), Decimal(owed))
        assert sum((row.total for row in aging(TODAY, entity_id=entity.pk)), Decimal()) == Decimal(owed)
        assert trial_balance(TODAY, entity_id=entity.pk).totals("USD")[0] == Decimal(owed)
    (tie,) = ties_out(TODAY)
    assert (tie.documents, tie.books) == (Decimal("340.00"), Decimal("340.00"))


def test_the_document_is_on_the_paper_of_its_entity(cast: Cast, second: LegalEntity) -> None:
    ours, theirs = both(cast, second)
    assert ours.document.content["firm"]["name"] == "Hartwell & Moss"
    firm = theirs.document.content["firm"]
    assert (firm["name"], firm["paper"], firm["mark"]) == ("Hartwell Ireland Ltd", "A4", "HI")
    assert ensure_pdf(theirs)
    client = theirs.client
    paper = markup_of_statement(statement_of(client, last_on=TODAY), entity_of(client))
    assert "Hartwell Ireland Ltd" in paper
    assert "100.00" in paper


def test_a_draft_keeps_the_entity_it_was_made_with(cast: Cast, second: LegalEntity) -> None:
    log(cast.member, cast.design, 60)
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    home = draft.entity
    edit_client(client=cast.client, by=cast.owner, legal_entity=second)
    draft.refresh_from_db()
    assert draft.entity == home
    log(cast.member, cast.review, 60)
    assert draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY).entity == second
    with pytest.raises(Refusal, match="keeps the legal entity"), promises(), transaction.atomic():
        Invoice.objects.filter(pk=draft.pk).update(entity=second)
    done = issued(cast, draft)
    reissue_invoice(invoice=done, by=cast.finance, on=TODAY, at=NOW, reason="Wrong order")
    assert list(Invoice.objects.order_by("pk").values_list("entity", "state")) == [
        (home.pk, "VOID"),
        (second.pk, "DRAFT"),
        (home.pk, "DRAFT"),
    ]


def test_a_batch_takes_no_more_statements_for_two(cast: Cast, second: LegalEntity) -> None:
    def statements(projects: list[Project]) -> int:
        with CaptureQueriesContext(connection) as asked:
            draft_invoices(projects=projects, through=THROUGH, by=cast.finance, on=TODAY)
        return len(asked)

    log(cast.member, cast.design, 60)
    project = abroad(cast, None)
    alone = statements([cast.project, project])
    edit_client(client=project.client, by=cast.owner, legal_entity=second)
    log(cast.member, cast.design, 60)
    log(cast.member, project.tasks.get(), 60)
    assert statements([cast.project, project]) <= alone
    names = Invoice.objects.values_list("entity__name", flat=True)
    assert sorted(names) == ["Hartwell & Moss"] * 3 + ["Hartwell Ireland Ltd"]


def test_schedules_run_on_the_day_of_who_bills(cast: Cast, second: LegalEntity) -> None:
    """At half past eleven in the evening of New York it is tomorrow in Dublin."""
    project = abroad(cast, second)
    log(cast.member, cast.design, 60)
    for each in (cast.project, project):
        make_schedule(
            project=each, name=each.name, frequency="MONTHLY", anchor_day=1, starts_on=date(2026, 11, 1),
            timing="LAST_DAY", action="ISSUE", by=cast.finance, on=date(2026, 11, 1),
        )  # fmt: skip
    runs = run_schedules(at=datetime(2026, 11, 30, 4, 30, tzinfo=UTC))
    assert [(run.schedule.name, run.state) for run in runs] == [("Breakwater", "DONE")]
    invoice = Invoice.objects.get()
    assert (invoice.entity, invoice.issued_on) == (second, date(2026, 11, 30))
    runs = run_schedules(at=datetime(2026, 11, 30, 15, tzinfo=UTC))
    assert [run.schedule.name for run in runs] == [cast.project.name]


def test_what_a_client_gets_besides_drafts(cast: Cast, second: LegalEntity) -> None:
    client = abroad(cast, second).client
    credit = draft_free_credit(
        client=client,
        title="Goodwill",
        lines=[FreeLine("Goodwill", Decimal(10))],
        reason="Late",
        by=cast.finance,
    )
    assert credit.entity == second
    retainer = open_retainer(client=client, project=None, by=cast.finance)
    assert retainer.entity == second
    with pytest.raises(Refusal, match="keeps the legal entity"), promises(), transaction.atomic():
        Retainer.objects.filter(pk=retainer.pk).update(entity=LegalEntity.objects.get(is_default=True))


def test_credits_settle_only_invoices_of_their_own(cast: Cast, second: LegalEntity) -> None:
    """The client was billed by the first and is by the second now."""
    log(cast.member, cast.design, 60)
    old = issued(cast, draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY))
    edit_client(client=cast.client, by=cast.owner, legal_entity=second)
    cast.client.refresh_from_db()
    draft = draft_free_credit(
        client=cast.client,
        title="Goodwill",
        lines=[FreeLine("Goodwill", Decimal(10))],
        reason="Late",
        by=cast.finance,
    )
    credit = issue_credit(credit=draft, by=cast.finance, on=TODAY, at=NOW)
    with pytest.raises(CannotApply, match="another legal entity"):
        apply_credit(credit=credit, invoice=old, by=cast.finance, on=TODAY, at=NOW)
    assert [tie.ties for tie in credits_tie_out(TODAY, entity_id=second.pk)] == [True]


def test_the_database_refuses_it_too(cast: Cast, second: LegalEntity) -> None:
    ours, theirs = both(cast, second)
    payment = record_payment(
        invoice=theirs,
        amount=Decimal(100),
        method="CHECK",
        received_on=TODAY,
        by=cast.finance,
        on=TODAY,
        at=NOW,
    )
    assert payment.entity == second
    with pytest.raises(CannotApply):
        apply_payment(payment=payment, invoice=ours, by=cast.finance, on=TODAY, at=NOW)
    payment = Payment.objects.create(
        client=ours.client, entity=second, state="SUCCEEDED", currency="USD", amount=50, received_on=TODAY
    )
    with pytest.raises(Refusal, match="another legal entity"), promises(), transaction.atomic():
        PaymentApplication.objects.create(payment=payment, invoice=ours, amount=50)
    with pytest.raises(Refusal, match="another legal entity"), promises(), transaction.atomic():
        CreditMemo.objects.create(
            client=ours.client, entity=second, invoice=ours, currency="USD", title="Wrong", reason="Wrong"
        )
    assert not CreditApplication.objects.exists()
    assert PaymentApplication.objects.get().amount == Decimal(100)


def test_an_entity_in_use_stays(cast: Cast, second: LegalEntity) -> None:
    home = LegalEntity.objects.get(is_default=True)
    with pytest.raises(Refusal, match="This is the default"):
        deactivate_entity(entity=home, by=cast.owner)
    project = abroad(cast, second)
    with pytest.raises(Refusal, match="such as Harbour Board"):
        deactivate_entity(entity=second, by=cast.owner)
    draft = draft_invoice(project=project, through=THROUGH, by=cast.finance, on=TODAY)
    edit_client(client=project.client, by=cast.owner, legal_entity=None)
    with pytest.raises(Refusal, match="Drafts are on its paper"):
        deactivate_entity(entity=second, by=cast.owner)
    issued(cast, draft)
    assert not deactivate_entity(entity=second, by=cast.owner).is_active
    with pytest.raises(Refusal, match="bills no more"):
        edit_client(client=project.client, by=cast.owner, legal_entity=second)
    with pytest.raises(Refusal, match="is not active"):
        make_default(entity=second, by=cast.owner)


def test_one_currency_for_all(cast: Cast, second: LegalEntity) -> None:
    with pytest.raises(Refusal) as caught:
        add_entity(by=cast.owner, name="Hartwell SA", currency="EUR")
    assert caught.value.field == "currency"
    with pytest.raises(Refusal, match="one currency"):
        edit_entity(entity=second, by=cast.owner, currency="EUR")
    edit_entity(entity=LegalEntity.objects.get(is_default=True), by=cast.owner, currency="EUR")
    assert set(LegalEntity.objects.values_list("currency", flat=True)) == {"EUR"}


def test_the_new_default_bills_who_has_no_other(cast: Cast, second: LegalEntity) -> None:
    make_default(entity=second, by=cast.owner)
    log(cast.member, cast.design, 60)
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    assert draft.entity == second
    assert LegalEntity.objects.filter(is_default=True).count() == 1


def test_without_gaps_at_once_for_each_entity(own_firm: Any) -> None:
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    second = ireland(cast.owner)
    other = abroad(cast, second)
    survey = other.tasks.get()
    drafts = []
    for task in (cast.design, survey, cast.design, survey):
        log(cast.member, task, 60)
        drafts.append(draft_invoice(project=task.project, through=THROUGH, by=cast.finance, on=TODAY))

    def issue(invoice: Invoice) -> Callable[[], Invoice]:
        return lambda: issued(cast, invoice)

    results = at_once(own_firm, *map(issue, drafts))
    assert all(isinstance(each, Invoice) for each in results), results
    for entity in LegalEntity.objects.all():
        numbers = Invoice.objects.filter(entity=entity).order_by("number").values_list("number", flat=True)
        assert list(numbers) == ["INV-2026-0001", "INV-2026-0002"]


def test_choosing_and_ending_at_once(own_firm: Any) -> None:
    """Either the client keeps its old company, or the new one stays."""
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    second = ireland(cast.owner)
    results = at_once(
        own_firm,
        lambda: edit_client(client=cast.client, by=cast.owner, legal_entity=second),
        lambda: deactivate_entity(entity=second, by=cast.owner),
    )
    assert sum(isinstance(each, Refusal) for each in results) == 1, results
    cast.client.refresh_from_db()
    second.refresh_from_db()
    assert second.is_active == (cast.client.legal_entity_id == second.pk)


def test_money_of_the_other_at_once(own_firm: Any) -> None:
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    second = ireland(cast.owner)
    log(cast.member, cast.design, 60)
    ours = issued(cast, draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY))

    def insert() -> None:
        with promises(), transaction.atomic():
            payment = Payment.objects.create(
                client=ours.client,
                entity=second,
                state="SUCCEEDED",
                currency="USD",
                amount=50,
                received_on=TODAY,
            )
            PaymentApplication.objects.create(payment=payment, invoice=ours, amount=50)

    results = at_once(own_firm, insert, insert)
    assert all(isinstance(each, Refusal) for each in results), results
    assert not PaymentApplication.objects.exists()


def test_pages_show_nothing_new_to_a_firm_with_one(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    for path in ("/clients/new/", f"/clients/{cast.client.pk}/edit/", "/billing/rules/", "/billing/invoices/",
                 "/receivables/", "/trial-balance/"):  # fmt: skip
        answer = browser.get(path)
        text = answer.content.decode()
        assert answer.status_code == 200, path
        assert "Billed by" not in text, path
        assert "egal entit" not in text, path


def test_pages_of_a_firm_with_two(cast: Cast, second: LegalEntity, web: Callable[..., Web]) -> None:
    ours, theirs = both(cast, second)
    browser = web(cast.owner)
    text = browser.get(f"/clients/{theirs.client_id}/edit/").content.decode()
    assert "Billed by" in text
    assert "The default: Hartwell &amp; Moss" in text
    text = browser.get(f"/billing/invoices/?tab=all&entity={second.pk}").content.decode()
    assert "Harbour Board" in text
    assert "City of Larkspur" not in text
    text = browser.get(f"/receivables/?entity={second.pk}&on={TODAY}").content.decode()
    assert "Harbour Board" in text
    assert "City of Larkspur" not in text
    assert "both say $100.00" in text
    assert (
        "both say $100.00" in browser.get(f"/trial-balance/?entity={second.pk}&on={TODAY}").content.decode()
    )
    assert "both say $290.00" in browser.get(f"/trial-balance/?on={TODAY}").content.decode()
    assert browser.get("/receivables/?entity=999").status_code == 404
    path = f"/billing/rules/numbers/{second.pk}/"
    assert browser.post(path, OWN_NUMBERS | {"credit_prefix": "IE"}).status_code == 422
    assert browser.post(path, OWN_NUMBERS).status_code == 302
    assert 'value="IECM"' in browser.get(path).content.decode()
    assert ours.number == theirs.number
