"""PDF from HTML, by WeasyPrint. Nothing in a document reaches the network."""

from importlib import import_module


def print_pdf(markup: str, *sheets: str, identifier: bytes, variant: str | None = None) -> bytes:
    """The HTML as a PDF, dressed by these files of static/css; addresses in it are `static:` and `stored:` only.

    `identifier` is written into the file, so that the same content always makes the same bytes;
    `variant` is a kind of PDF for archives such as pdf/a-3b.
    """
    # Most web processes never set one: workers do.
    return bytes(import_module("core.typesetting").set_pdf(markup, sheets, identifier, variant))
