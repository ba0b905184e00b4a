"""What the week grid shows of bills and of accounting: which entries are billed or posted. psa/wiring binds it."""

from collections.abc import Collection, Mapping

from django.db.models import CharField, Value

from billing.marks import billed, billed_mark
from integrations.models import ExternalLink
from timesheets.ports import EntryMark

TIME_ENTRY = "timesheets.timeentry"


def entry_marks(entry_ids: Collection[int]) -> Mapping[int, EntryMark]:
    """The marks of those entries that are billed or posted; what is both is billed. One statement."""
    posted = ExternalLink.objects.filter(
        local_kind=TIME_ENTRY, local_id__in=list(entry_ids), state=ExternalLink.State.ACTIVE
    )
    rows = (
        billed(entry_ids)
        .values_list("entry_id", "line__invoice__number")
        .union(posted.values_list("local_id", Value("", output_field=CharField())))
    )
    found: dict[int, EntryMark] = {}
    for entry_id, number in rows:
        if number:
            found[entry_id] = billed_mark(number)
        else:
            found.setdefault(entry_id, EntryMark("cloud-check", "Posted to QuickBooks"))
    return found
