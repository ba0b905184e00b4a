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
from timesheets.periods import period_of


@staff_only
@require_GET
def certified(request: HttpRequest, on: date, staff_id: int) -> FileResponse:
    """The period of submission of the day as PDF, with `?week` its week alone: hours, notes, changes, signatures."""
    staff = get_object_or_404(StaffMember.objects.select_related("job_title"), pk=staff_id)
    if not can_see_record(request.user, staff):
        raise NotAllowed("You see your own record, and those of the people whose time you decide on.")
    rules = TimeRules.objects.get(pk=1)
    period = week_of(on, rules.week_starts_on) if "week" in request.GET else period_of(rules, on)
    record = record_of(
        staff,
        period,
        by_name=request.user.name,
        at=now(),
        week_starts_on=rules.week_starts_on,
        style=request.user.hours_style,
    )
    name = clean_name(f"Time_{'-'.join(staff.name.split())}_{period.first}.pdf")
    return FileResponse(BytesIO(certified_pdf(record)), as_attachment=True, filename=name)
