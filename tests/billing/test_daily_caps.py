"""What of a day is billed: of each person, of all together, beside other caps, and never twice."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from billing.drafting import NothingToBill, draft_invoice, draft_invoices
from billing.issuing import issue_invoice
from billing.models import BilledTime, Invoice
from billing.recalculating import recalculate_draft
from billing.unbilled import ready_to_bill
from billing.voiding import void_invoice
from core.errors import Refusal
from core.promises import promises
from projects.contracting import TermsAreMissing, change_line
from projects.models import ContractLine, RoundingRule
from projects.planning import clone_project
from tests.billing.test_payers import arrange, draft_all, other, sums
from tests.billing.test_two_at_once import EARLIER
from tests.billing.work import THROUGH, log
from tests.cast import TODAY, Cast

D = Decimal
MONDAY, TUESDAY = date(2026, 11, 2), date(2026, 11, 3)


def agree(cast: Cast, minutes: int | None = 480, **terms: Any) -> ContractLine:
    line = ContractLine.objects.get(project=cast.project, closed_on=None)
    agreed = {"daily_cap_minutes": minutes, "daily_cap_is_per_person": True} | terms
    return change_line(line=line, name="Works", method="TIME_AND_MATERIALS", by=cast.manager, **agreed)  # type: ignore[arg-type]


def draft(cast: Cast) -> Invoice:
    return draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)


def parts(invoice: Invoice) -> list[tuple[int, Decimal]]:
    billed = BilledTime.objects.filter(line__invoice=invoice).exclude(line__work_key__startswith="above")
    return list(billed.order_by("entry").values_list("minutes", "amount"))


def test_of_each_person_the_entry_that_crosses_it_is_split(cast: Cast) -> None:
    agree(cast)
    for minutes in (300, 225):
        log(cast.member, cast.design, minutes, day=MONDAY, rate=100)
    log(cast.manager, cast.design, 480, day=MONDAY, rate=200)
    log(cast.member, cast.design, 60, day=TUESDAY, rate=100)
    (row,) = ready_to_bill(cast.finance, THROUGH, today=TODAY)
    assert (row.amount, row.minutes) == (2_500, 1_020)
    assert row.notes == ("0.75 h: Above 8.00 h a day for each person.",)
    assert parts(draft(cast)) == [(300, 500), (180, 300), (480, 1_600), (60, 100)]
    with pytest.raises(NothingToBill, match=r"0\.75 h: Above 8\.00 h a day for each person\."):
        draft(cast)


def test_of_all_together(cast: Cast) -> None:
    agree(cast, daily_cap_is_per_person=False)
    log(cast.member, cast.design, 300, day=MONDAY, rate=100)
    log(cast.manager, cast.design, 300, day=MONDAY, rate=200)
    assert parts(draft(cast)) == [(300, 500), (180, 600)]


def test_what_other_bills_have_of_the_day_counts(cast: Cast) -> None:
    agree(cast)
    log(cast.member, cast.design, 300, day=MONDAY, rate=100)
    first = draft(cast)
    log(cast.member, cast.design, 300, day=MONDAY, rate=100)
    assert parts(draft(cast)) == [(180, 300)]
    issue_invoice(invoice=first, by=cast.finance, on=TODAY, at=EARLIER)
    void_invoice(invoice=first, reason="Wrong", by=cast.finance, on=TODAY, at=EARLIER)
    # Five hours are free again, of which five fit; two stay above.
    assert parts(draft(cast)) == [(300, 500)]
    with pytest.raises(NothingToBill):
        draft(cast)


def test_the_day_first_then_the_other_cap(cast: Cast) -> None:
    """Above the day uses nothing of 1,000.00: 800.00 of Monday, 200.00 of Tuesday."""
    agree(cast, cap_scope="LINE", cap_amount=D(1_000))
    log(cast.member, cast.design, 600, day=MONDAY, rate=100)
    log(cast.member, cast.design, 240, day=TUESDAY, rate=100)
    (row,) = ready_to_bill(cast.finance, THROUGH, today=TODAY)
    assert row.notes == (
        "2.00 h: Above 8.00 h a day for each person.",
        "2.00 h: Above the cap of $1,000.00 of Works.",
    )
    assert parts(draft(cast)) == [(480, 800), (120, 200)]


def test_rounded_minutes_are_split_at_their_price(cast: Cast) -> None:
    """470 minutes are billed as 480 at 100.00: 800.00; of two such, 10 more minutes fit, worth 10/470 of it."""
    RoundingRule.objects.create(project=cast.project, unit_minutes=15, mode="UP", scope="ENTRY")
    agree(cast)
    for _ in range(2):
        log(cast.member, cast.design, 470, day=MONDAY, rate=100)
    assert parts(draft(cast)) == [(470, 800), (10, D("17.02"))]


def test_the_rest_is_written_off_or_only_warned_of(cast: Cast) -> None:
    agree(cast, excess="WRITE_OFF")
    log(cast.member, cast.design, 540, day=MONDAY, rate=100)
    (outcome,) = draft_invoices(projects=[cast.project], through=THROUGH, by=cast.finance, on=TODAY)
    assert outcome.notices == ("$100.00 of Works is above 8.00 h a day for each person. It is written off.",)
    assert outcome.invoice is not None
    assert [(line.minutes, line.amount) for line in outcome.invoice.lines.all()] == [(480, 800), (60, 0)]
    with pytest.raises(NothingToBill):
        draft(cast)
    issue_invoice(invoice=outcome.invoice, by=cast.finance, on=TODAY, at=EARLIER)
    agree(cast, excess="SOFT")
    log(cast.member, cast.design, 60, day=MONDAY, rate=100)
    assert draft(cast).total_amount == 100


def test_a_draft_is_recalculated_within_the_day(cast: Cast) -> None:
    agree(cast)
    entry = log(cast.member, cast.design, 300, day=MONDAY, rate=100)
    log(cast.member, cast.design, 300, day=MONDAY, rate=100)
    invoice = draft(cast)
    entry.billable_minutes = 240
    entry.save()
    invoice.refresh_from_db()
    recalculate_draft(invoice=invoice, by=cast.finance)
    assert parts(invoice) == [(240, 400), (240, 400)]


def test_several_payers_share_what_fits(cast: Cast) -> None:
    county = other(cast)
    arrange(cast, (cast.client, "50"), (county, "50"))
    agree(cast)
    log(cast.member, cast.design, 600, day=MONDAY, rate=100)
    both = draft_all(cast)
    assert sums(both) == {"City of Larkspur": (240, "400.00"), "County": (240, "400.00")}
    first = issue_invoice(invoice=both[0], by=cast.finance, on=TODAY, at=EARLIER)
    void_invoice(invoice=first, reason="Wrong", by=cast.finance, on=TODAY, at=EARLIER)
    assert list(sums(draft_all(cast)).values()) == [(240, "400.00")]


@pytest.mark.parametrize(("minutes", "is_per_person"), [(0, True), (1_441, True), (0, False)])
def test_what_is_no_cap(cast: Cast, minutes: int, is_per_person: bool) -> None:
    with pytest.raises(TermsAreMissing):
        agree(cast, minutes, daily_cap_is_per_person=is_per_person)
    with pytest.raises(Refusal), promises(), transaction.atomic():
        ContractLine.objects.update(daily_cap_minutes=minutes, daily_cap_is_per_person=is_per_person)


def test_typed_shown_copied_and_dropped(cast: Cast, web: Any) -> None:
    line, page = ContractLine.objects.get(project=cast.project), web(cast.owner)
    address, headers = reverse("billing:contract-line", args=[line.pk]), {"HX-Request": "true"}
    wish = {"name": "Works", "method": "TIME_AND_MATERIALS", "daily_cap_is_per_person": "on"}
    refused = page.post(address, wish | {"daily_cap_minutes": "25"}, headers=headers)
    assert (refused.status_code, b'value="25' in refused.content) == (422, True)
    assert page.post(address, wish | {"daily_cap_minutes": "7.5"}, headers=headers).status_code == 204
    shown = page.get(reverse("billing:contract", args=[cast.project.pk])).content.decode()
    assert "7.50 h" in shown
    assert "each person" in shown
    copy = clone_project(
        project=cast.project, client=cast.client, name="Copy", by=cast.owner, code="C-2", with_contract=True
    )
    assert copy.contract_lines.get().daily_cap_minutes == 450
    change_line(line=line, name="Works", method="FIXED_FEE", fee_amount=D(1), by=cast.manager)
    line.refresh_from_db()
    assert (line.daily_cap_minutes, line.daily_cap_is_per_person) == (None, True)
