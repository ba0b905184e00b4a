"""What levers under /_sandbox/ have in common: JSON in, JSON out, words for who pulls them wrongly."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.store import Body
from sandbox.world import World

Lever = Callable[[Request], Awaitable[Response]]


class Misuse(Exception):
    """A lever pulled wrongly: 400 with words, or 404."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Levers:
    """Levers of one vendor. What it refuses as a vendor (`refusals`) is answered in its own words."""

    refusals: tuple[type[Exception], ...] = ()

    def __init__(self, world: World) -> None:
        self.world = world

    def told(self, refusal: Exception) -> tuple[Body, int]:
        """The body and the status of one of `refusals`."""
        raise refusal

    def at(self, method: str, path: str, lever: Lever) -> Route:
        """A lever at its address."""

        async def pull(request: Request) -> Response:
            try:
                return await lever(request)
            except Misuse as misuse:
                self.world.store.rollback()
                return JSONResponse({"error": str(misuse)}, misuse.status)
            except self.refusals as refusal:
                self.world.store.rollback()
                return JSONResponse(*self.told(refusal))
            finally:
                self.world.store.commit()

        return Route(f"/_sandbox/{path}", pull, methods=[method])


async def wish_of(request: Request) -> dict[str, Any]:
    """The body as a JSON object; nothing is an empty one. Raises Misuse."""
    if not await request.body():
        return {}
    try:
        wish = await request.json()
    except ValueError as error:
        raise Misuse("The body must be JSON.") from error
    if not isinstance(wish, dict):
        raise Misuse("The body must be a JSON object.")
    return wish


def only(wish: Body, *known: str) -> Body:
    """The wish, if it has no other words than these. Raises Misuse."""
    unknown = set(wish) - set(known)
    if unknown:
        raise Misuse(f"Unknown: {', '.join(sorted(unknown))}.")
    return wish
