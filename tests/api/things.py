"""A firm that has something of everything, and which names of ids mean what: requests made up are about these."""

from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange

from approvals.delegating import delegate
from approvals.models import Delegation, Policy
from billing.attaching import attach_file
from billing.discounting import DiscountWish, set_discount
from billing.dunning_ruling import note_collection
from billing.issuing import issue_invoice
from billing.models import (
    BillingSchedule,
    CatalogueItem,
    CreditApplication,
    CreditMemo,
    Discount,
    DocumentTemplate,
    DunningStep,
    DunningStop,
    Invoice,
    InvoiceFile,
    InvoiceLine,
    ItemPrice,
    Payment,
    PaymentReminder,
    Refund,
    Retainer,
    ScheduleRun,
    Snapshot,
    WorkWriteOff,
    WriteOff,
)
from billing.receiving import record_payment
from billing.reminding import remind_client
from billing.scheduling import make_schedule
from billing.stopping import pause_reminders
from billing.writing_off_work import write_off_work
from clients.merging import merge_clients
from clients.models import Client, ClientMerge, Contact, PaymentTerms, TaxCode, TaxComponent
from core import clock, files
from core.exchange import Row
from core.exchanging import set_rates
from core.models import ExchangeRate, Job, Mail
from ledger.models import Account, JournalEntry
from people.inviting import invite_person
from people.models import (
    Department,
    Holiday,
    Invitation,
    JobTitle,
    LegalEntity,
    Office,
    PatternAssignment,
    Role,
    StaffMember,
    User,
    WorkingPattern,
)
from people.timing import assign_pattern
from projects.achieving import plan_milestone
from projects.contracting import add_line
from projects.models import (
    BillingSplit,
    ChangeOrder,
    ContractLine,
    CostRate,
    LaborCode,
    Milestone,
    Project,
    ProjectLabel,
    ProjectTemplate,
    RateCard,
    RateRule,
    Task,
    TeamMember,
    WorkClass,
)
from projects.paying import PayerWish, arrange_payers
from staffing.models import LeaveRequest, LeaveType
from staffing.requesting import LeaveDays, request_leave
from tests.billing.corrections import correct
from tests.billing.test_retaining import deposited, opened
from tests.billing.work import drafted, log
from tests.cast import NOW, TODAY, Cast
from tests.taxes import tax_code
from tests.timesheets.expenses.files import photograph
from tests.timesheets.sheets import submit
from tests.timesheets.work import add_time
from timesheets.expenses.coding import Limit, add_unit_rate, set_limits, set_markup
from timesheets.expenses.per_diems import set_per_diem
from timesheets.expenses.receipts import Upload, add_receipts
from timesheets.expenses.recording import Wanted, open_report, record_expense
from timesheets.models import (
    Expense,
    ExpenseCode,
    ExpenseMarkup,
    ExpenseRate,
    ExpenseReport,
    PerDiem,
    Receipt,
    Reminder,
    ReminderRule,
    TimeEntry,
    Timer,
)
from timesheets.rows import RowKey
from timesheets.timers import start

