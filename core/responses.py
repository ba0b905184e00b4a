"""Answers that are files."""

from django.http import FileResponse
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
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Content-Security-Policy"] = SHOWN_PDF if stored.content_type == PDF else SHOWN_PICTURE
    response["ETag"] = f'"{stored.sha256}"'
    patch_cache_control(response, private=True, no_cache=True)
    return response
