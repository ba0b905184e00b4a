"""The certified record of a person's week, for those who may see it."""

from datetime import date
from io import BytesIO

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from core.clock import now
from core.errors import NotAllowed
from core.files import clean_name
from core.periods import week_of
from people.guards import staff_only
from people.models import StaffMember
from timesheets.access import can_see_record
from timesheets.certifying_week import certified_pdf, record_of
from timesheets.models import TimeRules


@staff_only
@require_GET
def certified(request: HttpRequest, on: date, staff_id: int) -> FileResponse:
    """The week of the day as PDF: hours, notes, changes with reasons, signatures, approvals."""
    staff = get_object_or_404(StaffMember.objects.select_related("job_title"), pk=staff_id)
    if not can_see_record(request.user, staff):
        raise NotAllowed("You see your own record, and those of the people whose time you decide on.")
    week = week_of(on, TimeRules.objects.get(pk=1).week_starts_on)
    record = record_of(staff, week, by_name=request.user.name, at=now(), style=request.user.hours_style)
    name = clean_name(f"Time_{'-'.join(staff.name.split())}_{week.first}.pdf")
    return FileResponse(BytesIO(certified_pdf(record)), as_attachment=True, filename=name)