# What names of ids mean; the others stay as they were made up.
MEANINGS: dict[str, type[models.Model]] = {
    "account_id": Account,
    "application_id": CreditApplication,
    "approver_id": StaffMember,
    "card_id": RateCard,
    "class_id": WorkClass,
    "client_id": Client,
    "code_id": LaborCode,
    "component_id": TaxComponent,
    "contact_id": Contact,
    "contract_line_id": ContractLine,
    "cc_ids": Contact,
    "cost_id": CostRate,
    "credit_id": CreditMemo,
    "delegate_id": StaffMember,
    "document_template_id": DocumentTemplate,
    "delegate_to_id": StaffMember,
    "delegation_id": Delegation,
    "discount_id": Discount,
    "department_id": Department,
    "entity_id": LegalEntity,
    "item_id": CatalogueItem,
    "price_id": ItemPrice,
    "entry_id": TimeEntry,
    "entry_ids": TimeEntry,
    "expense_id": Expense,
    "expense_ids": Expense,
    "head_id": StaffMember,
    "holiday_id": Holiday,
    "hours_id": PatternAssignment,
    "id": TimeEntry,
    "ids": Invoice,
    "intended_invoice_id": Invoice,
    "invoice_file_id": InvoiceFile,
    "invitation_id": Invitation,
    "invoice_id": Invoice,
    "job_id": Job,
    "job_title_id": JobTitle,
    "assignee_ids": StaffMember,
    "category_id": ProjectLabel,
    "label_id": ProjectLabel,
    "labor_code_id": LaborCode,
    "lead_id": StaffMember,
    "leave_type_id": LeaveType,
    "legal_entity_id": LegalEntity,
    "into_id": Client,
    "line_id": InvoiceLine,
    "mail_id": Mail,
    "manager_id": StaffMember,
    "markup_id": ExpenseMarkup,
    "merge_id": ClientMerge,
    "milestone_id": Milestone,
    "office_id": Office,
    "order_id": ChangeOrder,
    "other_id": Client,
    "parent_id": Task,
    "pattern_id": WorkingPattern,
    "payment_id": Payment,
    "payment_reminder_id": PaymentReminder,
    "payment_terms_id": PaymentTerms,
    "per_diem_id": PerDiem,
    "person_id": StaffMember,
    "project_id": Project,
    "project_ids": Project,
    "rate_id": RateRule,
    "receipt_id": Receipt,
    "reminder_id": Reminder,
    "refund_id": Refund,
    "report_id": ExpenseReport,
    "report_ids": StaffMember,
    "request_id": LeaveRequest,
    "request_ids": LeaveRequest,
    "retainer_id": Retainer,
    "role_id": Role,
    "role_ids": Role,
    "rule_id": ReminderRule,
    "run_id": ScheduleRun,
    "schedule_id": BillingSchedule,
    "snapshot_id": Snapshot,
    "split_id": BillingSplit,
    "staff_id": StaffMember,
    "step_id": DunningStep,
    "stop_id": DunningStop,
    "status_id": ProjectLabel,
    "template_id": ProjectTemplate,
    "staff_ids": StaffMember,
    "task_id": Task,
    "task_ids": Task,
    "tax_code_id": TaxCode,
    "tax_id": TaxCode,
    "team_ids": StaffMember,
    "terms_id": PaymentTerms,
    "timer_id": Timer,
    "to_ids": Contact,
    "type_id": LeaveType,
    "user_id": User,
    "work_class_id": WorkClass,
    "working_pattern_id": WorkingPattern,
    "work_write_off_id": WorkWriteOff,
    "write_off_id": WriteOff,
}
# What they mean in some rooms.
ELSEWHERE: dict[str, dict[str, type[models.Model]]] = {
    "/ledger/": {"entry_id": JournalEntry},
    "/projects": {"type_id": ProjectLabel},
    "/expense": {"code_id": ExpenseCode},
    "/unit-rates/": {"rate_id": ExpenseRate},
    "/exchange-rates/": {"rate_id": ExchangeRate},
    "/lists/departments/": {"named_id": Department},
}


class Ids(dict[type[models.Model], list[int | str]]):
    """The ids of what is there; each table is read once, since what requests do is undone."""

    def __missing__(self, model: type[models.Model]) -> list[int | str]:
        found = self[model] = list(model._default_manager.values_list("pk", flat=True))
        return found


def known_ids(path: str, ids: Ids) -> dict[str, list[int | str]]:
    """What is there, by the names that requests to a path use."""
    meanings = MEANINGS | {
        name: model for part, other in ELSEWHERE.items() if part in path for name, model in other.items()
    }
    known = {name: ids[model] for name, model in meanings.items()}
    if "/policies/" in path:
        known["kind"] = list(Policy.objects.values_list("subject_kind", flat=True))
    return known


def furnish(cast: Cast) -> None:
    """Adds something of everything."""
    add_time(cast, minutes=60)
    waiting = add_time(cast, minutes=90, on=TODAY - timedelta(days=1))
    submit(cast.member, [waiting])
    issued = issue_invoice(invoice=drafted(cast, 60, 30), by=cast.finance, on=TODAY, at=NOW)
    record_payment(
        invoice=issued,
        amount=issued.total_amount / 2,
        method=Payment.Method.CHECK,
        received_on=TODAY,
        by=cast.finance,
        on=TODAY,
        at=NOW,
    )
    _furnish_dunning(cast, issued)
    correct(cast, issued)
    draft = drafted(cast, 45)
    set_discount(invoice=draft, wanted=DiscountWish("Loyal", Decimal(1)), by=cast.finance)
    attach_file(invoice=draft, name="status.pdf", content=b"%PDF-1.7", by=cast.finance)
    lost = log(cast.member, cast.design, 15)
    write_off_work(project=cast.project, entry_ids=[lost.pk], reason="Rework", by=cast.finance, on=TODAY)
    tax_code("Sales tax", "8")
    log(cast.member, cast.review, 75)
    merged = Client.objects.create(name="Larkspur Works")
    merge_clients(source=merged, target=cast.client, by=cast.finance, at=NOW)
    _furnish_firm(cast)
    _furnish_expenses(cast)
    _furnish_days(cast)
    _furnish_retainers(cast)


def _furnish_dunning(cast: Cast, issued: Invoice) -> None:
    """A pause, a reminder and a note."""
    today = {"by": cast.finance, "on": TODAY, "at": clock.now()}
    remind_client(client=cast.client, invoice_ids=[issued.pk], **today)
    pause_reminders(client=cast.client, reason="Merger", **today)
    note_collection(client=cast.client, text="They pay on Friday", by=cast.finance)


