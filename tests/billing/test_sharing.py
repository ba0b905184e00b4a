"""Fees of schedules, lines and items of no work for several payers: each has its part on its draft."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.api.schedules import RunRow
from billing.cataloguing import ItemWish, add_item_line, save_item
from billing.editing import delete_draft
from billing.models import Invoice
from billing.scheduling import make_schedule, run_schedules
from billing.sharing import IsNotShared, add_shared_line
from projects.models import Payer
from tests.billing.test_payers import arrange, draft_all, other
from tests.billing.work import THROUGH, log
from tests.cast import NOW, Cast


def test_a_schedule_issues_to_every_payer(cast: Cast, web: Any) -> None:
    county = other(cast)
    arrange(cast, (cast.client, "50"), (county, "50"))
    Payer.objects.filter(client=county).update(po_number="C-77")
    make_schedule(
        project=cast.project,
        name="Monthly",
        frequency="MONTHLY",
        anchor_day=1,
        starts_on=date(2026, 11, 1),
        timing="LAST_DAY",
        action="ISSUE",
        by=cast.finance,
        on=date(2026, 11, 1),
        fee_name="Hosting",
        fee_amount=Decimal(40),
    )
    log(cast.member, cast.design, 60, rate=100)
    (run,) = run_schedules(on=THROUGH, at=NOW)
    assert run.state == "DONE"
    assert {
        invoice.client.name: (invoice.state, invoice.subtotal_amount) for invoice in Invoice.objects.all()
    } == {cast.client.name: ("ISSUED", Decimal(70)), "County": ("ISSUED", Decimal(70))}
    # Without work each has a draft of its own for its part: 40.00 are 20.00 and 20.00.
    (run,) = run_schedules(on=date(2026, 12, 31), at=NOW)
    again = Invoice.objects.filter(issued_on=date(2026, 12, 31))
    assert {(each.client.name, each.subtotal_amount, each.po_number) for each in again} == {
        (cast.client.name, Decimal(20), ""),
        ("County", Decimal(20), "C-77"),
    }
    assert sorted(each.pk for each in again) == sorted(each.pk for each in run.invoices)
    # The page and a program are told of both.
    page = web(cast.finance).get(f"/billing/schedules/{run.schedule_id}/").content.decode()
    for invoice in again:
        assert f"/billing/invoices/{invoice.pk}/" in page
    assert page.count("$20.00") >= 2
    assert RunRow.from_orm(run).invoice_ids == [each.pk for each in run.invoices]


def test_a_line_of_no_work_is_shared_among_drafts(cast: Cast) -> None:
    county, town = other(cast), other(cast, "Town")
    arrange(cast, (cast.client, "33.3333"), (county, "33.3333"), (town, "33.3334"))
    task = cast.design
    log(cast.member, task, 60, rate=100)
    drafts = draft_all(cast)
    delete_draft(invoice=drafts[2], by=cast.finance)
    lines = add_shared_line(
        invoice=drafts[1], description="Permit", amount=Decimal("100.01"), by=cast.finance
    )
    assert [(each.invoice.client.name, each.amount, each.share_percent) for each in lines] == [
        (cast.client.name, Decimal("33.34"), Decimal("33.3333")),
        ("County", Decimal("33.33"), Decimal("33.3333")),
        # It had no draft any more.
        ("Town", Decimal("33.34"), Decimal("33.3334")),
    ]
    assert lines[0].invoice_id == drafts[0].pk
    # What comes off is shared as well.
    taken = add_shared_line(invoice=drafts[0], description="Less", amount=Decimal(-1), by=cast.finance)
    assert [each.amount for each in taken] == [Decimal("-0.33"), Decimal("-0.33"), Decimal("-0.34")]
    assert Invoice.objects.count() == 3
    item = save_item(
        wanted=ItemWish(name="Licence", currency="USD", price_amount=Decimal("50.01")), by=cast.finance
    )
    put = add_item_line(invoice=drafts[0], item=item, quantity=Decimal(1), is_shared=True, by=cast.finance)
    assert (put.item, put.amount) == (item, Decimal("16.67"))
    remaining = Invoice.objects.get(client=county)
    remaining.project = None
    with pytest.raises(IsNotShared):
        add_shared_line(invoice=remaining, description="Permit", amount=Decimal(1), by=cast.finance)
