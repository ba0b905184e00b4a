"""The hosted payment page, where a payer is sent with a session's url."""

import re
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.rendering import page, posted
from sandbox.store import Record
from sandbox.stripe import accounts, sessions, timeline
from sandbox.stripe.instruments import (
    GOOD_ACCOUNT,
    GOOD_CARD,
    ROUTING_NUMBER,
    Instrument,
    passes_luhn,
    passes_routing,
)
from sandbox.stripe.sessions import SessionIsNotOpen
from sandbox.world import World


@dataclass
class PaymentForm:
    """What the payer typed, cleaned, with an error beside each field that cannot be."""

    fields: dict[str, str]
    year: int
    month: int
    errors: dict[str, str] = field(default_factory=dict)

    def read(self, methods: list[str]) -> Instrument | None:
        """The instrument, or None with `errors` filled."""
        method = self.fields.get("method", methods[0])
        if method not in methods:
            self.errors["method"] = "Choose one of the ways to pay."
            return None
        email = self.fields.get("email", "")
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            self.errors["email"] = "Enter an e-mail address, such as you@example.com."
        name = self.fields.get(f"{method}_name", "")
        if not name:
            self.errors[f"{method}_name"] = "Enter the name."
        instrument = self._card(name, email) if method == "card" else self._bank(name, email)
        return None if self.errors else instrument

    def _card(self, name: str, email: str) -> Instrument:
        number = re.sub(r"[\s-]", "", self.fields.get("number", ""))
        if not passes_luhn(number):
            self.errors["number"] = "This is not a card number. Check the digits."
        expires = re.fullmatch(r"(\d{1,2})\s*/\s*(?:20)?(\d{2})", self.fields.get("expiry", ""))
        month, year = (int(expires[1]), 2000 + int(expires[2])) if expires else (0, 0)
        if not 1 <= month <= 12:
            self.errors["expiry"] = "Enter month and year, such as 12 / 34."
        elif (year, month) < (self.year, self.month):
            self.errors["expiry"] = "This card has expired."
        if not re.fullmatch(r"\d{3,4}", self.fields.get("cvc", "")):
            self.errors["cvc"] = "Enter the 3 or 4 digits."
        return Instrument("card", number, name=name, email=email, expires=(month, year))

    def _bank(self, name: str, email: str) -> Instrument:
        routing, number = self.fields.get("routing", ""), self.fields.get("account_number", "")
        if not passes_routing(routing):
            self.errors["routing"] = "Enter the 9 digits of the routing number."
        elif routing != ROUTING_NUMBER:
            self.errors["routing"] = f"The sandbox knows one bank only: {ROUTING_NUMBER}."
        if not re.fullmatch(r"\d{4,17}", number):
            self.errors["account_number"] = "Enter the account number, digits only."
        return Instrument("us_bank_account", number, name=name, email=email, routing=routing)


class CheckoutPages:
    """Pay, confirm with the bank, done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.routes = [
            Route("/c/pay/{id}", self.form, methods=["GET"]),
            Route("/c/pay/{id}", self.pay, methods=["POST"]),
            Route("/c/pay/{id}/bank", self.bank, methods=["GET"]),
            Route("/c/pay/{id}/bank", self.answer_bank, methods=["POST"]),
            Route("/c/pay/{id}/done", self.done, methods=["GET"]),
        ]

    def _session(self, request: Request) -> Record | None:
        timeline.settle(self.world)
        return self.world.store.find("session", request.path_params["id"])

    async def form(self, request: Request) -> Response:
        record = self._session(request)
        if record is None or record.body["status"] != "open":
            return self._closed(record)
        email = record.body["customer_email"] or ""
        return self._form(record, {"method": record.body["payment_method_types"][0], "email": email}, {})

    async def pay(self, request: Request) -> Response:
        fields = await posted(request)
        record = self._session(request)  # from here on nothing is awaited
        if record is None or record.body["status"] != "open":
            return self._closed(record)
        fields.setdefault("method", record.body["payment_method_types"][0])
        today = self.world.clock.today()
        form = PaymentForm(fields, today.year, today.month)
        instrument = form.read(record.body["payment_method_types"])
        if instrument is None:
            return self._form(record, fields, form.errors, status=422)
        try:
            refusal = sessions.pay(self.world, record, instrument)
        except SessionIsNotOpen:
            return self._closed(record)
        finally:
            self.world.store.commit()
        if refusal:
            return self._form(record, fields, {"declined": refusal.message}, status=402)
        return self._go(record, "done" if record.body["status"] == "complete" else "bank")

    async def bank(self, request: Request) -> Response:
        record = self._session(request)
        if record is None or record.body["status"] != "open":
            return self._closed(record)
        intent = sessions.intent_of(self.world, record)
        if intent is None or intent.body["status"] != "requires_action":
            return RedirectResponse(f"/c/pay/{record.id}", 303)
        return page("bank.html", **self._about(record))

    async def answer_bank(self, request: Request) -> Response:
        fields = await posted(request)
        record = self._session(request)
        if record is None or record.body["status"] != "open":
            return self._closed(record)
        intent = sessions.intent_of(self.world, record)
        if intent is None or intent.body["status"] != "requires_action":
            return RedirectResponse(f"/c/pay/{record.id}", 303)
        refusal = sessions.answer_bank(self.world, record, is_confirmed=fields.get("answer") == "confirm")
        self.world.store.commit()
        if refusal is None:
            return self._go(record, "done")
        email = (record.body["customer_details"] or {}).get("email") or ""
        return self._form(
            record, {"method": "card", "email": email}, {"declined": refusal.message}, status=402
        )

    async def done(self, request: Request) -> Response:
        record = self._session(request)
        if record is None or record.body["status"] != "complete":
            return self._closed(record) if record is None else RedirectResponse(f"/c/pay/{record.id}", 303)
        is_paid = record.body["payment_status"] == "paid"
        back = sessions.success_address(record.body)
        return page(
            "paid.html",
            **self._about(record),
            state="paid" if is_paid else "processing",
            back=back,
            moves_on=True,
        )

    def _go(self, record: Record, step: str) -> Response:
        # To our own host first: a browser refuses a form whose redirect leaves the host that the policy names.
        return RedirectResponse(f"/c/pay/{record.id}/{step}", 303)

    def _form(
        self, record: Record, fields: dict[str, str], errors: dict[str, str], *, status: int = 200
    ) -> Response:
        tests = {"card": GOOD_CARD, "routing": ROUTING_NUMBER, "account": GOOD_ACCOUNT}
        return page(
            "checkout.html", status=status, **self._about(record), typed=fields, errors=errors, tests=tests
        )

    def _closed(self, record: Record | None) -> Response:
        """What a payer sees of a session that cannot be paid (any more)."""
        if record is None:
            return page("no_session.html", status=404)
        body = record.body
        if body["status"] == "complete":
            state = "already_paid" if body["payment_status"] == "paid" else "already_processing"
            back = sessions.success_address(body)
            return page("paid.html", **self._about(record), state=state, back=back, moves_on=False)
        back = body["cancel_url"] or ""
        return page(
            "paid.html", status=410, **self._about(record), state="expired", back=back, moves_on=False
        )

    def _about(self, record: Record) -> dict[str, Any]:
        merchant = accounts.name_of(self.world, record.account)
        lines = sessions.wish_of(self.world, record)["lines"]
        return {"session": record.body, "merchant": merchant, "lines": lines}
