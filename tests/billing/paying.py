"""A firm that takes payments, for tests: invoices, their pay pages, and what Stripe's stand-in tells."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client as Web

from billing.checkout import Visit, open_checkout
from billing.drafting import draft_invoice
from billing.issuing import issue_invoice
from billing.models import Invoice, Payment
from billing.receiving import record_payment
from billing.recipients import pay_link
from billing.voiding import void_invoice
from core import clock, outbox
from integrations.models import Connection
from integrations.stripe.connecting import refresh_account
from ledger.balances import trial_balance
from tenants.models import ExternalAccount, Firm
from tests.billing.work import THROUGH, log
from tests.cast import Cast
from tests.stand_ins import Sandbox

VISIT = Visit(
    "http://hm.localhost:8000/pay/x/back/", "http://hm.localhost:8000/pay/x/", "ap@larkspur.example"
)


def connect(firm: Firm, sandbox: Sandbox, account: str = "") -> str:
    """Gives the firm a Stripe account that is open for charges; returns its id."""
    account = account or sandbox.account(firm.name)
    ExternalAccount.objects.create(provider="stripe", account_id=account, firm=firm)
    Connection.objects.create(provider="stripe", account_id=account, account_name=firm.name)
    refresh_account(at=clock.now())
    return account


@dataclass
class Till:
    """Everything around paying, for one firm."""

    firm: Firm
    cast: Cast
    sandbox: Sandbox
    account: str
    # Runs what waits for the commit, as a worker would.
    committed: Callable[[], Any]
    web: Web = field(default_factory=lambda: Web(headers={"host": "hm.localhost"}))

    def issue(self, *sizes: int, on: date | None = None, rate: Any = 190, currency: str = "USD") -> Invoice:
        """An issued invoice of entries of so many minutes each at 190 an hour; 1,900.00 unless told otherwise."""
        for minutes in sizes or (600,):
            log(self.cast.member, self.cast.design, minutes, rate=rate, rate_currency=currency)
        at = clock.now()
        invoice = draft_invoice(
            project=self.cast.project, through=THROUGH, by=self.cast.finance, on=at.date()
        )
        return issue_invoice(invoice=invoice, by=self.cast.finance, on=on or at.date(), at=at)

    def url(self, invoice: Invoice, rest: str = "") -> str:
        return f"/pay/{pay_link(invoice, at=clock.now())}/{rest}"

    def open(self, invoice: Invoice, amount: str = "1900", method: str = "CARD", **more: Any) -> Payment:
        """A checkout as the pay page opens it, without the page."""
        at: datetime = more.pop("at", clock.now())
        return open_checkout(
            invoice=invoice, amount=Decimal(amount), method=method, visit=VISIT, on=at.date(), at=at, **more
        )

    def start(self, invoice: Invoice, **posted: Any) -> Any:
        """Presses Pay on the page."""
        return self.web.post(self.url(invoice, "start/"), posted)

    def pay(self, payment: Payment, method: str = "card", number: str = "") -> Any:
        """Pays the hosted page as a client would."""
        wish = {"method": method} | ({"account_number": number} if number else {})
        return self.sandbox.control(f"checkout/{payment.checkout_id}/pay", wish)

    def events(self, kind: str = "") -> list[Any]:
        """What Stripe has to tell, oldest first."""
        found = [each for each in self.sandbox.look()["events"] if each["event"]["type"].startswith(kind)]
        return sorted(found, key=lambda each: each["event"]["created"])

    def tell(self, *events: Any) -> list[int]:
        """Posts the events, signed, to the root host; returns the statuses."""
        return [self.post(**self.signed(each)) for each in events]

    def signed(self, event: Any) -> dict[str, str]:
        told = self.sandbox.look(f"webhooks/{event['event']['id']}")
        return {"body": told["body"], "signature": told["signature"]}

    def post(self, body: str, signature: str) -> int:
        """One webhook as it arrives; then the firm is current again."""
        with self.committed():
            answer = Web(headers={"host": "localhost"}).post(
                "/webhooks/stripe",
                body,
                content_type="application/json",
                headers={"Stripe-Signature": signature},
            )
            connection.set_tenant(self.firm)
        return int(answer.status_code)

    def settle(self, payment: Payment, *events: Any) -> Payment:
        """Tells everything there is to tell, and how the payment then is."""
        assert set(self.tell(*(events or self.events()))) == {200}
        payment.refresh_from_db()
        return payment

    def void(self, invoice: Invoice) -> None:
        at = clock.now()
        void_invoice(invoice=invoice, reason="Wrong client", by=self.cast.finance, on=at.date(), at=at)

    def by_hand(self, invoice: Invoice, amount: str) -> Payment:
        """A check that finance records."""
        at = clock.now()
        return record_payment(
            invoice=invoice,
            amount=Decimal(amount),
            method="CHECK",
            received_on=at.date(),
            by=self.cast.finance,
            on=at.date(),
            at=at,
        )

    def mail_out(self) -> None:
        """What the worker sends that waits for its 15 seconds."""
        outbox.drain(at=clock.now() + timedelta(minutes=1))


def booked(till: Till) -> dict[str, Decimal]:
    """The balances of the books today, by purpose of the account."""
    lines = trial_balance(clock.now().date()).lines
    return {line.purpose: line.balance_amount for line in lines if line.balance_amount}
