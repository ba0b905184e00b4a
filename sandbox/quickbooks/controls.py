"""/_sandbox/quickbooks/: levers for what happens at QuickBooks without the application."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.levers import Levers, Misuse, only, wish_of
from sandbox.quickbooks import bookkeeping, entities, founding, oauth
from sandbox.quickbooks.company import EVENT, Company
from sandbox.quickbooks.faults import Fault
from sandbox.quickbooks.hooks import Teller, cloud_events, legacy, signature
from sandbox.store import Body
from sandbox.world import World, home_changes_target

TOKENS = "POST /quickbooks/oauth2/v1/tokens/bearer"


class QuickBooksControls(Levers):
    """Levers of companies, tokens, books, failures and webhooks. A realm of "first" is the oldest company."""

    refusals = (Fault,)

    def __init__(self, world: World, teller: Teller) -> None:
        super().__init__(world)
        self.teller = teller
        self.routes = [*self._own(), *self._of_companies()]

    def _own(self) -> list[Route]:
        levers = [
            ("GET", "state", self.state),
            ("POST", "reset", self.reset),
            ("POST", "faults", self.order_fault),
            ("DELETE", "faults", self.clear_faults),
            ("POST", "limits", self.limit),
            ("POST", "webhooks/target", self.aim),
            ("POST", "webhooks/deliver", self.deliver),
            ("GET", "webhooks/{id}", self.signed),
            ("POST", "companies", self.found),
        ]
        return [self.at(method, f"quickbooks/{path}", lever) for method, path, lever in levers]

    def _of_companies(self) -> list[Route]:
        levers = [
            ("GET", "", self.company),
            ("POST", "/tokens", self.grant),
            ("POST", "/rotate", self.rotate),
            ("POST", "/expire", self.expire),
            ("POST", "/revoke", self.revoke),
            ("POST", "/reject_refresh", self.reject_refresh),
            ("POST", "/books", self.close_books),
            ("POST", "/preferences", self.prefer),
            ("POST", "/switches", self.switch),
            ("GET", "/{entity}", self.records),
            ("POST", "/{entity}", self.create),
            ("GET", "/{entity}/{id}", self.record),
            ("POST", "/{entity}/{id}", self.edit),
            ("POST", "/{entity}/{id}/{deed}", self.do),
        ]
        return [
            self.at(method, f"quickbooks/companies/{{realm}}{path}", lever) for method, path, lever in levers
        ]

    def told(self, refusal: Exception) -> tuple[Body, int]:
        assert isinstance(refusal, Fault)
        return refusal.item(), refusal.status

    def _company(self, request: Request) -> Company:
        every = founding.companies(self.world)
        realm = request.path_params["realm"]
        for company in every:
            if realm in (company.realm, "first"):
                return company
        raise Misuse("There is no such company.", 404)

    # --- the whole

    async def state(self, request: Request) -> Response:
        """All companies with counts and records, what was told, what was asked; `?realm=` for one company."""
        world = self.world
        realm = request.query_params.get("realm")
        companies = [each for each in founding.companies(world) if realm in (None, each.realm)]
        events = [record for record in world.store.every(EVENT) if realm in (None, record.account)]
        requests = [each for each in world.request_log if each.get("vendor") == "quickbooks"]
        body: Body = {
            "clock": {"now": world.clock.now(), "offset": world.clock.offset},
            "companies": [_shown(company) for company in companies],
            "events": [{"id": record.id, **record.body} for record in events],
            "grants": [{**grant.body, "id": grant.id} for grant in world.store.every(oauth.GRANT)],
            "requests": [each for each in requests if realm in (None, each["realm"])],
            "faults": world.faults.listed(),
            "limits": {**world.throttle.limits, "is_on": world.throttle.is_on},
            "target": vars(world.changes_target),
        }
        return JSONResponse(body)

    async def reset(self, request: Request) -> Response:
        """QuickBooks is as on its first day; the clock, Stripe and the mails stay."""
        for kind in [kind for kind in self.world.store.kinds() if kind.startswith("qbo_")]:
            self.world.store.clear(kind)
        self.world.faults.clear()
        kept = [each for each in self.world.request_log if each.get("vendor") != "quickbooks"]
        self.world.request_log.clear()
        self.world.request_log.extend(kept)
        self.world.throttle.forget(is_on=self.world.settings.is_throttled)
        self.world.changes_target = home_changes_target(self.world.settings)
        founding.companies(self.world)
        return JSONResponse({"ok": True})

    async def order_fault(self, request: Request) -> Response:
        """As /_sandbox/faults, with `entity`, `operation` and `realm` instead of `match`."""
        wish = await wish_of(request)
        words: dict[str, str] = {
            name: str(wish.pop(name)) for name in ("entity", "operation", "realm") if name in wish
        }
        try:
            match = wish.pop("match", None) or _pattern(**words)
            fault = self.world.faults.order(match=match, **wish)
        except (TypeError, ValueError) as error:
            raise Misuse(str(error)) from error
        return JSONResponse(vars(fault), 201)

    async def clear_faults(self, request: Request) -> Response:
        self.world.faults.clear()
        return JSONResponse({"ok": True})

    async def limit(self, request: Request) -> Response:
        """{per_minute, per_second, batches_per_minute, is_on}; what is left out stays."""
        try:
            self.world.throttle.set(**await wish_of(request))
        except ValueError as error:
            raise Misuse(str(error)) from error
        return JSONResponse({**self.world.throttle.limits, "is_on": self.world.throttle.is_on})

    # --- webhooks

    async def aim(self, request: Request) -> Response:
        """Tell of changes elsewhere or otherwise from now on; what is left out stays."""
        words = ("url", "host", "secret", "is_paused", "form", "is_bundled")
        wish = only(await wish_of(request), *words)
        if wish.get("form", "legacy") not in ("legacy", "cloudevents"):
            raise Misuse("form must be legacy or cloudevents.")
        for word, value in wish.items():
            setattr(self.world.changes_target, word, value)
        self.world.news.set()
        return JSONResponse(vars(self.world.changes_target))

    async def deliver(self, request: Request) -> Response:
        """Tell at once what nobody has heard, whatever its next try; {duplicate, shuffle, events}."""
        wish = only(await wish_of(request), "duplicate", "shuffle", "events")
        results = await self.teller.deliver_now(
            duplicate=bool(wish.get("duplicate")), shuffle=bool(wish.get("shuffle")), ids=wish.get("events")
        )
        return JSONResponse({"results": results, "pending": len(self.teller.pending())})

    async def signed(self, request: Request) -> Response:
        """One event as it goes out, in both forms, each with its signature."""
        record = self.world.store.find(EVENT, request.path_params["id"])
        if record is None:
            raise Misuse("There is no such event.", 404)
        body: Body = {"attempts": record.body["attempts"]}
        for form, payload in (
            ("legacy", legacy([record.body["event"]])),
            ("cloudevents", cloud_events([record.body["event"]])),
        ):
            stamp = signature(payload, self.world.changes_target.secret)
            body[form] = {"body": payload.decode(), "signature": stamp}
        return JSONResponse(body)

    # --- companies and their tokens

    async def found(self, request: Request) -> Response:
        wish = only(await wish_of(request), "name")
        founding.companies(self.world)
        company = founding.found(self.world, str(wish.get("name") or "New Company"))
        return JSONResponse(_shown(company), 201)

    async def company(self, request: Request) -> Response:
        return JSONResponse(_shown(self._company(request)))

    async def grant(self, request: Request) -> Response:
        """Tokens without a walk through the page, with the realm beside them."""
        company = self._company(request)
        return JSONResponse({**oauth.grant(self.world, company.realm), "realmId": company.realm})

    async def rotate(self, request: Request) -> Response:
        """The next refresh brings a new value, and the former one dies with it."""
        oauth.rotate_next(self.world, self._company(request).realm)
        return JSONResponse({"ok": True})

    async def expire(self, request: Request) -> Response:
        """All access tokens are over now."""
        oauth.expire_access(self.world, self._company(request).realm)
        return JSONResponse({"ok": True})

    async def revoke(self, request: Request) -> Response:
        """The firm disconnects the application at QuickBooks."""
        return JSONResponse({"revoked": oauth.revoke_company(self.world, self._company(request).realm)})

    async def reject_refresh(self, request: Request) -> Response:
        """The token endpoint refuses the next `times` calls as if the token were bad, or with another `error`."""
        wish = only(await wish_of(request), "times", "error", "status")
        try:
            fault = self.world.faults.order(
                match=TOKENS,
                kind="fault",
                times=wish.get("times", 1),
                status=wish.get("status", 400),
                code=wish.get("error", "invalid_grant"),
                detail="Incorrect or invalid refresh token",
            )
        except (TypeError, ValueError) as error:
            raise Misuse(str(error)) from error
        return JSONResponse(vars(fault), 201)

    async def close_books(self, request: Request) -> Response:
        """{through: "2026-10-31"}, or null to open them."""
        wish = only(await wish_of(request), "through")
        through = wish.get("through")
        if through is not None and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(through)):
            raise Misuse("through must be a date such as 2026-10-31, or null.")
        return self._preferred(self._company(request), {"AccountingInfoPrefs": {"BookCloseDate": through}})

    async def prefer(self, request: Request) -> Response:
        """Preferences by group: {"SalesFormsPrefs": {"CustomTxnNumbers": false}}; what is left out stays."""
        return self._preferred(self._company(request), await wish_of(request))

    def _preferred(self, company: Company, wish: dict[str, Any]) -> Response:
        prefs = company.read("Preferences", company.prefs["Id"]) or {}
        for group, values in wish.items():
            if group not in prefs or not isinstance(values, dict):
                raise Misuse(f"There is no group {group} of preferences, or it is not an object.")
            prefs[group] = {k: v for k, v in {**prefs[group], **values}.items() if v is not None}
        return JSONResponse(company.store("Preferences", prefs))

    async def switch(self, request: Request) -> Response:
        """What Intuit does not document: see `company.SWITCHES`."""
        company = self._company(request)
        try:
            company.switch(**await wish_of(request))
        except ValueError as error:
            raise Misuse(str(error)) from error
        return JSONResponse(company.switches)

    # --- the bookkeeper

    def _entity(self, request: Request) -> str:
        return entities.named(request.path_params["entity"].lower())

    async def records(self, request: Request) -> Response:
        return JSONResponse(self._company(request).all(self._entity(request)))

    async def record(self, request: Request) -> Response:
        found = entities.read(self._company(request), self._entity(request), request.path_params["id"])
        return JSONResponse(found)

    async def create(self, request: Request) -> Response:
        made = bookkeeping.create(self._company(request), self._entity(request), await wish_of(request))
        return JSONResponse(made, 201)

    async def edit(self, request: Request) -> Response:
        """Change the given fields, whatever version the application knows."""
        company, id_ = self._company(request), request.path_params["id"]
        return JSONResponse(bookkeeping.edit(company, self._entity(request), id_, await wish_of(request)))

    async def do(self, request: Request) -> Response:
        """delete, void, deactivate, activate, merge {into}, pay {amount, day}."""
        company, entity, id_ = self._company(request), self._entity(request), request.path_params["id"]
        wish = await wish_of(request)
        match request.path_params["deed"]:
            case "delete":
                done = bookkeeping.delete(company, entity, id_)
            case "void":
                done = bookkeeping.void(company, entity, id_)
            case "deactivate":
                done = bookkeeping.edit(company, entity, id_, {"Active": False})
            case "activate":
                done = bookkeeping.edit(company, entity, id_, {"Active": True})
            case "merge":
                done = bookkeeping.merge(company, entity, id_, str(only(wish, "into").get("into")))
            case "pay" if entity == "Invoice":
                only(wish, "amount", "day")
                day, amount = str(wish.get("day") or ""), str(wish.get("amount") or "")
                done = bookkeeping.pay(company, id_, amount=amount, day=day)
            case other:
                raise Misuse(f"{entity} cannot be made to {other}.", 404)
        return JSONResponse(done)


def _shown(company: Company) -> Body:
    records = {type_: list(found.values()) for type_, found in company.records.items()}
    return {
        "realm": company.realm,
        "name": company.name,
        "switches": company.switches,
        "counts": {type_: len(found) for type_, found in records.items()},
        "records": records,
    }


_OPERATIONS = {
    "create": r"POST .*/{entity}(\?(?!.*operation=).*)?$",
    "update": r"POST .*/{entity}(\?(?!.*operation=(delete|void)).*)?$",
    "delete": r"POST .*/{entity}\?.*operation=delete",
    "void": r"POST .*/{entity}\?.*(operation|include)=void",
    "read": r"GET .*/{entity}/[^/?]+(\?.*)?$",
    "query": r"(?i)^QUERY {entity}$",
    "batch": r"POST .*/batch",
    "cdc": r"GET .*/cdc",
    "": r"(GET|POST) .*/{entity}\b",
}


def _pattern(entity: str = "", operation: str = "", realm: str = "") -> str:
    """The match of a fault for requests about an entity; a create and an update have one address."""
    if operation not in _OPERATIONS:
        raise ValueError(f"operation must be one of {', '.join(filter(None, _OPERATIONS))}")
    word = re.escape(entity.lower()) if entity else "[a-z]+"
    company = f"/quickbooks/v3/company/{re.escape(realm) if realm else '[^/]+'}"
    return _OPERATIONS[operation].replace(" .*/", f" {company}/", 1).replace("{entity}", word)
