"""The way of one API request: key, account, idempotency, parameters, operation, answer."""

import asyncio
import base64
import hmac
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Fault
from sandbox.store import Body
from sandbox.stripe import form, routes, timeline
from sandbox.stripe.account_calls import no_access
from sandbox.stripe.calls import Call
from sandbox.stripe.errors import ApiError
from sandbox.stripe.events import API_VERSION
from sandbox.stripe.form import Tree
from sandbox.stripe.idempotency import Keys
from sandbox.stripe.ids import new_id
from sandbox.world import World

_log = logging.getLogger("sandbox.stripe")


@dataclass
class Arrival:
    """One request as it came, and what was found out about it."""

    id: str
    method: str
    path: str
    headers: Mapping[str, str]
    encoded: str
    fault: Fault | None
    params: Tree = field(default_factory=dict)
    account: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Answer:
    """What goes back. `first_request` is set on a replay."""

    status: int
    body: Body
    first_request: str | None = None
    should_retry: bool | None = None


class Api:
    """https://api.stripe.com, as far as the application uses it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.keys = Keys(world)
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        self.routes = [Route("/v1/{rest:path}", self.respond, methods=methods)]

    async def respond(self, request: Request) -> Response:
        """Read, answer, log."""
        arrival = await _read(request)
        try:
            answer = await self._answer(arrival)
        except ApiError as error:
            answer = Answer(error.status, error.body())
        except Exception:
            _log.exception("The sandbox itself failed at %s %s", arrival.method, arrival.path)
            self.world.store.rollback()
            answer = _failure(500)
        self.world.store.commit()
        self._log(arrival, answer)
        return Response(_json(answer.body), answer.status, _headers(arrival, answer), "application/json")

    async def _answer(self, arrival: Arrival) -> Answer:
        self._authenticate(arrival)
        arrival.params = form.parse(arrival.encoded)
        if arrival.fault and arrival.fault.kind == "429":
            message = "Request rate limit exceeded. Learn more about rate limits in the documentation."
            raise ApiError(message, status=429, code="rate_limit")
        if arrival.fault and arrival.fault.kind == "503":
            return _failure(503)
        key = arrival.headers.get("idempotency-key") if arrival.method == "POST" else None
        if not key:
            return await self._execute(arrival)
        arrival.key = key
        stored = self.keys.begin(key, arrival.account, arrival.method, arrival.path, arrival.params)
        if stored:
            return Answer(stored.body["status"], stored.body["body"], first_request=stored.body["request"])
        try:
            return await self._execute(arrival)
        finally:
            self.keys.end(key, arrival.account)

    def _authenticate(self, arrival: Arrival) -> None:
        self._check_key(arrival.headers.get("authorization", ""))
        version = arrival.headers.get("stripe-version", API_VERSION)
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?", version):
            raise ApiError(f"Invalid Stripe API version: {version}", param="stripe-version")
        account = arrival.headers.get("stripe-account")
        if account and self.world.store.find("account", account) is None:
            raise no_access(account)
        arrival.account = account or None

    def _check_key(self, authorization: str) -> None:
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode().partition(":")[0]
            except ValueError:
                given = ""
        if not given:
            message = (
                "You did not provide an API key. Provide it in the Authorization header, as a Bearer token."
            )
            raise ApiError(message, status=401)
        if not hmac.compare_digest(given.encode(), self.world.settings.api_key.encode()):
            hidden = f"{given[:8]}{'*' * max(len(given) - 12, 0)}{given[-4:]}"
            raise ApiError(f"Invalid API Key provided: {hidden}", status=401)

    async def _execute(self, arrival: Arrival) -> Answer:
        """Check and work without awaiting in between; keep the answer under the key once work has begun."""
        if arrival.fault and arrival.fault.kind == "delay":
            await asyncio.sleep(arrival.fault.seconds)
        timeline.settle(self.world)
        call, operation = self._understand(arrival)
        if arrival.fault and arrival.fault.kind == "5xx":
            answer = _failure(500)
        else:
            answer = self._work(arrival, call, operation)
        if arrival.key:
            self.keys.keep(
                arrival.key,
                arrival.account,
                arrival.method,
                arrival.path,
                arrival.params,
                status=answer.status,
                body=answer.body,
                request=arrival.id,
            )
        return answer

    def _understand(self, arrival: Arrival) -> tuple[Call, routes.Operation]:
        found = routes.match(arrival.method, arrival.path)
        if found is None:
            message = f"Unrecognized request URL ({arrival.method}: {arrival.path})."
            raise ApiError(f"{message} This sandbox may not know what Stripe knows.", status=404)
        endpoint, ids = found
        params = endpoint.shape.read(arrival.params, "", self.world.settings.is_strict)
        return Call(self.world, arrival.account, params, ids), endpoint.operation

    def _work(self, arrival: Arrival, call: Call, operation: routes.Operation) -> Answer:
        self.world.cause = (arrival.id, arrival.key)
        try:
            return Answer(200, operation(call))
        except ApiError as error:
            if not error.keeps_work:
                self.world.store.rollback()
            if not error.is_executed:
                raise
            return Answer(error.status, error.body())
        finally:
            self.world.cause = (None, None)

    def _log(self, arrival: Arrival, answer: Answer) -> None:
        self.world.request_log.append(
            {
                "id": arrival.id,
                "at": self.world.clock.now(),
                "method": arrival.method,
                "path": arrival.path,
                "account": arrival.headers.get("stripe-account"),
                "version": arrival.headers.get("stripe-version"),
                "idempotency_key": arrival.headers.get("idempotency-key"),
                "is_replayed": answer.first_request is not None,
                "fault": arrival.fault.kind if arrival.fault else None,
                "params": arrival.params,
                "status": answer.status,
                "error": answer.body.get("error"),
            }
        )


async def _read(request: Request) -> Arrival:
    body = (await request.body()).decode("utf-8", "replace")
    encoded = request.url.query if request.method in {"GET", "DELETE"} else body
    fault = request.scope.get("state", {}).get("fault")
    return Arrival(new_id("req", 14), request.method, request.url.path, request.headers, encoded, fault)


def _failure(status: int) -> Answer:
    message = "An unknown error occurred. (The sandbox was asked to fail.)"
    error = {"type": "api_error", "message": message}
    return Answer(status, {"error": error}, should_retry=status == 503)


def _headers(arrival: Arrival, answer: Answer) -> dict[str, str]:
    headers = {
        "Request-Id": arrival.id,
        "Stripe-Version": arrival.headers.get("stripe-version", API_VERSION),
        "Cache-Control": "no-cache, no-store",
    }
    if arrival.account:
        headers["Stripe-Account"] = arrival.account
    if arrival.key:
        headers["Idempotency-Key"] = arrival.key
    if answer.first_request:
        headers |= {"Idempotent-Replayed": "true", "Original-Request": answer.first_request}
    if answer.should_retry is not None:
        headers["Stripe-Should-Retry"] = "true" if answer.should_retry else "false"
    return headers


def _json(body: Body) -> bytes:
    return json.dumps(body, indent=2).encode()
