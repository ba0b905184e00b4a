"""/_sandbox/: JSON levers for tests and demonstrations."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.levers import Levers, Misuse, only, wish_of
from sandbox.mailbox import messages
from sandbox.store import Body, Record
from sandbox.stripe import accounts, disputes, instruments, sessions, timeline
from sandbox.stripe.delivery import Deliverer, payload_of, signature
from sandbox.stripe.errors import ApiError
from sandbox.stripe.instruments import Instrument
from sandbox.stripe.sessions import SessionIsNotOpen
from sandbox.world import World, home_changes_target, home_target

_LISTS = {
    "sessions": "session",
    "intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
    "accounts": "account",
    "events": "event",
}


class Controls(Levers):
    """The levers of the sandbox as a whole, of Stripe and of the mailbox."""

    refusals = (ApiError,)

    def __init__(self, world: World, deliverer: Deliverer) -> None:
        super().__init__(world)
        self.deliverer = deliverer
        self.routes = [
            self.at("GET", "health", self.health),
            self.at("GET", "state", self.state),
            self.at("POST", "reset", self.reset),
            self.at("POST", "clock/advance", self.advance),
            self.at("POST", "clock/reset", self.back_to_now),
            self.at("POST", "faults", self.order_fault),
            self.at("DELETE", "faults", self.clear_faults),
            self.at("POST", "accounts", self.put_account),
            self.at("POST", "accounts/{id}/restrict", self.restrict),
            self.at("POST", "accounts/{id}/disconnect", self.disconnect),
            self.at("POST", "checkout/{id}/pay", self.pay),
            self.at("POST", "checkout/{id}/authenticate", self.authenticate),
            self.at("POST", "charges/{id}/dispute", self.dispute),
            self.at("POST", "disputes/{id}/close", self.close_dispute),
            self.at("POST", "webhooks/deliver", self.deliver),
            self.at("POST", "webhooks/target", self.aim),
            self.at("GET", "webhooks/{id}", self.signed),
            self.at("GET", "mails", self.mails),
            self.at("DELETE", "mails", self.clear_mails),
            self.at("GET", "mails/{id}", self.mail),
            self.at("DELETE", "mails/{id}", self.remove_mail),
        ]

    def told(self, refusal: Exception) -> tuple[Body, int]:
        assert isinstance(refusal, ApiError)
        return refusal.body(), refusal.status

    def _find(self, kind: str, request: Request, wish: Body) -> Record:
        record = self.world.store.find(kind, request.path_params["id"])
        account = wish.get("account")
        if record is None or (account and record.account != account):
            raise Misuse(f"There is no such {kind}.", 404)
        return record

    async def health(self, request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def state(self, request: Request) -> Response:
        timeline.settle(self.world)
        world, store = self.world, self.world.store
        body: Body = {name: [_shown(record) for record in store.every(kind)] for name, kind in _LISTS.items()}
        body |= {
            "clock": {"now": world.clock.now(), "offset": world.clock.offset},
            "mails": [messages.as_json(record) for record in messages.listed(world)],
            "faults": world.faults.listed(),
            "requests": list(world.request_log),
            "target": vars(world.target),
            "is_strict": world.settings.is_strict,
        }
        return JSONResponse(body)

    async def reset(self, request: Request) -> Response:
        """Everything is forgotten: records, mails, faults, the clock's offset, the log; the target is home again."""
        self.world.store.clear()
        self.world.faults.clear()
        self.world.request_log.clear()
        self.world.clock.back_to_now()
        self.world.target = home_target(self.world.settings)
        self.world.changes_target = home_changes_target(self.world.settings)
        self.world.throttle.forget(is_on=self.world.settings.is_throttled)
        return JSONResponse({"ok": True})

    async def advance(self, request: Request) -> Response:
        wish = await wish_of(request)
        seconds = wish.get("seconds")
        if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
            raise Misuse("seconds must be a whole number, not negative.")
        now = self.world.clock.advance(seconds)
        self.world.news.set()  # what QuickBooks has to tell may be due
        return JSONResponse({"now": now, "happened": timeline.settle(self.world)})

    async def back_to_now(self, request: Request) -> Response:
        return JSONResponse({"now": self.world.clock.back_to_now()})

    async def order_fault(self, request: Request) -> Response:
        wish = await wish_of(request)
        try:
            fault = self.world.faults.order(**wish)
        except (TypeError, ValueError) as error:
            raise Misuse(str(error)) from error
        return JSONResponse(vars(fault), 201)

    async def clear_faults(self, request: Request) -> Response:
        self.world.faults.clear()
        return JSONResponse({"ok": True})

    async def put_account(self, request: Request) -> Response:
        """A connected account that is open for charges, without a walk through onboarding; found again by its id."""
        wish = await wish_of(request)
        record = self.world.store.find("account", str(wish.get("id")))
        if record is None:
            record = accounts.create(self.world, {}, id_=wish.get("id"))
        if wish.get("is_enabled", True) and not record.body["charges_enabled"]:
            accounts.enable(self.world, record, name=wish.get("name"))
        return JSONResponse(record.body)

    async def restrict(self, request: Request) -> Response:
        record = self._find("account", request, {})
        accounts.restrict(self.world, record)
        return JSONResponse(record.body)

    async def disconnect(self, request: Request) -> Response:
        record = self._find("account", request, {})
        accounts.disconnect(self.world, record)
        return JSONResponse({"id": record.id, "is_connected": False})

    async def pay(self, request: Request) -> Response:
        """Pay as a payer would on the page. A declined card answers 402, a session that is not open 409."""
        wish = await wish_of(request)
        timeline.settle(self.world)
        record = self._find("session", request, wish)
        method = wish.get("method", "card")
        if method not in record.body["payment_method_types"]:
            raise Misuse(f"method must be one of {', '.join(record.body['payment_method_types'])}.")
        usual = instruments.GOOD_CARD if method == "card" else instruments.GOOD_ACCOUNT
        number = str(wish.get("account_number") or wish.get("number") or usual).replace(" ", "")
        email = wish.get("email") or record.body["customer_email"] or "payer@example.com"
        instrument = Instrument(method, number, name=wish.get("name", "Pat Payer"), email=email)
        try:
            refusal = sessions.pay(self.world, record, instrument)
        except SessionIsNotOpen as error:
            raise Misuse(str(error), 409) from error
        return self._paid(record, refusal)

    async def authenticate(self, request: Request) -> Response:
        """Answer the bank's question of 3-D Secure: {is_confirmed}."""
        wish = await wish_of(request)
        record = self._find("session", request, wish)
        try:
            refusal = sessions.answer_bank(self.world, record, is_confirmed=wish.get("is_confirmed", True))
        except SessionIsNotOpen as error:
            raise Misuse(str(error), 409) from error
        return self._paid(record, refusal)

    def _paid(self, record: Record, refusal: instruments.Refusal | None) -> Response:
        intent = sessions.intent_of(self.world, record)
        body: Body = {
            "session": record.body,
            "payment_intent": intent.body if intent else None,
            "status": "declined" if refusal else intent.body["status"] if intent else None,
            "error": vars(refusal) if refusal else None,
        }
        return JSONResponse(body, 402 if refusal else 200)

    async def dispute(self, request: Request) -> Response:
        wish = await wish_of(request)
        record = self._find("charge", request, wish)
        return JSONResponse(disputes.open_dispute(self.world, record).body)

    async def close_dispute(self, request: Request) -> Response:
        wish = await wish_of(request)
        record = self._find("dispute", request, wish)
        if wish.get("status") not in disputes.OUTCOMES:
            raise Misuse(f"status must be one of {', '.join(disputes.OUTCOMES)}.")
        disputes.close_dispute(self.world, record, wish["status"])
        return JSONResponse(record.body)

    async def deliver(self, request: Request) -> Response:
        wish = await wish_of(request)
        timeline.settle(self.world)
        results = await self.deliverer.deliver_now(
            duplicate=bool(wish.get("duplicate")), shuffle=bool(wish.get("shuffle")), ids=wish.get("events")
        )
        return JSONResponse({"results": results, "pending": len(self.deliverer.pending())})

    async def aim(self, request: Request) -> Response:
        """Send events elsewhere from now on: {url, host, is_paused}; what is left out stays."""
        wish = only(await wish_of(request), "url", "host", "secret", "is_paused")
        for word, value in wish.items():
            setattr(self.world.target, word, value)
        self.world.news.set()
        return JSONResponse(vars(self.world.target))

    async def signed(self, request: Request) -> Response:
        """One event as it goes out: the body's text and a fresh signature over it."""
        record = self._find("event", request, {})
        payload = payload_of(record.body["event"])
        stamp = signature(payload, self.world.target.secret)
        return JSONResponse(
            {"body": payload.decode(), "signature": stamp, "attempts": record.body["attempts"]}
        )

    async def mails(self, request: Request) -> Response:
        found = messages.listed(self.world, request.query_params.get("to", ""))
        return JSONResponse([messages.as_json(record) for record in found])

    async def mail(self, request: Request) -> Response:
        record = self._find("mail", request, {})
        return JSONResponse({**messages.as_json(record), "raw": record.body["raw"]})

    async def clear_mails(self, request: Request) -> Response:
        self.world.store.clear("mail")
        return JSONResponse({"ok": True})

    async def remove_mail(self, request: Request) -> Response:
        self.world.store.remove(self._find("mail", request, {}))
        return JSONResponse({"ok": True})


def _shown(record: Record) -> Body:
    """A record with the account that owns it beside the object, where Stripe would not tell."""
    return {**record.body, "_account": record.account}
