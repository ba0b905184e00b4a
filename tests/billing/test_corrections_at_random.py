"""Log, re-rate, draft, edit, issue, void, credit, apply, pay, refund, deposit, draw, write off and take back, by hand
and by a schedule, with the client merged into another and parted again, in any order and on any day.

Whatever is done or refused: no minute is billed twice or lost, allocations add up, the books balance, documents and
journal agree on every day, numbers have no gaps, and no day that was asked about changes afterwards.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Sum
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from billing.applying import apply_credit, apply_payment, unapply_credit, unapply_payment
from billing.billable import with_remaining
from billing.credit_lines import HUNDRED, LineWish, lines_left
from billing.crediting import FreeLine, delete_credit, draft_credit, draft_free_credit
from billing.depositing import request_deposit
from billing.drafting import draft_invoice
from billing.drawing import draw_retainer
from billing.editing import delete_draft, edit_line
from billing.issuing import issue_invoice
from billing.issuing_credits import issue_credit, void_credit
from billing.models import (
    BilledTime,
    BillingSchedule,
    CreditApplication,
    CreditedTime,
    CreditMemo,
    Invoice,
    Payment,
    PaymentApplication,
    Refund,
    Retainer,
    WriteOff,
)
from billing.receivables import credits_tie_out, open_invoices, ties_out, unapplied_credits
from billing.receiving import record_payment
from billing.refunding import cancel_refund, record_refund
from billing.reissuing import reissue_invoice
from billing.rerating import Reach, Which, change_and_rerate
from billing.retainers import retainers_tie_out
from billing.retaining import open_retainer, refund_retainer
from billing.scheduling import make_schedule, run_schedules
from billing.voiding import void_invoice
from billing.writing_off import reverse_write_off, write_off
from clients.merging import merge_clients, undo_merge
from clients.models import Client, ClientMerge
from core.errors import Refusal
from core.promises import promises
from ledger.balances import trial_balance
from projects.carding import change_rate_from
from projects.models import RateRule
from tests.billing.test_two_at_once import EARLIER, billed_too_much
from tests.billing.work import THROUGH, log
from tests.cast import TODAY, Cast
from tests.taxes import tax_code
from timesheets.models import TimeEntry

FIRST = date(2026, 11, 1)
LAST = TODAY + timedelta(days=1)
Figures = tuple[list[tuple[int, Decimal]], Decimal]


class Story:
    """One run of random steps. Days go forward; payments are sometimes recorded days later than they came."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.chance, self.on = cast, random.Random(seed), FIRST + timedelta(days=1)
        self.by = {"by": cast.finance}
        self.asked: dict[date, Figures] = {}
        self.done: set[str] = set()

    def step(self) -> None:
        """One thing that may be refused."""
        if self.on < TODAY and self.chance.random() < 0.3:
            self.on += timedelta(days=1)
            if self.chance.random() < 0.5:
                day = self.on - timedelta(days=1)
                self.asked[day] = figures(day)
        act = self.chance.choice(ACTS)
        try:
            with promises(), transaction.atomic():
                act(self)
            self.done.add(act.__name__)
        except Refusal:
            pass

    def one(self, rows: Any) -> Any:
        """One of the rows; a story without any of them goes on."""
        found = list(rows.order_by("pk"))
        if not found:
            raise Refusal("There is none.")
        return self.chance.choice(found)

    def amount(self, most: int = 900) -> Decimal:
        return Decimal(self.chance.randrange(1, most * 100)) / 100

    def invoice(self) -> Invoice:
        """Mostly a bill; what is asked for as a deposit is an invoice too."""
        issued = Invoice.objects.issued()
        found: Invoice = self.one(issued.bills() if self.chance.random() < 0.9 else issued)
        return found

    def credit(self) -> CreditMemo:
        found: CreditMemo = self.one(CreditMemo.objects.filter(state="ISSUED"))
        return found

    def payment(self) -> Payment:
        found: Payment = self.one(Payment.objects.all())
        return found

    def log(self) -> None:
        log(
            self.cast.member,
            self.cast.design,
            self.chance.randrange(1, 300),
            rate=self.chance.randrange(1, 400),
        )

    def draft(self) -> None:
        draft_invoice(project=self.cast.project, through=THROUGH, on=self.on, **self.by)

    def edit(self) -> None:
        line = self.one(Invoice.objects.drafts()).lines.first()
        if line:
            edit_line(line=line, amount=self.amount(), reason="Agreed", **self.by)

    def drop(self) -> None:
        delete_draft(invoice=self.one(Invoice.objects.drafts()), **self.by)

    def issue(self) -> None:
        issue_invoice(invoice=self.one(Invoice.objects.drafts()), on=self.on, at=EARLIER, **self.by)

    def void(self) -> None:
        void_invoice(invoice=self.invoice(), reason="Story", on=self.on, at=EARLIER, **self.by)

    def reissue(self) -> None:
        reissue_invoice(invoice=self.invoice(), reason="Story", on=self.on, at=EARLIER, **self.by)

    def draft_credit(self) -> None:
        invoice = self.invoice()
        left = self.chance.choice(lines_left(invoice))
        goes_back = self.chance.random() < 0.5
        wish = self.chance.choice(
            [
                LineWish(left.line.pk, percent=HUNDRED, returns_work=goes_back),
                LineWish(
                    left.line.pk, percent=Decimal(self.chance.randrange(1, 100)), returns_work=goes_back
                ),
                LineWish(left.line.pk, minutes=self.chance.randrange(1, 300), returns_work=goes_back),
                LineWish(left.line.pk, amount=self.amount(300)),
                LineWish(
                    left.line.pk,
                    entries={
                        each.billed.entry_id: self.chance.randrange(1, 200) for each in left.entries[:2]
                    },
                ),
            ]
        )
        draft_credit(invoice=invoice, lines=[wish], reason="Story", **self.by)

    def draft_free(self) -> None:
        lines = [FreeLine("Delay", self.amount(300), self.chance.random() < 0.5)]
        draft_free_credit(client=self.cast.client, title="", lines=lines, reason="Story", **self.by)

    def drop_credit(self) -> None:
        delete_credit(credit=self.one(CreditMemo.objects.filter(state="DRAFT")), **self.by)

    def issue_credit(self) -> None:
        credit = self.one(CreditMemo.objects.filter(state="DRAFT"))
        issue_credit(credit=credit, on=self.on, at=EARLIER, applies=self.chance.random() < 0.6, **self.by)

    def void_credit(self) -> None:
        void_credit(credit=self.credit(), reason="Story", on=self.on, at=EARLIER, **self.by)

    def apply(self) -> None:
        amount = self.amount(200) if self.chance.random() < 0.5 else None
        wish = {"invoice": self.invoice(), "amount": amount, "on": self.on, "at": EARLIER, **self.by}
        if self.chance.random() < 0.5:
            apply_credit(credit=self.credit(), **wish)
        else:
            apply_payment(payment=self.payment(), **wish)

    def take_off(self) -> None:
        if self.chance.random() < 0.5:
            unapply_credit(application=self.one(CreditApplication.objects.all()), on=self.on, **self.by)
        else:
            unapply_payment(application=self.one(PaymentApplication.objects.all()), on=self.on, **self.by)

    def pay(self) -> None:
        # Not before a day that was asked about: what a bank brings late is news of that day.
        first = max([day + timedelta(days=1) for day in self.asked], default=FIRST)
        record_payment(
            invoice=self.invoice(),
            amount=self.amount(),
            method="CHECK",
            received_on=max(first, self.on - timedelta(days=self.chance.randrange(0, 6))),
            on=self.on,
            at=EARLIER,
            **self.by,
        )

    def deposit(self) -> None:
        """A deposit is asked for; like every invoice it is paid, or not, by another step."""
        if not Retainer.objects.exists():
            whole = None if self.chance.random() < 0.5 else self.cast.project
            open_retainer(client=self.cast.client, project=whole, draws_by_itself=False, **self.by)
        wish = {"retainer": self.one(Retainer.objects.all()), "amount": self.amount(), "on": self.on}
        request = request_deposit(**wish, at=EARLIER, **self.by)
        if self.chance.random() < 0.7:
            record_payment(
                invoice=request,
                amount=request.total_amount,
                method="CHECK",
                received_on=self.on,
                on=self.on,
                at=EARLIER,
                **self.by,
            )

    def draw(self) -> None:
        amount = self.amount(300) if self.chance.random() < 0.5 else None
        invoice = self.one(Invoice.objects.open().bills())
        wish = {"invoice": invoice, "amount": amount, "drawn_on": self.on, "on": self.on}
        draw_retainer(**wish, at=EARLIER, **self.by)

    def pay_back(self) -> None:
        retainer = self.one(Retainer.objects.all())
        refund_retainer(
            retainer=retainer,
            amount=self.amount(100),
            refunded_on=self.on,
            reference="",
            on=self.on,
            **self.by,
        )

    def rerate(self) -> None:
        rule = self.one(RateRule.objects.all())
        wish = {"rule": rule, "rate_amount": self.amount(), "starts_on": self.on, "by": self.cast.owner}
        reach = Reach(Which.ALL, has_approved=True, has_drafted=self.chance.random() < 0.5)
        change_and_rerate(change=lambda: [rule, change_rate_from(**wish)], reach=reach, by=self.cast.owner)

    def schedule(self) -> None:
        if not BillingSchedule.objects.exists():
            make_schedule(
                project=self.cast.project,
                name="Weekly",
                frequency="WEEKLY",
                anchor_day=1,
                starts_on=FIRST,
                timing="LAST_DAY",
                action=self.chance.choice(["DRAFT", "ISSUE"]),
                on=self.on,
                **self.by,
            )
        run_schedules(on=self.on, at=EARLIER)

    def merge(self) -> None:
        source = self.cast.client
        target = Client.objects.create(
            name=f"Larkspur {self.chance.random()}",
            billing_address=source.billing_address,
            payment_terms=source.payment_terms,
            tax_code=source.tax_code,
        )
        merge_clients(source=source, target=target, at=EARLIER, **self.by)
        self.follow()

    def part(self) -> None:
        undo_merge(merge=self.one(ClientMerge.objects.filter(undone_at=None)), at=EARLIER, **self.by)
        self.follow()

    def follow(self) -> None:
        """Whose the project is now."""
        self.cast.project.refresh_from_db()
        self.cast.client = self.cast.project.client

    def refund(self) -> None:
        source = self.credit() if self.chance.random() < 0.5 else self.payment()
        amount = self.amount(100) if self.chance.random() < 0.5 else None
        record_refund(source=source, amount=amount, refunded_on=self.on, on=self.on, **self.by)

    def cancel_refund(self) -> None:
        cancel_refund(refund=self.one(Refund.objects.all()), on=self.on, **self.by)

    def write_off(self) -> None:
        amount = self.amount(100) if self.chance.random() < 0.5 else None
        write_off(invoice=self.invoice(), amount=amount, reason="Story", on=self.on, at=EARLIER, **self.by)

    def take_write_off_back(self) -> None:
        reverse_write_off(written=self.one(WriteOff.objects.all()), on=self.on, **self.by)


