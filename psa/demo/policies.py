"""How the firm approves: reminders and escalation, one signature for half an hour, a stand-in for days away."""

from dataclasses import replace
from datetime import timedelta

from approvals.arranging import arrange, edit_policy, stages_of
from approvals.delegating import delegate
from approvals.models import Step
from approvals.submitting import policy_for
from psa.demo.cast import Stage
from timesheets.subjects import KIND

SIGNED_FOR_MINUTES = 30


def set_policies(stage: Stage) -> None:
    """After the past was decided under the rules of then. Who has a fellow manager hands over the week after next."""
    policy = edit_policy(kind=KIND, by=stage.owner, reminds_after_days=2, escalates_after_days=5)
    signed = [
        [
            replace(
                rules,
                certification=Step.Certification.PASSWORD,
                certified_for_minutes=SIGNED_FOR_MINUTES,
            )
            for rules in steps
        ]
        for steps in stages_of(policy_for(policy.subject_kind))
    ]
    arrange(kind=KIND, stages=signed, by=stage.owner)
    managers = [person for person in stage.story.people if "Manager" in person.roles]
    if len(managers) > 1:
        first = stage.calendar.this_week.last + timedelta(days=8)
        delegate(
            approver=stage.staff[managers[1].key],
            delegate=stage.staff[managers[0].key],
            starts_on=first,
            ends_on=first + timedelta(days=4),
            by=stage.users[managers[1].key],
            at=stage.calendar.at,
        )
