"""Expenses of the demo: months that are paid back, last month approved, this month waiting, returned and unfinished."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from clients.models import Client
from core.exchange import Row
from core.exchanging import set_rates
from core.money import round_places
from core.periods import Period
from people.models import StaffMember, User
from projects.models import Project
from psa.demo.cast import Stage
from psa.demo.paper import Paper, as_pdf, as_photograph
from psa.demo.story import Person
from timesheets.expenses.approving import approve_expenses, return_expenses
from timesheets.expenses.coding import Limit, add_unit_rate, set_limits, set_markup
from timesheets.expenses.receipts import Upload, add_receipts, snap_receipt
from timesheets.expenses.recording import Wanted, open_report, record_expense
from timesheets.expenses.reimbursing import mark_reimbursed, reverse_expense
from timesheets.expenses.submitting import submit_report
from timesheets.models import Expense, ExpenseCode, ExpenseReport

ONE_DAY = timedelta(days=1)
TRAVELLERS = 6


@dataclass(frozen=True)
class Habit:
    """Something that is bought on the way: for how much, and what the receipt says."""

    code: str
    vendor: str
    least: int
    most: int
    note: str = ""
    currency: str = ""
    nights: int = 1
    is_pdf: bool = False
    kind: str = "EMPLOYEE"


HABITS = (
    Habit("Meals", "Pier 9 Diner", 14, 38, "Lunch with the client's inspector"),
    Habit("Meals", "Corner Bakery", 6, 19, "Breakfast before the site walk"),
    Habit("Parking and tolls", "Harbor Garage", 8, 24),
    Habit("Ground transport", "Bay Cab", 12, 46),
    Habit("Lodging", "Redwood Inn", 148, 205, nights=2, is_pdf=True),
    Habit("Supplies", "Larkspur Hardware", 9, 60, "Marking paint and stakes"),
    Habit("Printing and copies", "Copy Station", 11, 74, "Plan sets for the public hearing"),
    Habit("Car rental", "Coast Rentals", 62, 118, is_pdf=True, kind="CARD"),
    Habit("Airfare", "Western Air", 180, 420, is_pdf=True, kind="CARD"),
)
ABROAD = Habit("Meals", "Brasserie du Port", 18, 52, "Dinner at the coastal works congress", currency="EUR")
MILES = "To the site and back"


def file_expenses(stage: Stage) -> int:
    """Everything that was spent since the story began; returns the number of lines. Dice of its own."""
    dice = Random(stage.story.seed + 5)
    _keep_rules(stage, dice)
    for month in stage.calendar.months[:2]:
        for person in _travellers(stage):
            report = _month(stage, dice, person, month, day=month.last)
            _decide(stage, person, report)
        _pay(stage, month)
    last = stage.calendar.months[2]
    for person in _travellers(stage):
        report = _month(stage, dice, person, last, day=last.last)
        _decide(stage, person, report)
    _this_month(stage, dice)
    _correct(stage)
    return Expense.objects.count()


def _keep_rules(stage: Stage, dice: Random) -> None:
    finance, first = stage.finance, stage.calendar.first_day
    miles = ExpenseCode.objects.get(name="Mileage")
    this_year = date(stage.calendar.today.year, 1, 1)
    for starts_on, cost, price in (
        (date(first.year - 1, 1, 1), "0.70", "0.75"),
        (max(this_year, first), "0.725", "0.78"),
    ):
        add_unit_rate(
            expense_code=miles,
            currency="USD",
            cost_amount=Decimal(cost),
            billing_amount=Decimal(price),
            starts_on=starts_on,
            by=finance,
        )
    for name, limits in {
        "Meals": {"DAY": Limit("WARN", Decimal(75))},
        "Lodging": {"PER_DIEM": Limit("SECOND", Decimal(220))},
        "Airfare": {"ITEM": Limit("SECOND", Decimal(900))},
        "Supplies": {"ITEM": Limit("WARN", Decimal(150)), "WEEKEND": Limit("WARN")},
    }.items():
        set_limits(expense_code=ExpenseCode.objects.get(name=name), limits=limits, by=finance)
    client = Client.objects.filter(projects__is_billable=True).order_by("pk").first()
    if client is not None:
        set_markup(kind="PERCENT", value=Decimal(10), client=client, by=finance)
    set_rates(rows=_exchange_rates(stage, dice), source="harbor-bank.csv", by=finance)


def _exchange_rates(stage: Stage, dice: Random) -> list[Row]:
    """A list as banks publish it: each Monday, everything against the euro."""
    rows = []
    day = stage.calendar.first_day - ONE_DAY * 7
    while day <= stage.calendar.today:
        for quote, usual in (("USD", "1.1600"), ("GBP", "0.8700"), ("CAD", "1.6100")):
            drift = Decimal(dice.randrange(-150, 150)) / 10_000
            rows.append(Row("EUR", quote, day, Decimal(usual) + drift))
        day += ONE_DAY * 7
    return rows


def _travellers(stage: Stage) -> list[Person]:
    """Some of those who work on projects, the same each month."""
    return [person for person in stage.story.people if person.manager and _projects(stage, person)][
        :TRAVELLERS
    ]


def _projects(stage: Stage, person: Person) -> list[Project]:
    staff = stage.staff[person.key]
    found = Project.objects.open().filter(team__staff=staff, is_billable=True).select_related("client")
    return list(found.order_by("pk"))


def _open(stage: Stage, person: Person, title: str) -> ExpenseReport:
    return open_report(staff=_staff(stage, person), title=title, by=stage.users[person.key])


def _staff(stage: Stage, person: Person) -> StaffMember:
    return stage.staff[person.key]


def _month(stage: Stage, dice: Random, person: Person, month: Period, day: date) -> ExpenseReport:
    """A report of two to five lines and some miles, submitted at the end of the month."""
    report = _open(stage, person, month.label())
    for habit in dice.sample(HABITS, dice.randint(2, 4)):
        _spend(stage, dice, person, report, habit, _workday(dice, month))
    if dice.random() < 0.5:
        _drive(stage, dice, person, report, _workday(dice, month))
    by = stage.users[person.key]
    submit_report(
        report=report, by=by, at=stage.calendar.moment(day, 17, dice.randrange(60)), acknowledged=True
    )
    return report


def _workday(dice: Random, month: Period) -> date:
    days = [day for day in month.days() if day.weekday() < 5]
    return dice.choice(days)


def _spend(
    stage: Stage, dice: Random, person: Person, report: ExpenseReport, habit: Habit, on: date
) -> Expense:
    by = stage.users[person.key]
    amount = round_places(
        Decimal(dice.randrange(habit.least * 100, habit.most * 100)) / 100 * habit.nights, 2
    )
    wanted = Wanted(
        spent_on=on,
        kind=habit.kind,
        code=ExpenseCode.objects.get(name=habit.code),
        project=dice.choice(_projects(stage, person)),
        vendor=habit.vendor,
        note=habit.note,
        quantity=Decimal(habit.nights),
        currency=habit.currency,
        amount=amount,
    )
    line = record_expense(report=report, wanted=wanted, by=by, on=stage.calendar.today)
    paper = Paper(habit.vendor, on, habit.code, amount, line.currency, number=line.pk)
    add_receipts(expense=line, uploads=[_upload(paper, is_pdf=habit.is_pdf)], by=by)
    return line


def _upload(paper: Paper, *, is_pdf: bool = False) -> Upload:
    if is_pdf:
        return Upload(f"{paper.vendor} {paper.number}.pdf", as_pdf(paper))
    return Upload(f"IMG_{4000 + paper.number}.jpg", as_photograph(paper))


def _drive(stage: Stage, dice: Random, person: Person, report: ExpenseReport, on: date) -> None:
    wanted = Wanted(
        spent_on=on,
        code=ExpenseCode.objects.get(name="Mileage"),
        project=dice.choice(_projects(stage, person)),
        note=MILES,
        quantity=Decimal(dice.randrange(12, 140)),
    )
    record_expense(report=report, wanted=wanted, by=stage.users[person.key], on=stage.calendar.today)


def _decide(stage: Stage, person: Person, report: ExpenseReport) -> None:
    """The manager approves, and finance after that what is over policy."""
    at = stage.calendar.moment(report_day(report) + ONE_DAY * 3, 10)
    for decider in (stage.decider_of(person), stage.finance):
        ids = _waiting(report)
        if ids:
            approve_expenses(expense_ids=ids, by=decider, at=at)


def report_day(report: ExpenseReport) -> date:
    """The last day on which something of the report was spent."""
    return max(report.expenses.values_list("spent_on", flat=True))


def _waiting(report: ExpenseReport) -> list[int]:
    return list(report.expenses.filter(state=Expense.State.SUBMITTED).values_list("pk", flat=True))


def _pay(stage: Stage, month: Period) -> None:
    on = min(month.last + ONE_DAY * 10, stage.calendar.today)
    ids = list(Expense.objects.to_reimburse().values_list("pk", flat=True))
    if ids:
        mark_reimbursed(
            expense_ids=ids,
            paid_on=on,
            reference=f"Payroll {on:%Y-%m}",
            by=stage.finance,
            on=on,
            at=stage.calendar.moment(on, 11),
        )


def _this_month(stage: Stage, dice: Random) -> None:
    """One clean report and one over policy wait, one has a returned line, one is not finished, one is snapped."""
    people = _travellers(stage)
    month = Period(stage.calendar.today.replace(day=1), stage.calendar.today)
    for number, person in enumerate(people):
        by = stage.users[person.key]
        report = _open(stage, person, "Site visits" if number % 2 else "Coordination trip")
        if number == 1:
            _spend(stage, dice, person, report, ABROAD, month.last)
        if number == 2:
            lavish = Habit("Lodging", "Grand Harbor Hotel", 260, 340, is_pdf=True)
            _spend(stage, dice, person, report, lavish, month.last)
        for habit in HABITS[:3]:
            _spend(stage, dice, person, report, habit, _workday_or_today(dice, month))
        if number < 4:
            at = stage.calendar.handed_in_at(person.waits_days)
            submit_report(report=report, by=by, at=at, acknowledged=True)
        if number == 3:
            _give_back(stage, person, report)
        if number == 4:
            _snap(stage, person, report, by)


def _workday_or_today(dice: Random, month: Period) -> date:
    days = [day for day in month.days() if day.weekday() < 5]
    return dice.choice(days) if days else month.last


def _give_back(stage: Stage, person: Person, report: ExpenseReport) -> None:
    ids = _waiting(report)
    decider, at = stage.decider_of(person), stage.calendar.at - timedelta(hours=2)
    reason = "Two people are on this receipt. Who was the second one?"
    return_expenses(expense_ids=ids[:1], reason=reason, by=decider, at=at)
    approve_expenses(expense_ids=ids[1:2], by=decider, at=at)


def _snap(stage: Stage, person: Person, report: ExpenseReport, by: User) -> None:
    """A photograph that nobody has sorted yet."""
    paper = Paper("Harbor Garage", stage.calendar.today, "Parking", Decimal("16.00"), "USD", number=77)
    snap_receipt(
        staff=_staff(stage, person),
        uploads=[_upload(paper)],
        by=by,
        on=stage.calendar.today,
        report=report,
    )


def _correct(stage: Stage) -> None:
    """One line that was paid back is reversed: it was paid with the corporate card after all."""
    paid = Expense.objects.filter(reimbursement__isnull=False, reverses=None).order_by("pk").first()
    if paid is not None:
        reverse_expense(
            expense=paid,
            reason="Paid with the corporate card after all",
            by=stage.finance,
            on=stage.calendar.today,
            at=stage.calendar.at,
        )