ACTS: list[Callable[[Story], None]] = [
    *[Story.log, Story.draft, Story.issue, Story.draft_credit, Story.issue_credit, Story.pay, Story.apply]
    * 5,
    *(
        Story.edit,
        Story.drop,
        Story.void,
        Story.reissue,
        Story.draft_free,
        Story.drop_credit,
        Story.void_credit,
    ),
    *(Story.take_off, Story.refund, Story.cancel_refund, Story.write_off, Story.take_write_off_back),
    *(Story.deposit, Story.draw, Story.draw, Story.pay_back, Story.rerate, Story.schedule),
    *(Story.merge, Story.part),
]


def figures(on: date) -> Figures:
    """What was open and what clients had to their credit on a day, whoever they are part of by now."""
    found = [(item.invoice.pk, item.open_amount) for item in open_invoices(on)]
    return sorted(found), sum(unapplied_credits(on).values(), Decimal(0))


def minutes_are_whole() -> bool:
    """Each entry's billable minutes are on live bills or left to bill; what credits gave back counts once."""
    on_bills = BilledTime.objects.filter(line__invoice__state__in=["DRAFT", "ISSUED"])
    given = CreditedTime.objects.filter(credit_line__credit__state="ISSUED")
    used = (on_bills.aggregate(sum=Sum("minutes"))["sum"] or 0) - (
        given.aggregate(sum=Sum("minutes"))["sum"] or 0
    )
    live = BilledTime.objects.filter(is_live=True).aggregate(sum=Sum(F("minutes") - F("released_minutes")))[
        "sum"
    ]
    rows = with_remaining(TimeEntry.objects.all()).values_list("billable_minutes", "remaining_minutes")
    return used == (live or 0) == sum(billable - left for billable, left in rows) and all(
        0 <= left <= billable for billable, left in rows
    )


