"""The other firm, with one of everything, and what of it a person of our firm could try.

Its numbers begin at FOREIGN, so that each names something there and nothing here; its texts all bear the MARK.
"""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from PIL import Image

from approvals.certifying import Signature
from approvals.models import Decision, Delegation, Policy, Step
from approvals.submitting import submit
from billing import reviews
from billing.attaching import attach_file
from billing.discounting import DiscountWish, set_discount
from billing.draft_prices import Parts
from billing.drafting import draft_invoice
from billing.dunning_ruling import note_collection
from billing.issuing import issue_invoice
from billing.models import (
    CatalogueItem,
    CollectionNote,
    Discount,
    DocumentTemplate,
    DunningStep,
    DunningStop,
    Invoice,
    InvoiceFile,
    ItemPrice,
    MailText,
    PaymentReminder,
    ScheduleRun,
    SentStatement,
    Snapshot,
)
from billing.recipients import pay_link
from billing.reminding import remind_client
from billing.rendering import ensure_pdf
from billing.retaining import open_retainer
from billing.reviewing import submit_for_review
from billing.scheduling import make_schedule
from billing.stopping import record_promise
from clients.merging import merge_clients
from clients.models import Client, Contact, PaymentTerms
from core import clock, files, tokens
from core.models import ExchangeRate, Job, Mail
from ledger.models import Account
from people.inviting import invite_person
from people.issuing import issue_token
from people.models import (
    Department,
    Holiday,
    JobTitle,
    LegalEntity,
    Office,
    PatternAssignment,
    Role,
    StaffMember,
    User,
    WorkingPattern,
)
from people.securing import add_passkey
from projects.achieving import plan_milestone
from projects.contracting import add_line
from projects.models import (
    ChangeOrder,
    CostRate,
    LaborCode,
    Project,
    ProjectLabel,
    ProjectTemplate,
    RateCard,
    RateRule,
    RoundingRule,
    Task,
    WorkClass,
)
from projects.paying import PayerWish, arrange_payers
from psa.founding import hand_over_ticket
from staffing import subjects
from staffing.models import LeaveRequest, LeaveType
from tenants.models import Firm
from tests.billing.corrections import correct
from tests.billing.spending import spend
from tests.billing.work import THROUGH, drafted, log
from tests.cast import NOW, PASSWORD, TODAY, add_cast
from tests.taxes import tax_code
from tests.timesheets.sheets import submit_week
from timesheets.approving import approve_time
from timesheets.expenses.receipts import Upload, add_receipts
from timesheets.expenses.recording import Wanted, open_report, record_expense
from timesheets.models import (
    Expense,
    ExpenseCode,
    ExpenseLimit,
    ExpenseMarkup,
    ExpenseRate,
    ExpenseReport,
    PerDiem,
    Receipt,
    ReminderRule,
    TimeEntry,
    Timer,
)

FOREIGN = 777_001
MARK = "Zanzibar"
REVIEWS = ("invoice", "pdf", "approve", "return", "ask", "question")


@dataclass(frozen=True)
class Stranger:
    """What a person of our firm knows of the other firm in the worst case: ids, links, tokens, a ticket."""

    link: str
    invitation: str
    ticket: str
    reset: tuple[str, str]
    spent_line: int

    def values(self) -> dict[str, Any]:
        """A value for every parameter of an address."""
        numbers = (
            "pk mail_pk client_id other_id merge_id contact_id terms_id tax_id project_id task_id "
            "staff_id code_id card_id rule_id cost_id rounding_id entry_id line_id milestone_id "
            "split_id type_id class_id item_id price_id"
        ).split()
        return dict.fromkeys(numbers, FOREIGN) | {
            # The first invoice is issued; the second is in review.
            **dict.fromkeys([f"billing:review-{name} pk" for name in REVIEWS], FOREIGN + 1),
            "billing:line-expenses pk": self.spent_line,
            **dict.fromkeys(["label_id", "order_id", "template_id"], FOREIGN),
            "word": "deactivate",
            "projects:label-new kind": "status",
            # Two credit memos are issued; the third is a draft.
            "billing:credit-edit pk": FOREIGN + 2,
            **dict.fromkeys(["billing:draft-template pk", "billing:draft-pdf pk"], FOREIGN + 1),
            "billing:statements-sent pk": FOREIGN + 1,
            **dict.fromkeys(["billing:mail-text kind", "billing:mail-text-preview kind"], "INVOICE"),
            "language": "en",
            "purpose": "BANK",
            "on": TODAY,
            "day": TODAY,
            "lines": f"{FOREIGN}.1",
            "row": f"{FOREIGN}-{FOREIGN}",
            "key": f"{FOREIGN}-2026-11-23",
            "kind": "offices",
            "year": TODAY.year,
            "direction": "up",
            "slug": "time",
            "link": self.link,
            "token": self.invitation,
            "ticket": self.ticket,
        }


