"""Whose leave was decided on gets a mail, unless the decision is undone before it leaves."""

from datetime import timedelta

from core.models import Mail
from staffing.deciding_leave import take_back_leave
from staffing.requesting import cancel_leave
from tests.cast import NOW, TODAY, Cast
from tests.staffing.deciding import approve, give_back
from tests.staffing.leave import MONDAY, ask


def test_approved_and_returned_are_told(cast: Cast) -> None:
    request = ask(cast.member)
    approve(cast.manager, request)
    give_back(cast.manager, ask(cast.member, MONDAY + timedelta(days=1)), "The bid is due")
    approved, returned = Mail.objects.filter(kind="staffing.decided").order_by("pk")
    assert approved.to == [cast.member.email]
    assert approved.subject == "Vacation approved: Mon 30 Nov 2026"
    assert "Your timesheet knows these days already." in approved.text
    assert "The bid is due" in returned.text
    assert "The bid is due" in returned.html
    request.refresh_from_db()
    approve(cast.manager, cancel_leave(request=request, by=cast.member, on=TODAY, at=NOW))
    assert Mail.objects.filter(subject__startswith="Cancellation approved").count() == 1


def test_what_is_undone_at_once_is_not_told(cast: Cast) -> None:
    request = ask(cast.member)
    approve(cast.manager, request)
    take_back_leave(request_ids=[request.pk], by=cast.manager, at=NOW)
    assert Mail.objects.get(kind="staffing.decided").state == Mail.State.CANCELED
    request.refresh_from_db()
    approve(cast.manager, request)
    assert Mail.objects.filter(kind="staffing.decided", state=Mail.State.QUEUED).count() == 1
