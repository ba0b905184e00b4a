"""The hosted page on which a firm answers Stripe's questions after it was sent there by an account link."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.rendering import page, posted
from sandbox.store import Record
from sandbox.stripe import accounts, timeline
from sandbox.world import World


class OnboardingPages:
    """One page with one answer; then back to where the link says."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.routes = [
            Route("/connect/{token}", self.form, methods=["GET"]),
            Route("/connect/{token}", self.submit, methods=["POST"]),
            Route("/connect/{token}/done", self.done, methods=["GET"]),
        ]

    def _link(self, request: Request) -> Record | None:
        timeline.settle(self.world)
        return self.world.store.find("account_link", request.path_params["token"])

    async def form(self, request: Request) -> Response:
        link = self._link(request)
        if link is None:
            return page("no_session.html", status=404)
        account = self._account(link)
        if account is None or self._is_over(link):
            return RedirectResponse(link.body["refresh_url"], 303)
        name = account.body["business_profile"]["name"] or ""
        return page("onboarding.html", link=link.body, account=account.body, name=name, error="")

    async def submit(self, request: Request) -> Response:
        fields = await posted(request)
        link = self._link(request)
        if link is None:
            return page("no_session.html", status=404)
        account = self._account(link)
        if account is None or self._is_over(link):
            return page(
                "onboarding_done.html",
                link=link.body,
                back=link.body["refresh_url"],
                state="over",
                status=410,
            )
        name = fields.get("name", "")
        if not name or len(name) > 100:
            error = "Enter the name that payers know, up to 100 characters."
            return page(
                "onboarding.html", link=link.body, account=account.body, name=name, error=error, status=422
            )
        accounts.enable(self.world, account, name=name)
        link.body["is_used"] = True
        self.world.store.save(link)
        self.world.store.commit()
        return RedirectResponse(f"/connect/{link.id}/done", 303)

    async def done(self, request: Request) -> Response:
        link = self._link(request)
        if link is None:
            return page("no_session.html", status=404)
        return page("onboarding_done.html", link=link.body, back=link.body["return_url"], state="done")

    def _account(self, link: Record) -> Record | None:
        return self.world.store.find("account", link.body["account"])

    def _is_over(self, link: Record) -> bool:
        return bool(link.body["is_used"] or link.body["expires_at"] <= self.world.clock.now())
