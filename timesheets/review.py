"""What a person reads before submitting or approving: who decides next."""

from collections.abc import Sequence

from approvals.preview import goes_to, later_words
from approvals.submitting import policy_for
from timesheets.models import TimeEntry
from timesheets.subjects import KIND, subject_of


def next_approvers(entries: Sequence[TimeEntry]) -> str:
    """`Goes to Dana Ruiz, then Finance`: who would decide on these lines of one person. A few statements."""
    if not entries:
        return ""
    lines = TimeEntry.objects.filter(pk__in=[entry.pk for entry in entries]).select_related(
        "project", "staff"
    )
    return f"Goes to {goes_to(policy_for(KIND), [subject_of(line) for line in lines])}"


def later_steps(entry_ids: Sequence[int]) -> str:
    """`Then Finance`: who decides on these waiting lines after the present step. Three statements."""
    later = later_words(KIND, entry_ids)
    return f"Then {later}" if later else ""
