"""The certified record of a week: what stands in it, and who gets it."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from approvals.certifying import Signature
from core.periods import week_of
from tests.cast import NOW, PASSWORD, TODAY, Cast, add_person
from tests.timesheets.work import add_time
from timesheets.approving import approve_time
from timesheets.certifying_week import Record, certified_pdf, record_of
from timesheets.models import TimeEntry, TimeRules
from timesheets.reasons import giving
from timesheets.submitting import submit_time

YESTERDAY = TODAY - timedelta(days=1)


def week(cast: Cast) -> Record:
    return record_of(cast.member.staff_member, week_of(TODAY), by_name="Kemi Ogundipe", at=NOW)


def text_of(cast: Cast) -> str:
    return words_of(certified_pdf(week(cast)))


def words_of(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_record_tells_hours_notes_reasons_changes_and_signatures(cast: Cast, record: Any) -> None:
    TimeRules.objects.update(is_dcaa=True)
    with giving(by=cast.member, text="Was on site all day"):
        late = record("7", worked_on=YESTERDAY, note="Survey")
        record("6.5", worked_on=YESTERDAY, version=1)
        gone = record("1", worked_on=TODAY - timedelta(days=2))
        record("", worked_on=TODAY - timedelta(days=2), version=1, entry_id=gone.pk)
    signature = Signature("Priya Raman", PASSWORD, "10.0.0.7")
    submit_time(
        staff=late.staff, entry_ids=[late.pk], by=cast.member, at=NOW, signature=signature, acknowledged=True
    )
    approve_time(entry_ids=[late.pk], by=cast.manager, at=NOW, signature=Signature("Dana Ruiz", PASSWORD))
    text = text_of(cast)
    for words in (
        "Certified time record", "Priya Raman", "Larkspur Water Main Renewal", "6.50", "Survey",
        "Was on site all day", "7.00 h → 6.50 h", "Submitted", "Approved and signed", "Lines that were cleared",
        "Mon 23 Nov", "10.0.0.7", "These hours are true and complete", "SHA-256", "Dana Ruiz",
    ):  # fmt: skip
        assert words in text, words


def test_a_week_without_time_says_so(cast: Cast) -> None:
    text = text_of(cast)
    assert "No time was recorded in this week." in text
    assert "Nothing of this week was signed yet." in text


def test_a_longer_period_is_told_week_by_week(web: Any, cast: Cast) -> None:
    TimeRules.objects.update(period_kind="MONTHLY")
    first = TODAY.replace(day=1)  # a Sunday, the last day of its week
    add_time(cast, on=first, minutes=60)
    add_time(cast, on=TODAY, minutes=90)
    add_time(cast, on=TODAY.replace(day=30), minutes=120)
    address = f"/time/{TODAY}/certified/{cast.member.staff_member.pk}/"
    answer = web(cast.member).get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="Time_Priya-Raman_2026-11-01.pdf"'
    text = words_of(b"".join(answer.streaming_content))
    for words in (
        "Period November 2026",
        "Sun 1 Total",
        "Wed 25 Thu 26",
        "Mon 30 Total",
        "4.50 h, of it billable",
    ):
        assert words in text, words
    week_alone = words_of(b"".join(web(cast.member).get(f"{address}?week").streaming_content))
    assert "Week Nov 23 – 29, 2026" in week_alone
    assert "Worked 1.50 h" in week_alone


def test_more_lines_cost_no_more_statements(cast: Cast) -> None:
    add_time(cast)
    with CaptureQueriesContext(connection) as one:
        week(cast)
    for day in range(7):
        add_time(cast, on=week_of(TODAY).first + timedelta(days=day), task=cast.review, minutes=30)
    TimeEntry.objects.update(note="Changed")
    with CaptureQueriesContext(connection) as many:
        week(cast)
    assert len(many) <= len(one) + 1


@pytest.mark.parametrize(
    ("who", "status"), [("member", 200), ("manager", 200), ("finance", 200), ("owner", 200), ("peer", 403)]
)
def test_only_those_who_may_see_the_record_get_it(web: Any, cast: Cast, who: str, status: int) -> None:
    add_time(cast)
    peer = add_person("Amos Field", "amos@hm.example", "Staff")
    person = peer if who == "peer" else getattr(cast, who)
    TimeRules.objects.update(is_dcaa=True)
    answer = web(person).get(f"/time/{TODAY}/certified/{cast.member.staff_member.pk}/")
    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="Time_Priya-Raman_2026-11-23.pdf"'
        assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_a_manager_of_others_does_not_get_it(web: Any, cast: Cast) -> None:
    other = add_person("Rosa Lund", "rosa@hm.example", "Manager")
    assert web(other).get(f"/time/{TODAY}/certified/{cast.member.staff_member.pk}/").status_code == 403
