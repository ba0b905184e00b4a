"""A task's own stop at its hours, beside the firm's check."""

import pytest

from projects.models import Task
from tests.cast import TODAY, Cast
from tests.timesheets.test_submit_rules import findings, only
from tests.timesheets.work import add_time
from timesheets.models import SubmitRule
from timesheets.submitting import SubmitIsBlocked, submit_time


def stop(task: Task, stop: str, minutes: int = 60) -> None:
    Task.objects.filter(pk=task.pk).update(budget_stop=stop, budget_minutes=minutes)


@pytest.mark.parametrize(
    ("stop_", "of_firm", "note", "severity"),
    [
        ("NONE", "OFF", "", None),
        ("NONE", "WARN", "", "WARN"),
        ("WARN", "OFF", "", "WARN"),
        ("WARN", "BLOCK", "", "BLOCK"),
        ("COMMENT", "OFF", "", "BLOCK"),
        ("COMMENT", "OFF", "The client asked for more", None),
        ("COMMENT", "WARN", "The client asked for more", "WARN"),
        ("BLOCK", "OFF", "The client asked for more", "BLOCK"),
        ("BLOCK", "WARN", "", "BLOCK"),
    ],
)
def test_the_harder_of_both_counts(
    cast: Cast, stop_: str, of_firm: str, note: str, severity: str | None
) -> None:
    only("OVER_BUDGET", of_firm)
    stop(cast.design, stop_)
    add_time(cast, minutes=90, note=note)
    found = findings(cast)
    assert [finding.severity for finding in found] == ([severity] if severity else [])
    if stop_ == "COMMENT" and severity == "BLOCK":
        assert found[0].sentence.endswith("over its budget of 1.00 h. Say in the note of each line why.")


def test_up_to_the_last_minute_nothing_happens(cast: Cast) -> None:
    only("OVER_BUDGET", "OFF")
    stop(cast.design, "BLOCK", 90)
    add_time(cast, minutes=90)
    assert findings(cast) == []
    stop(cast.design, "BLOCK", 0)  # a change order took everything away
    assert [finding.is_block for finding in findings(cast)] == [True]


def test_it_cannot_be_submitted(cast: Cast) -> None:
    SubmitRule.objects.update(severity="OFF")
    stop(cast.design, "BLOCK")
    entry = add_time(cast, minutes=90)
    with pytest.raises(SubmitIsBlocked, match="over its budget"):
        submit_time(
            staff=cast.member.staff_member,
            entry_ids=[entry.pk],
            by=cast.member,
            at=entry.created_at,
            acknowledged=True,
        )
    assert entry.worked_on == TODAY
