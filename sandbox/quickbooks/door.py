"""The way of one API request: weather, token, gates, operation, answer."""

import asyncio
import json
import logging
import time
import uuid

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Fault as Weather
from sandbox.quickbooks import founding, oauth, routes
from sandbox.quickbooks.call import Answer, Call
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, missing, unauthenticated, unauthorized, unsupported
from sandbox.quickbooks.replay import Replays
from sandbox.quickbooks.weather import FAILED, strike
from sandbox.world import World

_log = logging.getLogger("sandbox.quickbooks")


class Door:
    """https://quickbooks.api.intuit.com/v3, as far as an application like ours uses it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.replays = Replays(world)
        path = "/quickbooks/v3/company/{realm}/{rest:path}"
        self.routes = [Route(path, self.respond, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]

    async def respond(self, request: Request) -> Response:
        """Read, answer, log. While the operation works nothing awaits, so each call is whole."""
        content = await request.body()
        weather: Weather | None = request.scope.get("state", {}).get("fault")
        tid = f"1-{uuid.uuid4()}"
        wants_json = "json" in request.headers.get("accept", "") or "pdf" in request.headers.get("accept", "")
        call: Call | None = None
        try:
            call = self._understand(request, content, weather, tid)
            answer = await self._answer(call)
        except Fault as fault:
            answer = self._refused(call, fault, wants_json, weather)
        except Exception:
            _log.exception("The sandbox itself failed at %s %s", request.method, request.url.path)
            answer = self._refused(call, FAILED, wants_json, None)
        self.world.store.commit()
        self._note(request, content, call, answer, tid)
        headers = {"intuit_tid": tid, "Cache-Control": "max-age=0, no-cache, no-store"}
        return Response(answer.content, answer.status, headers, answer.content_type)

    def _understand(self, request: Request, content: bytes, weather: Weather | None, tid: str) -> Call:
        realm = request.path_params["realm"]
        founding.companies(self.world)
        granted = oauth.realm_of(self.world, request.headers.get("authorization", ""))
        if granted is None:
            raise unauthenticated()
        if granted != realm:
            raise unauthorized()
        return Call(
            world=self.world,
            company=Company(self.world, realm),
            method=request.method,
            path=request.path_params["rest"],
            params=dict(request.query_params),
            content=content,
            content_type=request.headers.get("content-type", ""),
            weather=weather,
            tid=tid,
        )

    async def _answer(self, call: Call) -> Answer:
        strike(call.weather)
        realm, is_batch = call.company.realm, call.path == "batch"
        self.world.throttle.take(realm, time.time() + self.world.clock.offset, is_batch=is_batch)
        request_id = call.params.get("requestid")
        if call.method != "POST" or call.path == "query":
            return await self._work(call)
        if not request_id:
            if call.company.switches["wants_request_ids"] and "/" not in call.path:
                raise missing("requestid")
            return await self._work(call)
        asked = [call.params.get("operation"), call.params.get("include")]
        said = [call.path, *asked, call.content.decode("utf-8", "replace")]
        kept = self.replays.begin(realm, request_id, said, is_batch=is_batch)
        if kept is not None:
            call.is_replayed = True
            return Answer.of(kept)
        try:
            answer = await self._work(call)
            self.replays.keep(realm, request_id, said, json.loads(answer.content))
            return answer
        finally:
            self.replays.end(realm, request_id)

    async def _work(self, call: Call) -> Answer:
        if call.weather and call.weather.kind == "delay":
            await asyncio.sleep(call.weather.seconds)
            call.company = Company(self.world, call.company.realm)  # somebody may have changed it meanwhile
        found = routes.match(call.method, call.path)
        if found is None:
            raise unsupported(f"Operation {call.method} {call.path} is not supported.")
        endpoint, call.ids = found
        return endpoint.operation(call)

    def _refused(self, call: Call | None, fault: Fault, wants_json: bool, weather: Weather | None) -> Answer:
        """What was half done is forgotten; a throttle answers in XML even to those who asked for JSON."""
        self.world.store.rollback()
        stamp = call.company.stamp() if call else ""
        shape = weather.shape if weather and weather.kind == "fault" else ""
        if shape == "xml" or (not shape and (not wants_json or fault.status == 429)):
            return Answer(fault.status, fault.xml(stamp), "application/xml;charset=UTF-8")
        return Answer(fault.status, fault.json(stamp, shape))

    def _note(self, request: Request, content: bytes, call: Call | None, answer: Answer, tid: str) -> None:
        weather = request.scope.get("state", {}).get("fault")
        self.world.request_log.append(
            {
                "id": tid,
                "vendor": "quickbooks",
                "at": self.world.clock.now(),
                "method": request.method,
                "path": request.url.path,
                "realm": request.path_params["realm"],
                "params": dict(request.query_params),
                "request_id": request.query_params.get("requestid"),
                "content": content.decode("utf-8", "replace")[:20000],
                "is_replayed": bool(call and call.is_replayed),
                "fault": weather.kind if weather else None,
                "status": answer.status,
            }
        )