def _approvals(cast: Any) -> None:
    """A second step of time, one of invoices, leave that its owner may approve, and somebody who stands in."""
    time, paper = (Policy.objects.get(subject_kind=kind) for kind in ("timesheets.timeentry", reviews.KIND))
    Step.objects.create(policy=time, position=2, source=Step.Source.PROJECT_LEAD)
    Step.objects.create(policy=paper, position=1, source=Step.Source.PROJECT_LEAD)
    Policy.objects.filter(pk=paper.pk).update(is_blocking=False)
    Policy.objects.filter(subject_kind=subjects.KIND).update(allows_self_approval=True)
    Delegation.objects.create(
        pk=FOREIGN,
        approver=cast.owner.staff_member,
        delegate=cast.manager.staff_member,
        starts_on=TODAY,
        ends_on=TODAY,
        by_name=MARK,
    )


def _waiting_and_decided(cast: Any, draft: Invoice) -> None:
    """A line that was approved, leave that waits, a draft in review."""
    ids = [line.pk for line in submit_week(cast, days=1)]
    approve_time(entry_ids=ids, by=cast.manager, at=NOW, signature=Signature("Dana Ruiz", PASSWORD))
    submit(subjects=[subjects.subject_of(LeaveRequest.objects.get(pk=FOREIGN))], by=cast.owner, at=NOW)
    submit_for_review(invoice=draft, by=cast.finance, at=NOW)
    assert draft.pk == FOREIGN + 1
    assert Decision.objects.filter(pk=FOREIGN, request__subject_id__in=ids).exists()


def _clocks(cast: Any) -> None:
    """A timer, and a rule that reminds."""
    Timer.objects.create(
        pk=FOREIGN,
        staff=cast.owner.staff_member,
        task=cast.design,
        labor_code=cast.engineering,
        note=MARK,
        worked_on=TODAY,
        started_at=NOW,
    )
    ReminderRule.objects.create(pk=FOREIGN).roles.add(Role.objects.get(name=f"{MARK} role"))


def furnish(firm: Firm) -> Stranger:
    """Fills the other firm within the test's transaction. The connection is in that firm afterwards."""
    connection.set_tenant(firm)
    _count_from(firm.schema_name, FOREIGN)
    owner = User.objects.get(email="sam@other.example")
    cast = add_cast(owner)
    _lists()
    _approvals(cast)
    waiting = {"state": TimeEntry.State.SUBMITTED, "note": f"{MARK} note"}
    log(cast.member, cast.design, 60, **waiting)
    log(cast.member, cast.design, 60, rate=None)
    invoice = drafted(cast, 60)
    issue_invoice(invoice=invoice, by=cast.finance, on=TODAY, at=NOW)
    _waiting_and_decided(cast, drafted(cast, 90))
    correct(cast, invoice, MARK)
    gone = Client.objects.create(name="Works")
    merge_clients(source=gone, target=cast.client, by=cast.finance, at=NOW)
    Account.objects.create(code="7770", name=f"{MARK} account", kind=Account.Kind.EXPENSE)
    _clocks(cast)
    invoice = Invoice.objects.get(pk=FOREIGN)
    paper = ensure_pdf(invoice)
    Job.objects.create(
        kind="billing.draft", title=f"{MARK} job", arguments={"through": "2026-11-30"}, started_by_id=owner.pk
    )
    Job.objects.create(kind="billing.statements", title=MARK, arguments={"last_on": "2026-11-30"})
    mail = Mail.objects.create(
        kind="billing.invoice", to=["a@b.example"], subject=MARK, subject_key="x", day=TODAY, not_before=NOW
    )
    Snapshot.objects.create(mail=mail, invoice=invoice, file=paper, sha256=paper.sha256)
    MailText.objects.create(kind="INVOICE", language="en", subject=MARK, text=MARK)
    _expenses(cast)
    _retainers(cast)
    _dunning(cast, invoice)
    paper = files.store("order.pdf", b"%PDF-1.7", kind="projects.change_order")
    ChangeOrder.objects.create(project=cast.project, number=1, agreed_on=TODAY, reason=MARK, file=paper)
    _milestones(cast)
    _name_all(cast)
    add_passkey(person=owner, name=f"{MARK} passkey", credential={}, by=owner, at=NOW)
    issue_token(user=owner, name=f"{MARK} token", scopes=["time:read"], by=owner, at=NOW)
    invitation = invite_person(
        email="new@other.example",
        name=f"{MARK} guest",
        roles=[Role.objects.get(name="Staff")],
        by=owner,
        at=clock.now(),
    )
    return Stranger(
        link=pay_link(invoice, at=clock.now()),
        invitation=tokens.issue("people.invitation", invitation, lifetime=timedelta(days=14), at=clock.now()),
        ticket=hand_over_ticket(firm, owner, at=clock.now()),
        reset=(user_pk_to_url_str(owner), default_token_generator.make_token(owner)),
        spent_line=_billed_expense(cast),
    )


