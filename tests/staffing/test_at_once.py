"""Two at once: the same balance is not used twice, nobody approves what is being changed."""

import threading
from collections.abc import Callable
from datetime import date

from django.db import connection, connections, transaction

from people.models import StaffMember, User
from staffing.checking import NotEnoughLeave
from staffing.models import LeaveRequest, LeaveType
from staffing.requesting import LeaveDays, request_leave
from tenants.models import Firm
from tests.cast import NOW, TODAY


def beside(firm: Firm, work: Callable[[], None]) -> threading.Thread:
    """Runs in a thread with a connection of its own."""

    def run() -> None:
        try:
            connection.set_tenant(firm)
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_two_requests_at_once_use_a_balance_once(own_firm: Firm) -> None:
    user = User.objects.get(email="olu@hm.example")
    StaffMember.objects.update(created_at=NOW)
    staff, kind = StaffMember.objects.get(user=user), LeaveType.objects.get(name="Vacation")
    outcomes: list[str] = []

    def ask(first: date, last: date) -> None:
        try:
            request_leave(staff=staff, days=LeaveDays(kind, first, last), by=user, on=TODAY, at=NOW)
            outcomes.append("asked")
        except NotEnoughLeave:
            outcomes.append("refused")

    with transaction.atomic():
        ask(date(2026, 4, 6), date(2026, 4, 24))
        # Fifteen of twenty days are asked for and not committed yet: ten more wait for that, and are too many.
        other = beside(own_firm, lambda: ask(date(2026, 6, 1), date(2026, 6, 12)))
        other.join(1)
        assert other.is_alive()
    other.join(20)
    assert outcomes == ["asked", "refused"]
    assert LeaveRequest.objects.count() == 1
