"""The sandbox's own pages: what it is, and what Stripe's dashboard would show."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.rendering import page
from sandbox.store import Body
from sandbox.stripe import accounts, timeline
from sandbox.stripe.delivery import Deliverer
from sandbox.stripe.intents import CLEARING_SECONDS
from sandbox.world import World

_SHOWN = 30


class OwnPages:
    """/ for the newcomer, /stripe for the curious."""

    def __init__(self, world: World, deliverer: Deliverer) -> None:
        self.world = world
        self.deliverer = deliverer
        self.routes = [
            Route("/", self.home, methods=["GET"]),
            Route("/stripe", self.stripe, methods=["GET"]),
            Route("/stripe/deliver", self.deliver, methods=["POST"]),
            Route("/stripe/advance", self.advance, methods=["POST"]),
            Route("/stripe/today", self.today, methods=["POST"]),
        ]

    async def home(self, request: Request) -> Response:
        timeline.settle(self.world)
        counts = {
            "mails": len(self.world.store.every("mail")),
            "payments": sum(1 for r in self.world.store.every("charge") if r.body["status"] == "succeeded"),
            "pending": len(self.deliverer.pending()),
        }
        return page("home.html", counts=counts, settings=self.world.settings)

    async def stripe(self, request: Request) -> Response:
        timeline.settle(self.world)
        return page(
            "stripe.html",
            charges=self._newest("charge"),
            sessions=self._newest("session"),
            events=self._newest("event"),
            pending=len(self.deliverer.pending()),
            now=self.world.clock.now(),
            offset=self.world.clock.offset,
            target=self.world.target,
            notice=request.query_params.get("notice", ""),
        )

    def _newest(self, kind: str) -> list[Body]:
        records = self.world.store.every(kind)[: -_SHOWN - 1 : -1]
        return [
            {**record.body, "merchant": accounts.name_of(self.world, record.account)} for record in records
        ]

    async def deliver(self, request: Request) -> Response:
        results = await self.deliverer.deliver_now(duplicate=False, shuffle=False)
        if not results:
            return RedirectResponse("/stripe?notice=nothing", 303)
        is_fine = all(result["is_taken"] for result in results)
        return RedirectResponse(f"/stripe?notice={'delivered' if is_fine else 'refused'}", 303)

    async def advance(self, request: Request) -> Response:
        self.world.clock.advance(CLEARING_SECONDS)
        timeline.settle(self.world)
        return RedirectResponse("/stripe?notice=advanced", 303)

    async def today(self, request: Request) -> Response:
        self.world.clock.back_to_now()
        return RedirectResponse("/stripe?notice=today", 303)
