"""Setting documents with WeasyPrint. Its import takes 25 MB: `core.printing` loads this when a first PDF is made."""

import mimetypes
import threading
from email.message import Message
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from django.db.models import Q
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core.models import StoredFile
from core.static_files import static_path

# Reading the typeface takes longer than setting a page: each thread does it once. Font maps are not shared by threads.
_kept = threading.local()


class Files(URLFetcher):
    """Reads `static:` names, `stored:` logos and receipts from this machine."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme == "static":
            path = static_path(unquote(name))
            return _response(url, path.read_bytes(), mimetypes.guess_type(path.name)[0] or "")
        if scheme == "stored":
            kinds = Q(kind="logo") | Q(kind__startswith="receipt")
            stored = StoredFile.objects.get(kinds, pk=int(name))
            return _response(url, stored.read(), stored.content_type)
        raise ValueError(f"documents do not load {url}")


def set_pdf(markup: str, sheets: tuple[str, ...], identifier: bytes, variant: str | None) -> bytes:
    """What `core.printing.print_pdf` promises."""
    fonts, dressed = _dressed(sheets)
    document = HTML(string=markup, base_url="static:css/", url_fetcher=Files())
    return bytes(
        document.write_pdf(
            font_config=fonts,
            stylesheets=dressed,
            pdf_identifier=identifier,
            full_fonts=False,
            pdf_variant=variant,
        )
    )


def _dressed(sheets: tuple[str, ...]) -> tuple[FontConfiguration, list[CSS]]:
    kept: dict[tuple[str, ...], tuple[FontConfiguration, list[CSS]]] = _kept.__dict__.setdefault("sheets", {})
    if sheets not in kept:
        fonts = FontConfiguration()
        read = [
            CSS(url=f"static:css/{name}", base_url="static:css/", url_fetcher=Files(), font_config=fonts)
            for name in sheets
        ]
        kept[sheets] = fonts, read
    return kept[sheets]


def _response(url: str, content: bytes, content_type: str) -> URLFetcherResponse:
    headers = Message()
    headers["Content-Type"] = content_type
    return URLFetcherResponse(url, BytesIO(content), headers)