def _furnish_retainers(cast: Cast) -> None:
    """Money on deposit, and a schedule with a run that failed."""
    deposited(cast, opened(cast, project=cast.project, draws_by_itself=False), 5000)
    schedule = make_schedule(
        project=cast.project,
        name="Monthly",
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
        reason="No",
    )


def _furnish_firm(cast: Cast) -> None:
    Department.objects.create(name="Water")
    office = Office.objects.create(name="Larkspur")
    Holiday.objects.create(name="Founders' day", on=TODAY + timedelta(days=40), office=office)
    WorkClass.objects.create(name="Class A")
    for kind in ProjectLabel.Kind:
        ProjectLabel.objects.create(kind=kind, name=f"Own {kind.label}")
    ProjectTemplate.objects.create(name="Renewal")
    paper = files.store("order.pdf", b"%PDF-1.7", kind="projects.change_order")
    ChangeOrder.objects.create(
        project=cast.project, number=1, agreed_on=TODAY, reason="More pumps", file=paper
    )
    invite_person(
        email="new@hm.example",
        name="Noor Aziz",
        roles=[Role.objects.get(name="Staff")],
        by=cast.owner,
        at=NOW,
    )
    assign_pattern(
        staff=cast.member.staff_member,
        pattern=WorkingPattern.objects.all()[0],
        starts_on=TODAY,
        by=cast.owner,
    )
    line = add_line(
        project=cast.project, name="Milestones", method="MILESTONE", fee_amount=Decimal(1000), by=cast.owner
    )
    milestone = plan_milestone(line=line, name="Survey", percent=Decimal(100), by=cast.owner)
    milestone.file = paper
    milestone.save()
    later, payers = TODAY + timedelta(days=30), [PayerWish(cast.client, Decimal(100))]
    arrange_payers(project=cast.project, starts_on=later, payers=payers, by=cast.owner)
    CostRate.objects.create(cost_amount=80, effective=DateRange(TODAY - timedelta(days=300), None))
    Job.objects.create(kind="billing.draft", title="Drafting", state=Job.State.DONE, result={})


def _furnish_expenses(cast: Cast) -> None:
    code = ExpenseCode.objects.get(name="Ground transport")
    for title in ("Site visit", "Workshop"):
        report = open_report(staff=cast.owner.staff_member, title=title, by=cast.owner)
        wanted = Wanted(spent_on=clock.today(), code=code, project=cast.project, amount=Decimal(22))
        expense = record_expense(report=report, wanted=wanted, by=cast.owner, on=clock.today())
        photo = Upload("photo.jpg", photograph(words=title))
        add_receipts(expense=expense, uploads=[photo], by=cast.owner)
    mileage = ExpenseCode.objects.get(name="Mileage")
    add_unit_rate(
        expense_code=mileage,
        currency="USD",
        cost_amount=Decimal("0.485"),
        billing_amount=Decimal("0.55"),
        starts_on=TODAY.replace(month=1, day=1),
        by=cast.finance,
    )
    set_limits(expense_code=mileage, limits={"PER_DIEM": Limit("WARN", Decimal(60))}, by=cast.owner)
    for day in (TODAY, TODAY.replace(month=1, day=1)):
        set_per_diem(
            expense_code=mileage,
            country="DE",
            full_amount=Decimal(28),
            part_amount=Decimal(14),
            starts_on=day,
            by=cast.owner,
        )
    set_markup(kind="PERCENT", value=Decimal(5), client=cast.client, by=cast.owner)
    set_rates(rows=[Row("EUR", "USD", TODAY, Decimal("1.0842"))], source="bank.csv", by=cast.owner)


def _furnish_days(cast: Cast) -> None:
    """Leave, a timer, a delegation and a reminder."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=4)
    vacation = LeaveType.objects.get(name="Vacation")
    for user, day in ((cast.member, monday), (cast.owner, monday + timedelta(days=1))):
        asked = LeaveDays(vacation, day, day)
        request_leave(staff=user.staff_member, days=asked, by=user, on=today, at=clock.now())
    TeamMember.objects.create(project=cast.project, staff=cast.owner.staff_member)
    row = RowKey.of(cast.design, cast.engineering)
    start(staff=cast.owner.staff_member, row=row, by=cast.owner, at=clock.now())
    delegate(
        approver=cast.manager.staff_member,
        delegate=cast.finance.staff_member,
        starts_on=monday,
        ends_on=monday,
        by=cast.manager,
        at=clock.now(),
    )
    Reminder.objects.create(
        kind=Reminder.Kind.MISSING, staff=cast.member.staff_member, period_first=TODAY, day=TODAY
    )
