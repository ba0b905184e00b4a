"""The reasons that dialogs offer: kept by the firm, one list for each kind."""

from collections.abc import Sequence

from django.db import transaction

from billing.access import MANAGE_BILLING
from billing.models import SuggestedReason
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import require
from people.models import User

LONGEST, MOST = 120, 40


class ReasonIsTooLong(Refusal):
    sentence = "A reason has at most 120 characters."


class TooManyReasons(Refusal):
    sentence = "A list that is chosen from has at most 40 reasons."


def set_reasons(*, kind: str, words: Sequence[str], by: User | None) -> list[SuggestedReason]:
    """These are the reasons of a kind, in this order; what was written anywhere stays. Empty and doubled ones are left
    out. Raises ReasonIsTooLong, TooManyReasons, NotAllowed."""
    wanted: dict[str, str] = {}
    for text in filter(None, (" ".join(each.split()) for each in words)):
        wanted.setdefault(text.casefold(), text)
    ordered = list(wanted.values())
    if any(len(text) > LONGEST for text in ordered):
        raise ReasonIsTooLong(field="words")
    if len(ordered) > MOST:
        raise TooManyReasons(field="words")
    with promises(), transaction.atomic():
        require(by, MANAGE_BILLING)
        known = list(SuggestedReason.objects.select_for_update().filter(kind=kind).order_by("pk"))
        if [each.words for each in sorted(known, key=lambda each: (each.position, each.pk))] == ordered:
            return known
        audit.acting("billing.set_reasons", by=by, kind=kind, reasons=len(ordered))
        SuggestedReason.objects.filter(pk__in=[each.pk for each in known]).delete()
        return SuggestedReason.objects.bulk_create(
            SuggestedReason(kind=kind, words=text, position=position)
            for position, text in enumerate(ordered, start=1)
        )