def _dunning(cast: Any, invoice: Invoice) -> None:
    """A step, a promise, a reminder, a note, a statement."""
    DunningStep.objects.create(days=99, words=MARK)
    record_promise(invoice=invoice, until=TODAY, note=MARK, by=cast.finance, on=TODAY, at=NOW)
    remind_client(client=cast.client, invoice_ids=[invoice.pk], by=cast.finance, on=TODAY, at=NOW)
    note_collection(client=cast.client, text=f"{MARK} said", by=cast.finance)
    paper = files.store("statement.pdf", b"%PDF-1.7", kind="statement")
    SentStatement.objects.create(
        client=cast.client, currency="USD", last_on=TODAY, closing_amount=1, pdf=paper, by_name=MARK
    )
    for model in (DunningStep, DunningStop, PaymentReminder, CollectionNote, SentStatement):
        assert model.objects.filter(pk=FOREIGN).exists(), model


def _billed_expense(cast: Any) -> int:
    """The line of a draft that passes one on, less a discount, with a file."""
    spend(cast.member, cast.project, code=f"{MARK} cab")
    spent = draft_invoice(
        project=cast.project, through=THROUGH, by=cast.finance, on=TODAY, parts=Parts.EXPENSES
    )
    set_discount(invoice=spent, wanted=DiscountWish(MARK, Decimal(1)), by=cast.finance)
    attach_file(invoice=spent, name="status.pdf", content=b"%PDF-1.7", by=cast.finance)
    for model in (Discount, InvoiceFile):
        assert model.objects.filter(pk=FOREIGN).exists(), model
    return int(spent.lines.get().pk)


def _retainers(cast: Any) -> None:
    """A retainer that holds nothing yet, and a schedule with a run that failed."""
    open_retainer(client=cast.client, project=None, by=cast.finance)
    schedule = make_schedule(
        project=cast.project,
        name=f"{MARK} schedule",
        frequency="MONTHLY",
        anchor_day=1,
        starts_on=TODAY,
        timing="LAST_DAY",
        action="DRAFT",
        by=cast.finance,
        on=TODAY,
    )
    ScheduleRun.objects.create(
        schedule=schedule,
        period_first_on=TODAY,
        period_last_on=TODAY,
        due_on=TODAY,
        state="FAILED",
        reason=MARK,
    )


