"""Answers that are files."""

from collections.abc import Callable
from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from core.files import PDF, PICTURES
from core.models import StoredFile

# What a file may do when the browser shows it by itself: nothing. Chrome shows no PDF in a sandbox.
SHOWN_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
SHOWN_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"


def file_response(stored: StoredFile, *, download: bool = False) -> FileResponse:
    """The file for somebody who may see it; the view has asked that. Only PDFs and pictures are shown in the browser.

    Kept in the person's own browser cache only, and asked for again each time.
    """
    is_shown = not download and (stored.content_type == PDF or stored.content_type in PICTURES)
    response = FileResponse(
        stored.open(), as_attachment=not is_shown, filename=stored.name, content_type=stored.content_type
    )
    _guard(response, SHOWN_PDF if stored.content_type == PDF else SHOWN_PICTURE, stored.sha256)
    return response


def made_pdf(
    request: HttpRequest, make: Callable[[], tuple[str, bytes]], *, sha256: str
) -> HttpResponse | FileResponse:
    """A PDF that is made for this answer, shown in the browser; 304 where the browser has the one of this content."""
    response: HttpResponse | FileResponse
    if request.headers.get("If-None-Match") == f'"{sha256}"':
        response = HttpResponse(status=304)
    else:
        name, made = make()
        response = FileResponse(BytesIO(made), filename=name, content_type=PDF)
    _guard(response, SHOWN_PDF, sha256)
    return response


def _guard(response: HttpResponse | FileResponse, policy: str, sha256: str) -> None:
    """What a shown file may do, and that only this person's browser keeps it."""
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Content-Security-Policy"] = policy
    response["ETag"] = f'"{sha256}"'
    patch_cache_control(response, private=True, no_cache=True)
