"""Changing a draft: write-downs, added lines, what goes back to work in progress, and stale drafts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from billing.documents import build_content
from billing.draft_page import draft_page
from billing.drafting import draft_invoice
from billing.editing import (
    ChangedMeanwhile,
    Empty,
    ReasonIsMissing,
    Terms,
    add_line,
    delete_draft,
    edit_invoice,
    edit_line,
    remove_line,
)
from billing.explaining import why
from billing.models import BilledTime, Invoice, InvoiceLine
from billing.promises import IssuedNeverChanges, NotApproved
from billing.recalculating import recalculate_draft
from billing.staleness import changes
from billing.unbilled import ready_to_bill
from core.audit import history
from core.errors import NotAllowed, Refusal
from core.models import Change
from core.promises import promises
from tests.billing.test_issuing import issue
from tests.billing.work import FIRST, THROUGH, drafted, log
from tests.cast import TODAY, Cast
from tests.taxes import tax_code
from timesheets.models import TimeEntry


def fresh(invoice: Invoice) -> Invoice:
    return Invoice.objects.select_related("client", "entity", "terms").get(pk=invoice.pk)


def test_a_write_down_needs_a_reason_and_is_audited(cast: Cast) -> None:
    invoice = drafted(cast, 60)
    line = invoice.lines.get()
    with pytest.raises(ReasonIsMissing):
        edit_line(line=line, amount=Decimal("150"), by=cast.finance)
    edit_line(line=line, amount=Decimal("150"), reason="Rework", by=cast.finance, version=1)
    invoice = fresh(invoice)
    assert (invoice.total_amount, invoice.version) == (150, 2)
    line.refresh_from_db()
    assert (line.computed_amount, line.amount, line.adjustment_reason) == (190, 150, "Rework")
    shown = draft_page(invoice, today=TODAY)
    assert (shown.write_down_amount, str(shown.realization)) == (-40, "78.9")
    action = history(invoice).get(verb="invoice.edit_line")
    assert (action.why, action.actor_name) == ("Rework", "Kemi Ogundipe")
    assert Change.objects.filter(action=action, table_name="billing_invoiceline").exists()
    # Back to what the work comes to: no reason is left.
    edit_line(line=line, amount=Decimal(190), by=cast.finance)
    line.refresh_from_db()
    assert (line.amount, line.adjustment_reason) == (190, "")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"description": "  "}, Empty),
        ({"amount": Decimal(-1), "reason": "x"}, Refusal),
        ({"description": "New words", "version": 9}, ChangedMeanwhile),
    ],
)
def test_wrong_changes_of_a_line(cast: Cast, change: dict[str, Any], refusal: type[Refusal]) -> None:
    invoice = drafted(cast, 60)
    with pytest.raises(refusal):
        edit_line(line=invoice.lines.get(), by=cast.finance, **change)
    assert fresh(invoice).version == 1


def test_rights_of_editing(cast: Cast) -> None:
    invoice = drafted(cast, 60)
    line = invoice.lines.get()
    for refused in (
        lambda: edit_line(line=line, description="x", by=cast.manager),
        lambda: remove_line(line=line, by=cast.manager),
        lambda: add_line(invoice=invoice, description="x", amount=Decimal(1), by=cast.manager),
        lambda: edit_invoice(invoice=invoice, wanted=Terms(po_number="1"), by=cast.manager),
        lambda: delete_draft(invoice=invoice, by=cast.manager),
        lambda: recalculate_draft(invoice=invoice, by=cast.manager),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_taxes_follow_the_lines(cast: Cast) -> None:
    cast.client.tax_code = tax_code("Sales tax", "7.25")
    cast.client.save()
    invoice = drafted(cast, 60)
    add_line(invoice=invoice, description="Permit", amount=Decimal("10.004"), by=cast.finance)
    invoice = fresh(invoice)
    assert (invoice.subtotal_amount, invoice.tax_amount, invoice.total_amount) == (
        Decimal("200.00"),
        Decimal("14.50"),
        Decimal("214.50"),
    )


def test_lines_taken_off_and_deleted_drafts_give_their_hours_back(cast: Cast) -> None:
    log(cast.manager, cast.review, 30, rate=240)
    invoice = drafted(cast, 60)
    remove_line(line=invoice.lines.get(group="Structural review"), by=cast.finance)
    assert fresh(invoice).total_amount == 190
    (row,) = ready_to_bill(cast.finance, THROUGH)
    assert (row.minutes, row.draft_amount) == (30, 190)
    delete_draft(invoice=invoice, by=cast.finance)
    (row,) = ready_to_bill(cast.finance, THROUGH)
    assert (row.minutes, row.drafts) == (90, [])


def test_an_issued_invoice_is_not_edited(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast, 60))
    line = invoice.lines.get()
    for refused in (
        lambda: edit_line(line=line, description="x", by=cast.finance),
        lambda: delete_draft(invoice=invoice, by=cast.finance),
        lambda: recalculate_draft(invoice=invoice, by=cast.finance),
    ):
        with pytest.raises(IssuedNeverChanges):
            refused()


def test_a_write_down_is_spread_over_the_entries_of_the_appendix(cast: Cast) -> None:
    # Product reference 4.11: 1,500 / 1,800 / 900 written down to 3,800.
    invoice = drafted(cast, 500, 600, 300, rate=180)
    edit_line(line=invoice.lines.get(), amount=Decimal(3800), reason="Agreed price", by=cast.finance)
    content = build_content(fresh(invoice))
    (section,) = content["appendix"]
    assert sorted(entry["amount"] for entry in section["entries"]) == ["1357.14", "1628.57", "814.29"]
    assert content["groups"][0]["lines"][0]["rate"] is None
    assert section["amount"] == "3800"


def test_why_an_amount(cast: Cast) -> None:
    log(cast.member, cast.design, 90, day=date(2026, 11, 20))
    invoice = drafted(cast, 60)
    explained = why(invoice.lines.get())
    assert (explained.minutes, explained.first_on, explained.last_on) == (150, FIRST, date(2026, 11, 20))
    assert [(rate.rate_amount, rate.minutes) for rate in explained.rates] == [(190, 150)]
    assert [(share.name, share.amount) for share in explained.people] == [("Priya Raman", 475)]
    assert explained.adjustment_amount == 0


# ---- stale drafts ----------------------------------------------------------------------------------------------------


def test_a_changed_entry_marks_its_draft_and_recalculates_nothing(cast: Cast) -> None:
    invoice, other = drafted(cast, 60), drafted(cast, 30)
    entry = BilledTime.objects.get(line__invoice=invoice).entry
    TimeEntry.objects.filter(pk=entry.pk).update(note="only words", version=2)
    assert not fresh(invoice).is_stale
    TimeEntry.objects.filter(pk=entry.pk).update(billable_minutes=90, worked_minutes=90)
    invoice = fresh(invoice)
    assert (invoice.is_stale, invoice.total_amount, fresh(other).is_stale) == (True, 190, False)
    found = changes(invoice)
    assert [(each.reason, each.before_amount, each.after_amount) for each in found.entries] == [
        ("Hours changed", 190, 285)
    ]
    assert found.difference == 95
    recalculate_draft(invoice=invoice, by=cast.finance, version=invoice.version)
    invoice = fresh(invoice)
    assert (invoice.is_stale, invoice.total_amount) == (False, 285)
    assert not changes(invoice).entries


def test_a_cut_releases_the_draft_until_it_is_recalculated(cast: Cast) -> None:
    invoice = drafted(cast, 60)
    TimeEntry.objects.update(billable_minutes=30)
    assert not BilledTime.objects.get().is_live
    assert changes(fresh(invoice)).difference == -95
    recalculate_draft(invoice=invoice, by=cast.finance)
    billed = BilledTime.objects.get()
    assert (billed.is_live, billed.minutes, fresh(invoice).total_amount) == (True, 30, 95)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "SUBMITTED"}, "No longer approved"),
        ({"is_billable": False, "billable_minutes": 0}, "No longer billable"),
        ({"rate_amount": None}, "Has no rate any more"),
    ],
)
def test_what_cannot_be_billed_any_more_drops_off(cast: Cast, change: dict[str, Any], reason: str) -> None:
    invoice = drafted(cast, 60, 30)
    entry = TimeEntry.objects.get(worked_minutes=60)
    TimeEntry.objects.filter(pk=entry.pk).update(**change)
    found = changes(fresh(invoice))
    assert [(each.reason, each.after_amount, each.difference) for each in found.entries] == [
        (reason, None, -190)
    ]
    recalculate_draft(invoice=invoice, by=cast.finance)
    assert fresh(invoice).total_amount == 95
    assert list(BilledTime.objects.values_list("minutes", flat=True)) == [30]


def test_an_entry_that_moves_to_another_rate_gets_a_line_of_its_own(cast: Cast) -> None:
    invoice = drafted(cast, 60, 30)
    line = invoice.lines.get()
    edit_line(line=line, description="Lead engineer", amount=Decimal(200), reason="Agreed", by=cast.finance)
    TimeEntry.objects.filter(worked_minutes=30).update(rate_amount=200)
    recalculate_draft(invoice=invoice, by=cast.finance)
    # Words stay with the line that remains, the write-down (-56.67 and -28.33) with the entries; the one at 200 stands
    # on a new line.
    assert [
        (line.description, line.computed_amount, line.amount)
        for line in InvoiceLine.objects.order_by("position")
    ] == [
        ("Senior engineer", 100, Decimal("71.67")),
        ("Lead engineer", 190, Decimal("133.33")),
    ]
    assert fresh(invoice).total_amount == 205


def test_a_deleted_entry_leaves_its_draft(cast: Cast) -> None:
    invoice = drafted(cast, 60, 30)
    TimeEntry.objects.filter(worked_minutes=30).delete()
    assert fresh(invoice).is_stale
    recalculate_draft(invoice=invoice, by=cast.finance)
    assert fresh(invoice).total_amount == 190


def test_what_a_cut_released_may_go_to_another_draft_once(cast: Cast) -> None:
    first = drafted(cast, 60)
    TimeEntry.objects.update(billable_minutes=30)
    second = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    assert second.total_amount == 95
    assert [each.reason for each in changes(fresh(first)).entries] == ["On another invoice meanwhile"]
    recalculate_draft(invoice=first, by=cast.finance)
    assert (fresh(first).total_amount, first.lines.count()) == (0, 0)


# ---- what the database refuses whoever writes ------------------------------------------------------------------------


def test_more_than_billable_is_refused(cast: Cast) -> None:
    line = drafted(cast, 60).lines.get()
    other = log(cast.member, cast.design, 60)
    rows = {"line": line, "rate_amount": 190, "amount": 1}
    with pytest.raises(Refusal, match="on another invoice meanwhile"), promises(), transaction.atomic():
        BilledTime.objects.create(entry=other, minutes=61, **rows)
    BilledTime.objects.create(entry=other, minutes=40, **rows)
    with pytest.raises(Refusal), promises(), transaction.atomic():
        BilledTime.objects.filter(entry=other).update(minutes=61)


def test_only_approved_entries_are_billed(cast: Cast) -> None:
    line = drafted(cast, 60).lines.get()
    other = log(cast.member, cast.design, 60, state=TimeEntry.State.SUBMITTED)
    with pytest.raises(NotApproved), promises(), transaction.atomic():
        BilledTime.objects.create(entry=other, line=line, minutes=10, rate_amount=190, amount=1)