def _count_from(schema: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = %s", [schema])
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER SEQUENCE "{schema}"."{name}" RESTART WITH {number}')


def _lists() -> None:
    """What settings pages show; add_cast has made the rest."""
    for model in (Department, Office):
        model.objects.create(name=f"{MARK} {model.__name__}")
    Office.objects.update(country="US")
    Holiday.objects.create(name=f"{MARK} day", on=TODAY)
    hours = WorkingPattern.objects.create(name=f"{MARK} hours")
    PatternAssignment.objects.create(staff=StaffMember.objects.all()[0], pattern=hours, starts_on=TODAY)
    PaymentTerms.objects.create(name=f"{MARK} terms", net_days=7)
    tax_code(f"{MARK} tax", "5")
    WorkClass.objects.create(name=f"{MARK} class")
    ProjectLabel.objects.create(kind="STATUS", name=f"{MARK} status")
    ProjectTemplate.objects.create(name=f"{MARK} template")
    sold = CatalogueItem.objects.create(name=f"{MARK} item", currency="USD", price_amount=5)
    ItemPrice.objects.create(item=sold, price_amount=6, effective=DateRange(date(2026, 1, 1), None))
    DocumentTemplate.objects.create(name=f"{MARK} look")
    Role.objects.create(name=f"{MARK} role")
    CostRate.objects.create(cost_amount=1, effective=DateRange(date(2026, 1, 1), None))
    RoundingRule.objects.create(client=Client.objects.all()[0])
    kind = LeaveType.objects.create(name=f"{MARK} leave", counts_from=TODAY, allows_negative=True)
    LeaveRequest.objects.create(
        staff=StaffMember.objects.get(user__email="sam@other.example"),
        leave_type=kind,
        starts_on=TODAY,
        ends_on=TODAY,
        note=MARK,
        requested_at=NOW,
    )


def _milestones(cast: Any) -> None:
    """A contract line of milestones, one of them planned."""
    wish = {"name": f"{MARK} milestones", "method": "MILESTONE", "fee_amount": Decimal(1000)}
    line = add_line(project=cast.project, by=cast.owner, **wish)
    milestone = plan_milestone(line=line, name=f"{MARK} milestone", percent=Decimal(100), by=cast.owner)
    milestone.file = files.store("acceptance.pdf", b"%PDF-1.7", kind="projects.milestone")
    milestone.save()
    payers = [PayerWish(cast.client, Decimal(100), po_number=MARK)]
    arrange_payers(project=cast.project, starts_on=TODAY + timedelta(days=30), payers=payers, by=cast.owner)


def _name_all(cast: Any) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "#205080").save(picture, "PNG")
    logo = files.store("logo.png", picture.getvalue(), kind="logo", expect={"image/png"})
    LegalEntity.objects.update(name=f"{MARK} Works", logo=logo)
    assert LegalEntity.objects.create(name=f"{MARK} Works abroad", logo=logo).pk == FOREIGN
    for model in (Client, Contact, Project, Task, LaborCode, RateCard, JobTitle):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(name=f"{MARK} {row.name}")
    for person in User.objects.all():
        User.objects.filter(pk=person.pk).update(name=f"{MARK} {person.name}")
        person.staff_member and type(person.staff_member).objects.filter(user=person).update(
            name=f"{MARK} {person.name}"
        )
    assert RateRule.objects.filter(pk=FOREIGN).exists()
    assert cast.client.pk == FOREIGN


def _expenses(cast: Any) -> None:
    """A code with a rate and a markup, an exchange rate, and a report with one line and its receipt."""
    code = ExpenseCode.objects.create(name=f"{MARK} code", unit="mile")
    ExpenseRate.objects.create(
        code=code, currency="USD", cost_amount=1, effective=DateRange(date(2026, 1, 1), None)
    )
    ExpenseMarkup.objects.create(code=code, value=10)
    ExpenseLimit.objects.create(code=code, kind=ExpenseLimit.Kind.PER_DIEM, amount=60)
    PerDiem.objects.create(code=code, country="DE", full_amount=28, part_amount=14, starts_on=TODAY)
    ExchangeRate.objects.create(base="EUR", quote="USD", on=TODAY, rate=1, source=f"{MARK} bank")
    report = open_report(staff=cast.owner.staff_member, title=f"{MARK} trip", by=cast.owner)
    wanted = Wanted(spent_on=TODAY, code=code, vendor=f"{MARK} cab")
    line = record_expense(report=report, wanted=wanted, by=cast.owner, on=TODAY)
    picture = io.BytesIO()
    Image.new("RGB", (40, 60), "#f0f0f0").save(picture, "JPEG")
    upload = Upload(f"{MARK}.jpg", picture.getvalue())
    add_receipts(expense=line, uploads=[upload], by=cast.owner)
    for model in (ExpenseCode, ExpenseRate, ExpenseReport, Expense, PerDiem, Receipt):
        assert model.objects.filter(pk=FOREIGN).exists(), model
