"""The week as the grid shows it: rows, cells, sums, states; and what it costs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from approvals.asking import answer, ask
from approvals.history import Return
from core.periods import week_of
from people.models import Holiday
from projects.models import Project, Task, TeamMember
from tests.cast import TODAY, Cast
from tests.timesheets.work import add_time
from timesheets import ports
from timesheets.approving import return_time
from timesheets.desk import TIME
from timesheets.models import TimeEntry, TimeRules
from timesheets.rows import RowKey
from timesheets.submitting import submit_time
from timesheets.week import Week, week_page, week_state

WEEK = week_of(TODAY)
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def page(cast: Cast, **options: Any) -> Week:
    return week_page(cast.member.staff_member, options.pop("period", WEEK), TODAY, **options)


def test_an_empty_week_asks_for_forty_hours(cast: Cast) -> None:
    week = page(cast)
    assert (week.rows, week.worked_minutes, week.required_minutes, week.difference) == ([], 0, 2400, -2400)
    assert week.state == ("", "pencil", "Open")
    assert week.first_empty_day.on == WEEK.first
    assert week.billable_share == ""


def test_rows_cells_and_sums(cast: Cast) -> None:
    add_time(cast, minutes=330, on=WEEK.first, note="Flows")
    add_time(cast, minutes=60, on=TODAY)
    add_time(cast, minutes=30, on=TODAY, task=cast.review, is_billable=False, billable_minutes=0)
    week = page(cast)
    assert [row.place.task.name for row in week.rows] == ["Hydraulic design", "Structural review"]
    monday, wednesday = week.rows[0].cells[0], week.rows[0].cells[2]
    assert (monday.minutes, monday.look.icon, monday.is_editable) == (330, "note", True)
    assert wednesday.version.endswith(".1")
    assert (week.rows[0].minutes, week.days[2].minutes, week.worked_minutes) == (390, 90, 420)
    assert week.billable_share == "92.9 %"
    assert (week.days[0].is_short, week.days[3].is_short, week.days[3].is_ahead) == (True, False, True)
    assert week.first_empty_day.on == date(2026, 11, 24)


def test_last_weeks_rows_are_there_in_the_current_week_while_time_can_be_logged(cast: Cast) -> None:
    add_time(cast, on=TODAY - timedelta(days=7))
    assert [row.place.task for row in page(cast).rows] == [cast.design]
    assert page(cast, period=WEEK.next()).rows == []
    TeamMember.objects.all().delete()
    assert page(cast).rows == []


def test_added_rows_come_last_and_stay_there_hidden_ones_go_while_blank(cast: Cast) -> None:
    added = [RowKey.of(cast.review, None), RowKey.of(cast.design, None)]
    add_time(cast, minutes=60, labor_code=None)
    add_time(cast, minutes=60, on=TODAY)
    assert [row.key for row in page(cast, added=added).rows][1:] == added
    kept = page(cast, added=added, hidden=[added[0], added[1]]).rows
    assert [row.key for row in kept][1:] == [added[1]]


def test_several_lines_show_their_sum_and_are_not_typed_over(cast: Cast) -> None:
    add_time(cast, minutes=60)
    add_time(cast, minutes=30, note="Call")
    cell = page(cast).rows[0].cells[2]
    assert (cell.minutes, cell.look.words, cell.is_editable, cell.has_list) == (90, "2 entries", False, True)


def test_notes_that_the_firm_asks_for_are_missed(cast: Cast) -> None:
    TimeRules.objects.update(requires_notes=True)
    add_time(cast, minutes=60)
    week = page(cast)
    assert week.rows[0].cells[2].look.words == "Note required"
    assert len(week.noteless) == 1


def test_holidays_count_and_locked_days_are_closed(cast: Cast) -> None:
    Holiday.objects.create(name="Thanksgiving", on=date(2026, 11, 26))
    TimeRules.objects.update(locked_through=date(2026, 11, 24))
    add_time(cast, minutes=60)
    week = page(cast)
    thursday = week.days[3]
    assert (thursday.total_minutes, thursday.is_met, "off" in thursday.css) == (480, True, True)
    assert (week.total_minutes, week.required_minutes) == (540, 2400)
    cells = week.rows[0].cells
    assert [cell.is_editable for cell in cells] == [False, False, True, True, True, True, True]
    assert week.first_empty_day.on == date(2026, 11, 27)


def test_old_rows_of_closed_projects_show_and_take_no_new_hours(cast: Cast) -> None:
    add_time(cast, minutes=60)
    Project.objects.update(state="CLOSED")
    cells = page(cast).rows[0].cells
    assert [cell.is_editable for cell in cells] == [False, False, True, False, False, False, False]


def test_a_later_week_is_closed_unless_the_firm_allows_the_future(cast: Cast) -> None:
    added = [RowKey.of(cast.design, None)]
    assert not any(cell.is_editable for cell in page(cast, period=WEEK.next(), added=added).rows[0].cells)
    TimeRules.objects.update(allows_future=True)
    assert all(cell.is_editable for cell in page(cast, period=WEEK.next(), added=added).rows[0].cells)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([], "Open"),
        (["DRAFT"], "Open"),
        (["DRAFT", "SUBMITTED"], "Open"),
        (["SUBMITTED"], "Submitted"),
        (["SUBMITTED", "APPROVED"], "Partly approved"),
        (["APPROVED"], "Approved"),
        (["REJECTED", "APPROVED"], "Partly returned"),
        (["REJECTED"], "Returned"),
    ],
)
def test_the_state_of_a_week_follows_from_its_lines(states: list[str], words: str) -> None:
    assert week_state(states)[2] == words


def test_what_was_submitted_and_returned_says_for_whom_it_waits_and_why(cast: Cast) -> None:
    kept, returned = add_time(cast, on=WEEK.first), add_time(cast)
    staff = cast.member.staff_member
    submit_time(staff=staff, entry_ids=[kept.pk, returned.pk], by=cast.member, at=NOW, acknowledged=True)
    return_time(entry_ids=[returned.pk], reason="Belongs to review", by=cast.manager, at=NOW)
    cells = page(cast).rows[0].cells
    assert (cells[0].look.words, cells[0].is_editable) == ("Waits for Dana Ruiz", False)
    assert (cells[2].look.css, cells[2].is_editable) == ("is-returned", True)
    ((_, why),) = cells[2].returned
    assert why == Return("Belongs to review", "Dana Ruiz", NOW)


def test_marks_from_above_replace_approved(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = add_time(cast, state="APPROVED")
    mark = ports.EntryMark("file-invoice", "Billed, INV-7")
    monkeypatch.setattr(ports, "_entry_marks", lambda ids: dict.fromkeys(ids, mark))
    look = page(cast).rows[0].cells[2].look
    assert (look.icon, look.words) == ("file-invoice", "Billed, INV-7")
    assert entry.pk


def test_ten_statements_however_many_rows(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        task = Task.objects.create(
            project=cast.project,
            contract_line=cast.design.contract_line,
            name=f"Task {number}",
            labor_code=cast.engineering,
        )
        for day in range(-7, 4):
            add_time(cast, minutes=15, task=task, on=TODAY + timedelta(days=day), labor_code=None)
    staff = cast.member.staff_member
    submit_time(
        staff=staff,
        entry_ids=list(TimeEntry.objects.values_list("pk", flat=True)[:20]),
        by=None,
        at=NOW,
        acknowledged=True,
    )
    with django_assert_max_num_queries(10):
        week = page(cast)
    assert len(week.rows) == 12
    with django_assert_max_num_queries(6):
        page(cast, only=[week.rows[0].key])


def test_an_open_question_stands_in_the_cell_until_it_is_answered(cast: Cast) -> None:
    line = add_time(cast)
    staff = cast.member.staff_member
    submit_time(staff=staff, entry_ids=[line.pk], by=cast.member, at=NOW, acknowledged=True)
    ask(desk=TIME, ids=[line.pk], text="On site?", by=cast.manager, at=NOW)
    cell = page(cast).rows[0].cells[2]
    assert (cell.look.icon, [question.text for _, question in cell.asked]) == (
        "message-question",
        ["On site?"],
    )
    answer(desk=TIME, subject_id=line.pk, text="Yes", by=cast.member, at=NOW)
    cell = page(cast).rows[0].cells[2]
    assert (cell.look.icon, cell.asked) == ("clock", [])
