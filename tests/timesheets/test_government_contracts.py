"""Rules of government contracts where they meet approvals: every approval is signed, nobody approves their own time."""

from typing import Any

import pytest

from approvals.certifying import Signature
from approvals.models import Policy, Step
from tests.cast import NOW, PASSWORD, Cast
from tests.timesheets.work import add_time
from timesheets.approving import CertificationIsMissing, NothingToDecide, approve_time
from timesheets.models import TimeEntry, TimeRules
from timesheets.subjects import KIND
from timesheets.submitting import submit_time
from timesheets.waiting import waiting_requests

OWN = Signature("Olu Hartwell", PASSWORD)


@pytest.fixture
def entry(cast: Cast) -> TimeEntry:
    """The owner's, though the policy lets people decide on their own, and asks no signature."""
    TimeRules.objects.update(is_dcaa=True)
    Policy.objects.filter(subject_kind=KIND).update(allows_self_approval=True)
    Step.objects.filter(policy__subject_kind=KIND).update(certification=Step.Certification.NONE)
    entry = add_time(cast, cast.owner, note="Proposal")
    submit_time(
        staff=cast.owner.staff_member,
        entry_ids=[entry.pk],
        by=cast.owner,
        at=NOW,
        signature=OWN,
        acknowledged=True,
    )
    return entry


def test_nobody_approves_their_own_time_whatever_the_policy_says(cast: Cast, entry: Any) -> None:
    assert not waiting_requests(cast.owner, NOW.date()).exists()
    with pytest.raises(NothingToDecide, match="Nobody decides on their own"):
        approve_time(entry_ids=[entry.pk], by=cast.owner, at=NOW, signature=OWN)
    signature = Signature("Kemi Ogundipe", PASSWORD)
    assert approve_time(entry_ids=[entry.pk], by=cast.finance, at=NOW, signature=signature).entry_ids == [
        entry.pk
    ]


def test_every_approval_is_signed_though_no_step_asks(cast: Cast, entry: Any) -> None:
    with pytest.raises(CertificationIsMissing):
        approve_time(entry_ids=[entry.pk], by=cast.finance, at=NOW)
    signature = Signature("Kemi Ogundipe", PASSWORD)
    assert approve_time(entry_ids=[entry.pk], by=cast.finance, at=NOW, signature=signature).certification


def test_the_dialog_asks_for_name_and_password(web: Any, cast: Cast, entry: Any) -> None:
    html = web(cast.finance).get(f"/time/approvals/approve/?line={entry.pk}").content.decode()
    assert 'name="typed_name"' in html
    assert 'name="password"' in html