def lines_add_up() -> bool:
    """The amounts of the work on an issued line are what the line computed."""
    lines = BilledTime.objects.filter(line__invoice__state="ISSUED").values_list(
        "line", "line__computed_amount"
    )
    return all(total == computed for _, computed, total in lines.annotate(total=Sum("amount")).order_by())


def numbers_have_no_gaps() -> bool:
    for rows, prefix in (
        (Invoice.objects.filter(kind="INVOICE"), "INV"),
        (Invoice.objects.filter(kind="DEPOSIT"), "RET"),
        (CreditMemo.objects.all(), "CM"),
    ):
        numbers = sorted(rows.exclude(number="").values_list("number", flat=True))  # type: ignore[attr-defined]
        if numbers != [f"{prefix}-2026-{number:04d}" for number in range(1, len(numbers) + 1)]:
            return False
    return True


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9), st.sampled_from(["0", "8.25", "19"]))
@example(298482, "0")  # What a credit memo gave back is billed a second time, which is not too much.
def test_whatever_is_corrected_everything_agrees(cast: Cast, seed: int, percent: str) -> None:
    with transaction.atomic():
        cast.client.tax_code = tax_code("Sales tax", percent)
        cast.client.save()
        story = Story(cast, seed)
        for _ in range(60):
            story.step()
        assert not billed_too_much()
        assert minutes_are_whole()
        assert lines_add_up()
        assert numbers_have_no_gaps()
        balance = trial_balance(LAST)
        assert all(balance.balances(currency) for currency in balance.currencies)
        day = FIRST
        while day <= LAST:
            ties = (*ties_out(day), *credits_tie_out(day), *retainers_tie_out(day))
            assert all(tie.ties for tie in ties), (day, story.done)
            day += timedelta(days=1)
        now = {
            invoice.pk: invoice.balance_amount
            for invoice in Invoice.objects.issued().bills().with_balance().filter(~Q(balance_amount=0))
        }
        assert dict(figures(LAST)[0]) == now
        assert all(amount > 0 for amount in now.values())
        assert all(amount > 0 for amount in unapplied_credits(LAST).values())
        assert {day: figures(day) for day in story.asked} == story.asked
        transaction.set_rollback(True)
