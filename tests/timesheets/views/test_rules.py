"""Settings → Time: who sees it, what it saves, what it says when something is missing."""

from typing import Any

import pytest
from django.test import Client as Web

from tests.cast import Cast
from timesheets.models import SubmitRule, TimeRules


@pytest.fixture
def finance(web: Any, cast: Cast) -> Web:
    return web(cast.finance)


def filled(**changes: Any) -> dict[str, Any]:
    """The form as the page shows it, with changes."""
    fields: dict[str, Any] = {
        "week_starts_on": 0, "period_kind": "WEEKLY", "biweekly_from": "2024-01-01", "notes_checked": "SUBMIT",
        "note_min_length": 1, "shows_labor_code": "on", "submit_statement": "True and complete.",
        "limit_DAY_HOURS": "12", "limit_WEEK_OVER": "60", "limit_OVERTIME": "40",
    }  # fmt: skip
    fields |= {f"severity_{rule.kind}": rule.severity for rule in SubmitRule.objects.all()}
    return fields | changes


def test_the_page_shows_every_check_with_off_warn_block(finance: Web, web: Any, cast: Cast) -> None:
    assert web(cast.manager).get("/time/rules/").status_code == 403
    html = finance.get("/time/rules/").content.decode()
    for words in ("Checks at submit", "A required note is missing", "Off", "Warn", "Block", "12.00", "60.00"):
        assert words in html
    assert html.count('class="check-row"') == 9
    assert 'href="/time/rules/" aria-current="page"' in html


def test_what_is_chosen_is_saved(finance: Web) -> None:
    changed = filled(
        period_kind="MONTHLY", requires_notes="on", notes_checked="SAVE", note_min_length=10, shows_class="on",
        severity_WEEK_SHORT="BLOCK", limit_DAY_HOURS="10.5", severity_OVERLAP="OFF", is_dcaa="on",
    )  # fmt: skip
    assert finance.post("/time/rules/", changed).status_code == 302
    rules = TimeRules.objects.get()
    assert (rules.period_kind, rules.notes_checked, rules.note_min_length) == ("MONTHLY", "SAVE", 10)
    assert (rules.requires_notes, rules.shows_class, rules.shows_billable, rules.is_dcaa) == (
        True, True, False, True,
    )  # fmt: skip
    severities = dict(SubmitRule.objects.values_list("kind", "severity"))
    assert (severities["WEEK_SHORT"], severities["OVERLAP"]) == ("BLOCK", "OFF")
    assert SubmitRule.objects.get(kind="DAY_HOURS").limit_minutes == 630
    assert "The rules of time are saved" in finance.get("/time/rules/").content.decode()


def test_what_is_wrong_stands_beside_its_field(finance: Web) -> None:
    for changes, words in (
        ({"limit_DAY_HOURS": ""}, "Say from how many hours on"),
        ({"limit_WEEK_OVER": "200"}, "A week has 168 hours."),
        ({"severity_OVERLAP": "LOUD"}, "LOUD"),
        ({"note_min_length": "0"}, "greater than or equal to 1"),
        ({"submit_statement": ""}, "required"),
    ):
        answer = finance.post("/time/rules/", filled(**changes))
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_grace_days_lock_and_their_change_asks_why(finance: Web) -> None:
    assert finance.post("/time/rules/", filled(grace_days=0)).status_code == 302
    locked = TimeRules.objects.get().locked_through
    assert locked is not None
    assert "by the grace days below" in finance.get("/time/rules/").content.decode()
    refused = finance.post("/time/rules/", filled(grace_days=""))
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert finance.post("/time/rules/", filled(grace_days="", reason="By hand now")).status_code == 302
    assert TimeRules.objects.get().locked_through is None
