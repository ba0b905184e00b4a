"""Stored messages and how they read."""

import email
import email.policy
import re
import secrets
from email.message import EmailMessage
from html.parser import HTMLParser

from sandbox.store import Body, Record
from sandbox.world import World


def keep(world: World, sender: str, recipients: list[str], raw: bytes) -> Record:
    """Store a message with its envelope."""
    message = parsed(raw)
    body: Body = {
        "id": secrets.token_hex(8),
        "at": world.clock.now(),
        "envelope_from": sender,
        "envelope_to": recipients,
        "from": _header(message, "From") or sender,
        "to": _header(message, "To") or ", ".join(recipients),
        "subject": _header(message, "Subject"),
        "message_id": _header(message, "Message-ID"),
        "size": len(raw),
        "raw": raw.decode("latin-1"),  # every byte survives in JSON
    }
    record = world.store.add("mail", body["id"], body)
    world.store.commit()
    return record


def parsed(raw: bytes) -> EmailMessage:
    """The message of some bytes."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def message_of(record: Record) -> EmailMessage:
    """The message of a stored mail."""
    return parsed(record.body["raw"].encode("latin-1"))


def _header(message: EmailMessage, name: str) -> str:
    # A long one is folded right behind its name, which leaves a blank in front.
    return str(message.get(name, "")).strip()


def listed(world: World, recipient: str = "") -> list[Record]:
    """Newest first; `recipient` is part of an address, in any case."""
    wanted = recipient.lower()
    return [
        record
        for record in reversed(world.store.every("mail"))
        if not wanted or any(wanted in address.lower() for address in record.body["envelope_to"])
    ]


def text_of(message: EmailMessage, kind: str) -> str | None:
    """The body of one kind, "plain" or "html", or None."""
    part = message.get_body((kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except LookupError:  # a character set that Python does not know
        content = part.get_payload(decode=True)
        return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def parts_of(message: EmailMessage) -> list[EmailMessage]:
    """Attachments and inline pictures; a part's number is its place in this list."""
    bodies = {id(message.get_body((kind,))) for kind in ("plain", "html")}
    return [
        part
        for part in message.walk()
        if isinstance(part, EmailMessage) and not part.is_multipart() and id(part) not in bodies
    ]


def is_inline(part: EmailMessage) -> bool:
    """A picture within the text, as opposed to a file for the reader."""
    return bool(part.get("Content-ID")) and part.get_content_disposition() != "attachment"


def bytes_of(part: EmailMessage) -> bytes:
    """The content of a part."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") if tag == "a" else None
        if href:
            self.found.append(href)


def links_of(message: EmailMessage) -> list[str]:
    """Every address that a reader can follow, once, in the order of reading."""
    reader = _Links()
    reader.feed(text_of(message, "html") or "")
    plain = re.findall(r"https?://[^\s<>\"')\]]+", text_of(message, "plain") or "")
    return list(dict.fromkeys([*reader.found, *(link.rstrip(".,;") for link in plain)]))


def as_json(record: Record) -> Body:
    """A mail for tests: headers, both texts, links and attachments."""
    message = message_of(record)
    attachments = [
        {
            "filename": part.get_filename() or f"part-{number}",
            "content_type": part.get_content_type(),
            "size": len(bytes_of(part)),
            "url": f"/mail/{record.id}/parts/{number}",
        }
        for number, part in enumerate(parts_of(message))
        if not is_inline(part)
    ]
    return {
        **{key: value for key, value in record.body.items() if key != "raw"},
        "headers": {name: str(value) for name, value in message.items()},
        "text": text_of(message, "plain"),
        "html": text_of(message, "html"),
        "links": links_of(message),
        "attachments": attachments,
    }
