"""Receivers of facts about people that approvals act on."""

from typing import Any

from approvals.rerouting import reroute_leaver, reroute_to_manager
from people.models import StaffMember


def follow_manager(sender: object, *, staff: StaffMember, **facts: Any) -> None:
    """What a person submitted waits for the new manager."""
    reroute_to_manager(owner=staff)


def follow_leaver(sender: object, *, staff: StaffMember, **facts: Any) -> None:
    """What waited for somebody who leaves waits for their manager."""
    reroute_leaver(leaver=staff)
