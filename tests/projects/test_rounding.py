"""Whose rule of rounding applies to a project."""

from decimal import Decimal

import pytest

from billing.drafting import draft_invoice
from billing.models import BilledTime, InvoiceLine
from billing.recalculating import recalculate_draft
from billing.staleness import changes
from core.errors import NotAllowed, Refusal
from projects.models import Project, RoundingRule
from projects.rounding import Wanted, clear_rounding, rules_of, set_rounding
from tests.billing.work import THROUGH, log
from tests.cast import TODAY, Cast


def wanted(unit: int, mode: str = "UP", scope: str = "ENTRY") -> Wanted:
    return Wanted(unit, mode, 0, scope)


def test_a_project_goes_before_its_client_and_the_client_before_the_firm(
    cast: Cast, django_assert_num_queries
) -> None:
    other = Project.objects.create(client=cast.client, name="Other", code="LKS-009")
    ids = [cast.project.pk, other.pk]

    def units() -> list[int | None]:
        with django_assert_num_queries(1):
            found = rules_of(ids)
        return [rule.unit_minutes if (rule := found[pk]) else None for pk in ids]

    assert units() == [None, None]
    set_rounding(wanted=wanted(6), by=cast.finance)
    assert units() == [6, 6]
    set_rounding(wanted=wanted(15), by=cast.finance, client=cast.client)
    set_rounding(wanted=wanted(10), by=cast.finance, client=cast.client)
    assert units() == [10, 10]
    set_rounding(wanted=wanted(30), by=cast.finance, project=other)
    assert units() == [10, 30]
    clear_rounding(by=cast.finance, client=cast.client)
    assert units() == [6, 30]
    assert RoundingRule.objects.count() == 2


def test_right_and_unit(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        set_rounding(wanted=wanted(6), by=cast.manager)
    with pytest.raises(Refusal, match="1, 5, 6, 10, 15 or 30"):
        set_rounding(wanted=wanted(7), by=cast.finance)
    with pytest.raises(NotAllowed):
        clear_rounding(by=cast.manager)


def test_a_draft_prints_and_charges_rounded_minutes_and_consumes_raw_ones(cast: Cast) -> None:
    """Acceptance 10: 90 minutes up to 15 stay 90."""
    set_rounding(wanted=wanted(15), by=cast.finance, project=cast.project)
    exact, more = (log(cast.member, cast.design, minutes, rate=100) for minutes in (90, 91))
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    line = InvoiceLine.objects.get(invoice=draft)
    assert (line.minutes, line.amount, draft.total_amount) == (195, Decimal("325"), Decimal("325"))
    billed = {row.entry_id: (row.minutes, row.amount) for row in BilledTime.objects.all()}
    assert billed == {exact.pk: (90, Decimal("150")), more.pk: (91, Decimal("175"))}
    exact.refresh_from_db()
    assert (exact.worked_minutes, exact.billable_minutes) == (90, 90)
    assert changes(draft).entries == []
    # Another rule changes no draft by itself; recalculating follows it.
    set_rounding(wanted=wanted(30, "DOWN"), by=cast.finance, project=cast.project)
    assert [(each.reason, each.difference) for each in changes(draft).entries] == [
        ("Rounded differently", Decimal("-25"))
    ]
    recalculate_draft(invoice=draft, by=cast.finance)
    line.refresh_from_db()
    assert (line.minutes, line.amount) == (180, Decimal("300"))


HTMX = {"HX-Request": "true"}


def test_the_page(cast: Cast, web) -> None:
    finance = web(cast.finance)
    posted = {"mode": "UP", "unit_minutes": "15", "scope": "DAY", "minimum_minutes": "30"}
    assert finance.post("/projects/rounding/", posted).status_code == 302
    rule = RoundingRule.objects.get()
    assert (rule.unit_minutes, rule.mode, rule.minimum_minutes, rule.scope) == (15, "UP", 30, "DAY")
    page = finance.get("/projects/rounding/").text
    assert "None: every client and project" in page
    new = "/projects/rounding/exceptions/new/"
    assert "Choose a client or a project." in finance.post(new, posted, headers=HTMX).text
    assert finance.post(new, {**posted, "client": cast.client.pk}, headers=HTMX).status_code == 204
    own = RoundingRule.objects.get(client=cast.client)
    assert "City of Larkspur" in finance.get("/projects/rounding/").text
    assert "Rounding of City of Larkspur" in finance.get(f"{new}?client={cast.client.pk}", headers=HTMX).text
    edit = f"/projects/rounding/exceptions/{own.pk}/"
    changed = {**posted, "unit_minutes": "6", "client": cast.client.pk}
    assert finance.post(edit, changed, headers=HTMX).status_code == 204
    own.refresh_from_db()
    assert own.unit_minutes == 6
    assert finance.post(f"{edit}remove/", headers=HTMX).status_code == 204
    assert RoundingRule.objects.count() == 1
    assert web(cast.manager).get("/projects/rounding/").status_code == 403
