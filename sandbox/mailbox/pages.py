"""The mailbox in a browser."""

import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.mailbox import messages
from sandbox.rendering import page
from sandbox.store import Record
from sandbox.world import World

# A mail is somebody else's page: no scripts, no forms, no part of our own origin; links open in a tab of their own.
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; default-src 'none';"
    " style-src 'unsafe-inline'; img-src http: https: data:; font-src http: https: data:; frame-ancestors 'self'"
)


class MailPages:
    """List, message, its HTML, its parts, its source."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.routes = [
            Route("/mail", self.index, methods=["GET"]),
            Route("/mail/clear", self.clear, methods=["POST"]),
            Route("/mail/{id}", self.message, methods=["GET"]),
            Route("/mail/{id}/html", self.html, methods=["GET"]),
            Route("/mail/{id}/source", self.source, methods=["GET"]),
            Route("/mail/{id}/parts/{number:int}", self.part, methods=["GET"]),
        ]

    def _mail(self, request: Request) -> Record | None:
        return self.world.store.find("mail", request.path_params["id"])

    async def index(self, request: Request) -> Response:
        recipient = request.query_params.get("to", "").strip()
        found = [record.body for record in messages.listed(self.world, recipient)]
        return page("mail_list.html", mails=found[:200], more=len(found[200:]), recipient=recipient)

    async def clear(self, request: Request) -> Response:
        self.world.store.clear("mail")
        self.world.store.commit()
        return RedirectResponse("/mail", 303)

    async def message(self, request: Request) -> Response:
        record = self._mail(request)
        if record is None:
            return page("no_mail.html", status=404)
        return page("mail.html", mail=messages.as_json(record))

    async def html(self, request: Request) -> Response:
        record = self._mail(request)
        text = messages.text_of(messages.message_of(record), "html") if record else None
        if record is None or text is None:
            return PlainTextResponse("There is no such HTML.", 404)
        headers = {"Content-Security-Policy": _MAIL_POLICY, "X-Content-Type-Options": "nosniff"}
        return HTMLResponse(_readable(record, text), headers=headers)

    async def source(self, request: Request) -> Response:
        record = self._mail(request)
        if record is None:
            return PlainTextResponse("There is no such mail.", 404)
        return Response(record.body["raw"].encode("latin-1"), media_type="text/plain; charset=utf-8")

    async def part(self, request: Request) -> Response:
        record = self._mail(request)
        parts = messages.parts_of(messages.message_of(record)) if record else []
        number = request.path_params["number"]
        if number >= len(parts):
            return PlainTextResponse("There is no such attachment.", 404)
        part = parts[number]
        name = re.sub(r'[\r\n"\\/]', "_", part.get_filename() or f"part-{number}")
        plain = name.encode("ascii", "replace").decode().replace("?", "_")
        is_picture = part.get_content_maintype() == "image" and part.get_content_subtype() != "svg+xml"
        headers = {
            "Content-Disposition": f'{"inline" if is_picture else "attachment"}; filename="{plain}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(messages.bytes_of(part), headers=headers, media_type=part.get_content_type())


def _readable(record: Record, html: str) -> str:
    """Links open in a new tab; pictures that travel with the mail are found."""
    for number, part in enumerate(messages.parts_of(messages.message_of(record))):
        name = str(part.get("Content-ID", "")).strip("<> ")
        if name:
            html = html.replace(f"cid:{name}", f"/mail/{record.id}/parts/{number}")
    base = '<base target="_blank">'
    head = re.search(r"<head[^>]*>", html, re.IGNORECASE)
    return html[: head.end()] + base + html[head.end() :] if head else base + html
