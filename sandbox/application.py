"""The sandbox as one ASGI application."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from sandbox.controls import Controls
from sandbox.faults import FaultGate
from sandbox.mailbox.pages import MailPages
from sandbox.pages import OwnPages
from sandbox.quickbooks.controls import QuickBooksControls
from sandbox.quickbooks.door import Door
from sandbox.quickbooks.hooks import Teller
from sandbox.quickbooks.pages import QuickBooksPages
from sandbox.rendering import HERE, page
from sandbox.stripe import timeline
from sandbox.stripe.api import Api
from sandbox.stripe.checkout import CheckoutPages
from sandbox.stripe.delivery import Deliverer
from sandbox.stripe.onboarding import OnboardingPages
from sandbox.world import World

# The application's own typeface where it is installed; the pages do without it elsewhere.
_INTER = HERE.parent / "node_modules" / "@fontsource-variable" / "inter" / "files"


async def _not_found(request: Request, error: Exception) -> Response:
    return page("no_session.html", status=404)


def build(world: World, deliverer: Deliverer, teller: Teller) -> ASGIApp:
    """Every page and endpoint, behind the gate that lets faults through."""
    routes: list[BaseRoute] = [
        *Api(world).routes,
        *Controls(world, deliverer).routes,
        *QuickBooksControls(world, teller).routes,
        *Door(world).routes,
        *CheckoutPages(world).routes,
        *OnboardingPages(world).routes,
        *QuickBooksPages(world).routes,
        *MailPages(world).routes,
        *OwnPages(world, deliverer).routes,
    ]
    if _INTER.is_dir():
        routes.append(Mount("/static/inter", StaticFiles(directory=_INTER)))
    routes.append(Mount("/static", StaticFiles(directory=HERE / "static")))
    return FaultGate(Starlette(routes=routes, exception_handlers={404: _not_found}), world.faults)


async def keep_time(world: World) -> None:
    """What comes due happens within a second, also when nobody looks."""
    while True:
        timeline.settle(world)
        await asyncio.sleep(1)
