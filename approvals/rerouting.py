"""When somebody's manager changes, what waits for the old one waits for the new one."""

from django.db import transaction

from approvals.models import Request, Step
from people.models import StaffMember


def reroute_to_manager(*, owner: StaffMember) -> int:
    """Sends the owner's open requests of line-manager steps to their present manager; returns how many.

    Without an active manager they wait for whoever may decide on everything.
    """
    manager = owner.manager if owner.manager and owner.manager.is_active else None
    with transaction.atomic():
        return (
            Request.objects.waiting()
            .filter(owner=owner, step__source=Step.Source.LINE_MANAGER)
            .exclude(waits_for=manager)
            .update(waits_for=manager)
        )
