"""Delegating: somebody else decides in the approver's place, from day to day of the approver's own calendar."""

from datetime import date, datetime, timedelta

from django.db import transaction

from approvals.access import can_delegate
from approvals.approvers import delegations_of as delegations_of
from approvals.events import delegated, delegation_ended
from approvals.models import Delegation
from core import audit
from core.errors import NotAllowed, Refusal
from core.periods import date_in
from core.promises import promises
from people.models import StaffMember, User


class DaysAreOver(Refusal):
    """The last day is past already."""

    sentence = "These days are over already."


class CannotDecide(Refusal):
    """The delegate is gone or cannot sign in."""

    sentence = "{name} cannot sign in, so nothing would be decided."


class AlreadyDelegated(Refusal):
    """The same person stands in on some of these days already."""

    sentence = "{name} decides for {approver} on some of these days already."


def today_of(approver: StaffMember, at: datetime) -> date:
    """The approver's own day at an instant; UTC's for somebody who does not sign in."""
    return date_in(approver.user.time_zone if approver.user else "UTC", at)


def delegate(
    *,
    approver: StaffMember,
    delegate: StaffMember,
    starts_on: date,
    ends_on: date,
    by: User | None,
    at: datetime,
) -> Delegation:
    """What waits for the approver may be decided by the delegate too, on these days (both included).

    Nothing is handed on further, and nobody gains a right to decide on their own. Announces delegated. Raises
    NotAllowed, DaysAreOver, CannotDecide, AlreadyDelegated.
    """
    if not can_delegate(by, approver):
        raise NotAllowed
    if ends_on >= starts_on and ends_on < today_of(approver, at):
        raise DaysAreOver(field="ends_on")
    if not delegate.is_active or delegate.user is None or not delegate.user.is_active:
        raise CannotDecide(name=delegate.name, field="delegate")
    with promises(), transaction.atomic():
        # One at a time for each approver, so that two requests cannot both find the days free.
        approver = StaffMember.objects.select_for_update(of=("self",), no_key=True).get(pk=approver.pk)
        same = Delegation.objects.filter(approver=approver, delegate=delegate)
        if same.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
            raise AlreadyDelegated(name=delegate.name, approver=approver.name, field="starts_on")
        made = Delegation.objects.create(
            approver=approver,
            delegate=delegate,
            starts_on=starts_on,
            ends_on=ends_on,
            by_name=by.name if by else "",
        )
        audit.acting("delegation.add", by=by, subject=made, approver=approver.pk, delegate=delegate.pk)
        delegated.send(Delegation, delegation=made, by=by, at=at)
    return made


def end_delegation(*, delegation: Delegation, by: User | None, at: datetime) -> None:
    """Ends it now: yesterday was its last day; one that has only begun today or not yet is removed.

    Raises NotAllowed, DaysAreOver. Announces delegation_ended.
    """
    with transaction.atomic():
        found = Delegation.objects.select_for_update(of=("self",)).select_related(
            "approver__user", "delegate"
        )
        delegation = found.get(pk=delegation.pk)
        if not can_delegate(by, delegation.approver):
            raise NotAllowed
        today = today_of(delegation.approver, at)
        if delegation.ends_on < today:
            raise DaysAreOver
        audit.acting("delegation.end", by=by, subject=delegation)
        delegation_ended.send(Delegation, delegation=delegation, by=by, at=at)
        if delegation.starts_on >= today:
            delegation.delete()
        else:
            delegation.ends_on = today - timedelta(days=1)
            delegation.save(update_fields=["ends_on"])
