"""The rate of one line, set by hand."""

from decimal import Decimal

import pytest

from approvals.deciding import ReasonIsMissing
from billing.issuing import issue_invoice
from billing.models import Invoice
from billing.promises import EntryIsBilled
from core.errors import NotAllowed
from core.models import Action
from projects.carding import NotARate
from tests.billing.work import drafted, log
from tests.cast import NOW, TODAY, Cast
from timesheets.models import TimeEntry
from timesheets.setting_rates import NoRateOfItsOwn, clear_rate, set_rate


def test_a_line_has_a_rate_of_its_own(cast: Cast) -> None:
    line = log(cast.member, cast.design, 60)
    line = set_rate(entry=line, rate_amount=Decimal("0"), reason=" agreed  by phone ", by=cast.finance)
    line.refresh_from_db()
    assert (line.rate_amount, line.rate_currency, line.rate_rule_id, line.has_own_rate) == (
        0,
        "USD",
        None,
        True,
    )
    assert line.rate_source == "Set by Kemi Ogundipe: agreed by phone"
    assert Action.objects.latest("pk").why == "agreed by phone"
    line = clear_rate(entry=line, by=cast.finance)
    line.refresh_from_db()
    assert (line.rate_amount, line.has_own_rate) == (190, False)
    assert line.rate_source == "Card “Standard 2026”, role Senior engineer, since 1 Jan 2026"
    with pytest.raises(NoRateOfItsOwn):
        clear_rate(entry=line, by=cast.finance)


def test_right_reason_and_amount_are_needed(cast: Cast) -> None:
    line = log(cast.member, cast.design, 60)
    with pytest.raises(NotAllowed):
        set_rate(entry=line, rate_amount=Decimal(1), reason="x", by=cast.manager)
    with pytest.raises(ReasonIsMissing):
        set_rate(entry=line, rate_amount=Decimal(1), reason=" ", by=cast.finance)
    with pytest.raises(NotARate):
        set_rate(entry=line, rate_amount=Decimal("1.23456"), reason="x", by=cast.finance)
    with pytest.raises(NotAllowed):
        clear_rate(entry=line, by=cast.manager)


def test_a_draft_turns_stale_and_a_bill_refuses(cast: Cast) -> None:
    invoice = drafted(cast, 60)
    line = TimeEntry.objects.get(billed__line__invoice=invoice)
    set_rate(entry=line, rate_amount=Decimal(100), reason="discount", by=cast.finance)
    assert Invoice.objects.get(pk=invoice.pk).is_stale
    Invoice.objects.filter(pk=invoice.pk).update(is_stale=False)
    issue_invoice(invoice=Invoice.objects.get(pk=invoice.pk), by=cast.finance, on=TODAY, at=NOW)
    with pytest.raises(EntryIsBilled):
        set_rate(entry=line, rate_amount=Decimal(90), reason="more", by=cast.finance)
