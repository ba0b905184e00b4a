"""The draft editor: grouping in two levels, write-downs kept by entry, what may be done to entries, detail levels."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.adjusting import AmountIsWrong, ReasonIsMissing
from billing.attaching import attach_file, detach_file
from billing.delivering import send_invoice
from billing.documents import build_content
from billing.drafting import NothingToBill, draft_invoice
from billing.dropping import NotOnDraft, delete_entries, drop_entries, hold_on_draft, update_entries
from billing.editing import ChangedMeanwhile, edit_entry, edit_line
from billing.grouping import GroupingIsWrong
from billing.holding_work import HoldHasNoReason, hold_projects, release_entries, release_projects
from billing.layouts import Layout
from billing.models import BilledTime, By, Invoice, InvoiceLayout, WorkHold
from billing.paper import paper_of
from billing.printed import printed
from billing.regrouping import lay_out_draft
from billing.staleness import changes
from billing.unbilled import ready_to_bill
from billing.writing_off_work import NothingToWriteOff, undo_write_off, write_off_work
from core.errors import NotAllowed
from tests.billing.test_issuing import issue
from tests.billing.work import THROUGH, drafted, log
from tests.cast import NOW, TODAY, Cast
from timesheets.models import TimeEntry

D = Decimal


def fresh(invoice: Invoice) -> Invoice:
    return Invoice.objects.select_related("client", "entity", "terms").get(pk=invoice.pk)


def shape(invoice: Invoice) -> list[tuple[str, str, int, Decimal]]:
    return [
        (line.group, line.description, line.printed_minutes, line.amount)
        for line in invoice.lines.order_by("position")
    ]


def asked(invoice: Invoice) -> dict[int, Decimal]:
    rows = BilledTime.objects.filter(line__invoice=invoice)
    return {row.entry_id: row.asked_amount for row in rows}


def two_people(cast: Cast) -> Invoice:
    """Priya 2 h and 1 h on the design, Dana 0.5 h on the review: 380 + 190 + 120 = 690."""
    log(cast.member, cast.design, 120)
    log(cast.member, cast.design, 60, day=date(2026, 11, 10))
    log(cast.manager, cast.review, 30, rate=240)
    return draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)


@pytest.mark.parametrize(
    ("heading", "line", "expected"),
    [
        (By.NONE, By.STAFF, [("", "Dana Ruiz", 30, 120), ("", "Priya Raman", 180, 570)]),
        (
            By.STAFF,
            By.DAY,
            [
                ("Dana Ruiz", "November 2, 2026", 30, 120),
                ("Priya Raman", "November 2, 2026", 120, 380),
                ("Priya Raman", "November 10, 2026", 60, 190),
            ],
        ),
        (
            By.NONE,
            By.WEEK,
            [("", "Week of November 2, 2026", 150, 500), ("", "Week of November 9, 2026", 60, 190)],
        ),
        (By.PROJECT, By.LABOR_CODE, [("Larkspur Water Main Renewal", "Engineering", 210, 690)]),
    ],
)
def test_lines_are_grouped_in_two_levels(cast: Cast, heading: str, line: str, expected: Any) -> None:
    invoice = two_people(cast)
    lay_out_draft(invoice=invoice, layout=Layout(heading, line), by=cast.finance, version=1)
    found = shape(invoice)
    assert sorted(found) == sorted(expected)
    assert fresh(invoice).total_amount == 690
    # The next draft of the project is laid out alike.
    log(cast.member, cast.design, 60, day=date(2026, 11, 11))
    following = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    assert (following.group_by, following.line_by) == (heading, line)
    assert following.lines.get().work_key.startswith("by/")
    # Nothing moved that recalculating would move back.
    assert changes(fresh(invoice)).entries == []


@pytest.mark.parametrize(("heading", "line"), [(By.TASK, By.NONE), (By.STAFF, By.STAFF)])
def test_levels_that_do_not_go_together(heading: str, line: str) -> None:
    with pytest.raises(GroupingIsWrong):
        Layout(heading, line)


LEVELS = [by.value for by in By]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(LEVELS), st.sampled_from(LEVELS[1:])).filter(
            lambda pair: pair[0] != pair[1]
        ),
        min_size=1,
        max_size=3,
    )
)
def test_no_grouping_changes_what_any_entry_comes_to(cast: Cast, steps: list[tuple[str, str]]) -> None:
    if (invoice := Invoice.objects.first()) is None:
        for minutes, rate in ((20, "100"), (20, "100"), (20, "100"), (7, "33.33")):
            log(cast.member, cast.design, minutes, rate=rate)
        log(cast.manager, cast.review, 50, rate="71.10", day=date(2026, 11, 12))
        invoice = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
        line = invoice.lines.filter(minutes=60).get()
        edit_line(line=line, amount=D("77.77"), reason="Agreed", by=cast.finance)
    before, total = asked(invoice), fresh(invoice).total_amount
    for heading, line_by in steps:
        lay_out_draft(invoice=invoice, layout=Layout(heading, line_by), by=cast.finance)
        assert asked(invoice) == before
        assert fresh(invoice).total_amount == total
        for line in invoice.lines.all():
            assert sum(row.asked_amount for row in line.billed_time.all()) == line.amount


def test_a_line_is_written_down_by_amount_hours_or_rate(cast: Cast) -> None:
    # Product reference 4.11: 1,500 / 1,800 / 900 written down to 3,800: the cent goes to the largest remainder.
    invoice = drafted(cast, 500, 600, 300, rate=180)
    line = invoice.lines.get()
    edit_line(line=line, amount=D(3800), reason="Agreed price", by=cast.finance)
    assert sorted(asked(invoice).values()) == [D("814.29"), D("1357.14"), D("1628.57")]
    # 22.8 of 23.3333 h at 180: 4,104.00, and the hours are printed.
    edit_line(line=line, minutes=1368, reason="Rework", by=cast.finance)
    line.refresh_from_db()
    assert (line.amount, line.printed_minutes, line.printed_rate, line.minutes) == (4104, 1368, 180, 1400)
    assert sum(asked(invoice).values()) == 4104
    (printed_line,) = build_content(fresh(invoice))["groups"][0]["lines"]
    assert (printed_line["minutes"], printed_line["rate"], printed_line["amount"]) == (1368, "180", "4104")
    # Each entry at 165.50, rounded once: 1,379.17 + 1,655.00 + 827.50.
    edit_line(line=line, rate=D("165.50"), by=cast.finance)
    line.refresh_from_db()
    assert (line.amount, line.printed_rate, line.adjusted_minutes) == (D("3861.67"), D("165.5"), None)
    issued = issue(cast, fresh(invoice))
    (section,) = issued.document.content["appendix"]
    assert [entry["rate"] for entry in section["entries"]] == ["165.5"] * 3


def test_an_entry_is_written_up_and_down_and_the_line_follows(cast: Cast) -> None:
    invoice = drafted(cast, 120, 60)
    long = BilledTime.objects.get(minutes=120)
    with pytest.raises(ReasonIsMissing):
        edit_entry(billed=long, minutes=90, by=cast.finance)
    edit_entry(billed=long, minutes=90, reason="Travel", by=cast.finance, version=1)
    line = invoice.lines.get()
    assert (line.amount, line.computed_amount, line.printed_minutes) == (475, 570, 150)
    assert line.adjustment_reason == "Travel"
    with pytest.raises(ChangedMeanwhile):
        edit_entry(billed=long, amount=D(1), reason="x", by=cast.finance, version=1)
    edit_entry(billed=long, amount=D(0), reason="No charge", by=cast.finance)
    assert fresh(invoice).total_amount == 190
    for wrong in ({"amount": D(-1)}, {"rate": D(-1)}, {"minutes": 1441}, {"minutes": 1, "rate": D(1)}):
        with pytest.raises(AmountIsWrong):
            edit_entry(billed=long, reason="x", by=cast.finance, **wrong)
    with pytest.raises(NotAllowed):
        edit_entry(billed=long, minutes=90, reason="x", by=cast.manager)


def test_entries_go_back_to_work_in_progress_and_on_hold(cast: Cast) -> None:
    invoice = drafted(cast, 120, 60)
    ids = list(TimeEntry.objects.order_by("pk").values_list("pk", flat=True))
    with pytest.raises(NotOnDraft):
        drop_entries(invoice=invoice, entry_ids=[ids[1] + 999], by=cast.finance)
    assert drop_entries(invoice=invoice, entry_ids=[ids[1]], by=cast.finance, version=1) == 1
    assert shape(invoice) == [("Hydraulic design", "Senior engineer", 120, 380)]
    with pytest.raises(HoldHasNoReason):
        hold_on_draft(invoice=invoice, entry_ids=ids[:1], reason=" ", by=cast.finance, at=NOW)
    hold_on_draft(invoice=invoice, entry_ids=ids[:1], reason="Asked the client", by=cast.finance, at=NOW)
    assert fresh(invoice).total_amount == 0
    following = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    assert following.total_amount == 190
    with pytest.raises(NothingToBill, match=r"2\.00 h are on hold"):
        draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    assert release_entries(entry_ids=ids, by=cast.finance, at=NOW) == 1
    assert draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY).total_amount == 380


def test_an_entry_is_deleted_from_a_draft_by_who_may_change_time(cast: Cast) -> None:
    invoice = drafted(cast, 120, 60)
    ids = list(TimeEntry.objects.order_by("pk").values_list("pk", flat=True))
    with pytest.raises(NotAllowed):
        delete_entries(invoice=invoice, entry_ids=ids[:1], reason="Typed twice", by=cast.finance)
    delete_entries(invoice=invoice, entry_ids=ids[:1], reason="Typed twice", by=cast.owner)
    assert not fresh(invoice).is_stale
    assert (fresh(invoice).total_amount, TimeEntry.objects.count()) == (190, 1)


def test_one_changed_entry_is_brought_up_to_date_and_the_other_waits(cast: Cast) -> None:
    invoice = drafted(cast, 120, 60)
    first, second = TimeEntry.objects.order_by("pk")
    for entry in (first, second):
        entry.billable_minutes -= 30
        entry.save()
    assert fresh(invoice).is_stale
    assert update_entries(invoice=fresh(invoice), entry_ids=[first.pk], by=cast.finance) == 1
    assert fresh(invoice).is_stale
    assert asked(invoice) == {first.pk: 285, second.pk: 190}
    update_entries(invoice=fresh(invoice), entry_ids=[second.pk], by=cast.finance)
    assert (fresh(invoice).is_stale, fresh(invoice).total_amount) == (False, 380)


def test_a_project_on_hold_is_skipped_with_its_reason(cast: Cast) -> None:
    log(cast.member, cast.design, 60)
    assert hold_projects(projects=[cast.project], reason="Contract in review", by=cast.finance, at=NOW) == 1
    assert hold_projects(projects=[cast.project], reason="Again", by=cast.finance, at=NOW) == 0
    with pytest.raises(NothingToBill, match="On hold: Contract in review"):
        draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    (row,) = ready_to_bill(cast.finance, THROUGH)
    assert (row.amount, row.held_amount, row.can_be_drafted) == (0, 190, False)
    release_projects(projects=[cast.project], by=cast.finance, at=NOW)
    assert WorkHold.objects.filter(released_at=None).count() == 0
    (row,) = ready_to_bill(cast.finance, THROUGH)
    assert (row.amount, row.held_amount) == (190, 0)


def test_work_is_written_off_without_an_invoice_and_comes_back(cast: Cast) -> None:
    entry = log(cast.member, cast.design, 60)
    log(cast.member, cast.design, 30)
    written = write_off_work(
        project=cast.project, entry_ids=[entry.pk], reason="Own mistake", by=cast.finance, on=TODAY
    )
    assert (written.minutes, written.amount) == (60, 190)
    (row,) = ready_to_bill(cast.finance, THROUGH)
    assert (row.minutes, row.amount) == (30, 95)
    with pytest.raises(NothingToWriteOff):
        write_off_work(project=cast.project, entry_ids=[entry.pk], reason="Twice", by=cast.finance, on=TODAY)
    undo_write_off(write_off=written, by=cast.finance, on=TODAY)
    (row,) = ready_to_bill(cast.finance, THROUGH)
    assert (row.minutes, row.amount) == (90, 285)


def test_detail_levels_and_what_is_hidden(cast: Cast) -> None:
    invoice = two_people(cast)
    log(cast.member, cast.design, 60, day=date(2026, 11, 11), rate=0)
    invoice.delete()
    invoice = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)

    def lines(**wanted: Any) -> list[tuple[str, str, str]]:
        lay_out_draft(invoice=invoice, layout=Layout(**wanted), by=cast.finance)
        paper = paper_of(build_content(fresh(invoice), issued_on=TODAY, due_on=TODAY))
        return [(line.description, line.rate, line.amount) for group in paper.groups for line in group.lines]

    assert lines(detail="SUMMARY") == [("Larkspur Water Main Renewal", "", "690.00")]
    assert lines(detail="HEADINGS") == [
        ("Hydraulic design", "", "570.00"),
        ("Structural review", "", "120.00"),
    ]
    every = lines(detail="ENTRIES", hides_zero=True)
    assert [amount for _, _, amount in every] == ["380.00", "190.00", "120.00"]
    assert every[0][0].startswith("Nov 2, 2026 · Priya Raman")
    named = lines(group_by="NONE", line_by="STAFF", detail="GROUPED")
    assert {name for name, _, _ in named} == {"Priya Raman", "Dana Ruiz"}
    hidden = lines(group_by="NONE", line_by="STAFF", detail="GROUPED", hides_names=True, hides_rates=True)
    assert {(name, rate) for name, rate, _ in hidden} == {("Team member", "")}
    assert InvoiceLayout.objects.get().hides_names
    # What is frozen is whole, whatever the client sees of it.
    content = build_content(fresh(invoice))
    assert sum(D(line["amount"]) for group in content["groups"] for line in group["lines"]) == 690
    assert printed({**content, "detail": "SUMMARY"})["total"] == content["total"]


def test_files_go_with_the_mail_until_they_are_taken_off(cast: Cast) -> None:
    invoice = drafted(cast, 60)
    report = attach_file(invoice=invoice, name="status.pdf", content=b"%PDF-1.7 report", by=cast.finance)
    attach_file(invoice=invoice, name="hours.csv", content=b"day,hours\n2,1\n", by=cast.finance)
    issued = issue(cast, invoice)
    detach_file(attached=report, by=cast.finance)
    mail = send_invoice(
        invoice=issued, to=["ap@larkspur.example"], cc=[], message="", by=cast.finance, at=NOW
    )
    assert [file.name for file in mail.attachments.order_by("pk")][:1] == ["hours.csv"]
    with pytest.raises(NotAllowed):
        attach_file(invoice=invoice, name="x.pdf", content=b"%PDF-1.7", by=cast.manager)
