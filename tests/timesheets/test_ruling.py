"""The rules of time: who changes them, what they compute, what they refuse."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import NotAllowed
from core.models import Action, Change
from tests.cast import TODAY, Cast
from timesheets.locking import ReasonIsMissing, lock_through
from timesheets.models import SubmitRule, TimeRules
from timesheets.ruling import Check, LimitIsMissing, edit_rules


def edit(cast: Cast, **values: Any) -> TimeRules:
    return edit_rules(**{"by": cast.finance, "on": TODAY} | values)


def test_changing_the_rules_needs_the_right_and_is_audited(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        edit(cast, by=cast.manager, requires_notes=True)
    edit(cast, requires_notes=True, checks={"OVER_BUDGET": Check("BLOCK")})
    assert TimeRules.objects.get().requires_notes
    assert SubmitRule.objects.get(kind="OVER_BUDGET").severity == "BLOCK"
    assert Action.objects.get(verb="time.edit_rules").actor_name == "Kemi Ogundipe"
    tables = set(Change.objects.values_list("table_name", flat=True))
    assert tables >= {"timesheets_timerules", "timesheets_submitrule"}


def test_a_check_of_hours_has_a_limit(cast: Cast) -> None:
    with pytest.raises(LimitIsMissing) as refused:
        edit(cast, checks={"DAY_HOURS": Check("WARN")})
    assert refused.value.field == "limit_DAY_HOURS"
    edit(cast, checks={"DAY_HOURS": Check("BLOCK", 600), "WEEK_SHORT": Check("OFF", 5)})
    assert SubmitRule.objects.get(kind="DAY_HOURS").limit_minutes == 600
    assert SubmitRule.objects.get(kind="WEEK_SHORT").limit_minutes is None
    edit(cast, checks={"DAY_HOURS": Check("OFF")})
    assert SubmitRule.objects.get(kind="DAY_HOURS").limit_minutes == 600


def test_grace_days_lock_at_once_and_opening_days_again_needs_a_reason(cast: Cast) -> None:
    rules = edit(cast, grace_days=3)
    assert rules.locked_through == TODAY - timedelta(
        days=10
    )  # Sun 15 Nov: the week to Sun 22 has Mon, Tue, Wed
    assert edit(cast, grace_days=2).locked_through == TODAY - timedelta(days=3)
    with pytest.raises(ReasonIsMissing):
        edit(cast, grace_days=10)
    assert TimeRules.objects.get().locked_through == TODAY - timedelta(days=3)
    assert edit(cast, grace_days=10, reason="Two sheets").locked_through == TODAY - timedelta(days=17)
    assert edit(cast, grace_days=None, reason="By hand from now on").locked_through is None


def test_a_lock_by_hand_does_not_go_back_with_the_rules(cast: Cast) -> None:
    by_hand = TODAY - timedelta(days=30)
    lock_through(on=by_hand, by=cast.finance)
    assert edit(cast, grace_days=0).locked_through == TODAY - timedelta(days=3)
    assert edit(cast, grace_days=None, reason="By hand").locked_through == by_hand
    assert edit(cast, grace_days=300).locked_through == by_hand
    assert edit(cast, period_kind="MONTHLY", grace_days=0).locked_through == TODAY.replace(month=10, day=31)
