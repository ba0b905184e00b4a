"""Submitting under the firm's checks: blocks, warnings, signatures, what was read, chosen days."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.certifying import Signature, SignatureIsWrong
from core.errors import NotAllowed
from core.models import Action
from people.models import Role
from tests.cast import NOW, PASSWORD, TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.approving import return_time
from timesheets.models import SignedSubmission, SubmitRule, TimeEntry, TimeRules
from timesheets.submitting import (
    LinesChanged,
    NothingToSubmit,
    SignatureIsMissing,
    SubmitIsBlocked,
    WarningsAreOpen,
    recall_time,
    submit_time,
)

MONDAY = TODAY - timedelta(days=2)


def submit(cast: Cast, **options: Any) -> Any:
    ids = list(TimeEntry.objects.filter(staff=cast.member.staff_member).values_list("pk", flat=True))
    wanted = {"entry_ids": ids, "by": cast.member, "at": NOW} | options
    return submit_time(staff=cast.member.staff_member, **wanted)


def states() -> set[str]:
    return set(TimeEntry.objects.values_list("state", flat=True))


def test_a_block_refuses_and_names_row_and_day(cast: Cast) -> None:
    TimeRules.objects.update(requires_notes=True)
    entry = add_time(cast)
    with pytest.raises(SubmitIsBlocked) as refused:
        submit(cast, acknowledged=True)
    assert refused.value.message == (
        "Larkspur Water Main Renewal, Hydraulic design on Wed 25 Nov has no note."
    )
    assert refused.value.facts["entry_ids"] == [entry.pk]
    for number in range(4):
        add_time(cast, minutes=10, on=TODAY - timedelta(days=number + 1))
    with pytest.raises(SubmitIsBlocked, match="And 2 more"):
        submit(cast)
    assert states() == {"DRAFT"}
    SubmitRule.objects.filter(kind="NOTE_MISSING").update(severity="OFF")
    submit(cast, acknowledged=True)
    assert states() == {"SUBMITTED"}


def test_warnings_are_acknowledged_with_one_word(cast: Cast) -> None:
    add_time(cast, minutes=60)
    with pytest.raises(WarningsAreOpen, match="Read the warnings and confirm them"):
        submit(cast)
    assert states() == {"DRAFT"}
    done = submit(cast, acknowledged=True)
    assert (len(done.entry_ids), done.minutes, done.waits_for) == (1, 60, ["Dana Ruiz"])


def test_days_that_are_submitted_whole_count_though_nothing_is_on_them(cast: Cast) -> None:
    add_time(cast, on=MONDAY)
    with pytest.raises(WarningsAreOpen, match=r"Tue 24 Nov is 8\.00 h short"):
        submit(cast, days=[MONDAY, MONDAY + timedelta(days=1)])
    submit(cast, days=[MONDAY])
    assert states() == {"SUBMITTED"}


def test_what_was_not_read_is_not_submitted(cast: Cast) -> None:
    entry = add_time(cast)
    for seen in ({}, {entry.pk: 2}, {entry.pk: 1, entry.pk + 1: 1}):
        with pytest.raises(LinesChanged):
            submit(cast, seen=seen)
    submit(cast, seen={entry.pk: 1})
    with pytest.raises(NothingToSubmit):
        submit(cast)


def test_a_signature_stands_under_the_lines(cast: Cast) -> None:
    TimeRules.objects.update(signs_submit=True)
    entries = [add_time(cast), add_time(cast, on=MONDAY)]
    with pytest.raises(SignatureIsMissing):
        submit(cast)
    with pytest.raises(SignatureIsWrong):
        submit(cast, signature=Signature("Priya Raman", "wrong"))
    with pytest.raises(SignatureIsWrong):
        submit(cast, signature=Signature("Somebody Else", PASSWORD))
    assert states() == {"DRAFT"}
    submit(cast, signature=Signature("priya  raman", PASSWORD, "10.0.0.1"))
    signed = SignedSubmission.objects.select_related("certification").get()
    assert signed.entry_ids == sorted(entry.pk for entry in entries)
    assert (signed.first_on, signed.last_on) == (MONDAY, TODAY)
    assert signed.certification.worked_minutes == 960
    assert signed.certification.statement == TimeRules.objects.get().submit_statement


def test_rules_of_government_contracts_ask_for_signature_and_notes_and_the_person(cast: Cast) -> None:
    cast.finance.roles.add(Role.objects.get(name="Administrator"))
    add_time(cast)
    TimeRules.objects.update(is_dcaa=True)
    with pytest.raises(NotAllowed, match="everybody records their own time"):
        submit(cast, by=cast.finance)
    with pytest.raises(SubmitIsBlocked, match="has no note"):
        submit(cast, signature=Signature("Priya Raman", PASSWORD))
    TimeEntry.objects.update(note="Sizing")
    with pytest.raises(SignatureIsMissing):
        submit(cast)
    submit(cast, signature=Signature("Priya Raman", PASSWORD))
    assert states() == {"SUBMITTED"}


def test_somebody_with_the_right_submits_for_others_and_nobody_else(cast: Cast) -> None:
    add_time(cast)
    with pytest.raises(NotAllowed):
        submit(cast, by=cast.manager)
    cast.finance.roles.add(Role.objects.get(name="Administrator"))
    submit(cast, by=cast.finance)
    assert Action.objects.get(verb="time.submit").actor_name == "Kemi Ogundipe"


def test_recalling_ends_with_the_first_decision(cast: Cast) -> None:
    entries = [add_time(cast), add_time(cast, on=MONDAY)]
    submit(cast)
    ids = [entry.pk for entry in entries]
    recall_time(staff=cast.member.staff_member, entry_ids=ids, by=cast.member, at=NOW)
    assert states() == {"DRAFT"}
    submit(cast)
    return_time(entry_ids=ids[:1], reason="Wrong task", by=cast.manager, at=NOW)
    recall_time(staff=cast.member.staff_member, entry_ids=ids, by=cast.member, at=NOW)
    assert states() == {"REJECTED", "DRAFT"}


def test_five_weeks_cost_as_many_statements_as_one_line(cast: Cast) -> None:
    add_time(cast)
    with CaptureQueriesContext(connection) as one:
        submit(cast)
    for number in range(25):
        add_time(cast, on=MONDAY - timedelta(days=7 * (number % 5) + number // 5))
    with CaptureQueriesContext(connection) as many:
        submit(cast, acknowledged=True)
    assert len(many) <= len(one)
