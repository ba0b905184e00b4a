"""Idempotency keys: a wish that is repeated is answered again and not done again.

The claim of the key, the operation and its answer are one transaction. So an answer is kept exactly when what it
reports was done, and of two wishes with one key at once the second waits for the first, then gets its answer.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from people.models import ApiAnswer, ApiToken
from psa.api.problems import problem

LIFETIME = timedelta(hours=24)
LONGEST_KEY = 200

# A few at a time and never those that somebody else is at: sweeping must not make a wish wait.
SWEEP = """
DELETE FROM people_apianswer WHERE id IN (
    SELECT id FROM people_apianswer WHERE created_at < %s ORDER BY created_at LIMIT 100 FOR UPDATE SKIP LOCKED
)
"""
CLAIM = """
INSERT INTO people_apianswer (token_id, key, wish_digest, status, content_type, body, created_at)
VALUES (%s, %s, %s, 0, '', '', %s) ON CONFLICT (token_id, key) DO NOTHING RETURNING id
"""


def once(
    request: HttpRequest, token: ApiToken, key: str, at: datetime, answer: Callable[[], HttpResponse]
) -> HttpResponse:
    """The answer to the wish, made by `answer` the first time only. What was refused is not kept and may be mended."""
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable() and " " not in key):
        return problem(400, "An Idempotency-Key has 1 to 200 characters, without spaces.")
    wish = _digest(request)
    with transaction.atomic():
        ApiAnswer.objects.filter(token=token, key=key, created_at__lt=at - LIFETIME).delete()
        with connection.cursor() as cursor:
            cursor.execute(SWEEP, [at - LIFETIME])
            cursor.execute(CLAIM, [token.pk, key, wish, at])
            claimed = cursor.fetchone()
        if claimed is None:
            return _again(ApiAnswer.objects.get(token=token, key=key), wish)
        response = answer()
        if response.status_code >= 400 or response.streaming:
            transaction.set_rollback(response.status_code >= 400)
            return response
        ApiAnswer.objects.filter(pk=claimed[0]).update(
            status=response.status_code,
            content_type=response.headers.get("Content-Type", ""),
            body=response.content.decode(),
        )
    return response


def _again(kept: ApiAnswer, wish: str) -> HttpResponse:
    if kept.wish_digest != wish:
        return problem(
            422, "This Idempotency-Key was used for another wish. Take a new one.", kind="KeyWasUsed"
        )
    response = HttpResponse(kept.body, status=kept.status, content_type=kept.content_type or None)
    if not kept.content_type:
        del response["Content-Type"]
    response["Idempotency-Replayed"] = "true"
    return response


def _digest(request: HttpRequest) -> str:
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return sha256(head + request.body).hexdigest()
