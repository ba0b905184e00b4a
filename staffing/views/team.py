"""The team: who is away by month, and everybody's balances."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.pages import is_fragment, page, refusals_into, toast
from core.periods import month_of
from people.access import has_right
from people.guards import guarded, staff_only
from people.models import Department, StaffMember
from staffing.absences import team_month
from staffing.access import APPROVE_LEAVE, MANAGE_LEAVE, may_decide_leave
from staffing.arranging import adjust_balance
from staffing.balances import balances_for
from staffing.forms import AdjustForm
from staffing.models import LeaveType

ROWS = 50
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2200, 12, 31)


def _day(request: HttpRequest, name: str, fallback: date) -> date:
    """A day of the address; 404 for one that is none."""
    text = request.GET.get(name, "")
    try:
        found = parse_date(f"{text}-01" if len(text) == 7 else text) if text else fallback
    except ValueError as error:
        raise Http404 from error
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise Http404
    return found


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _more(request: HttpRequest, first: int, count: int) -> dict[str, Any]:
    """How many rows there are, how many come next and where."""
    more = request.GET.copy()
    more["from"] = str(first + ROWS)
    left = min(max(count - first - ROWS, 0), ROWS)
    return {"count": count, "more_count": left, "more_url": f"?{more.urlencode()}"}


@staff_only
@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away on which day of a month; fifty people at a time."""
    today = clock.today(request.user)
    month = month_of(_day(request, "month", today))
    department, first = _whole(request.GET.get("department", "")), _whole(request.GET.get("from", ""))
    people = StaffMember.objects.working()
    people = people.filter(department=department) if department else people
    count = people.count()
    context = _more(request, first, count) | {
        "month": month,
        "previous": month.previous(),
        "next": month.next(),
        "is_this_month": today in month,
        "rows": team_month(list(people[first : first + ROWS]), month, request.user, today),
        "days": [(day, day == today) for day in month.days()],
        "departments": Department.objects.all(),
        "department": department,
        "may_decide": may_decide_leave(request.user),
    }
    return page(
        request, "staffing/absences.html#rows" if is_fragment(request) else "staffing/absences.html", context
    )


def _people(request: HttpRequest) -> QuerySet[StaffMember]:
    """Everybody for whoever manages leave, else those who report to the person."""
    people = StaffMember.objects.working()
    if has_right(request.user, MANAGE_LEAVE):
        return people
    member = request.user.staff_member
    return people.reporting_to(member) if member else people.none()


@guarded(APPROVE_LEAVE, MANAGE_LEAVE)
@require_safe
def balances(request: HttpRequest) -> HttpResponse:
    """What everybody has left of each kind of leave, as of a day; fifty people at a time."""
    on = _day(request, "on", clock.today(request.user))
    manages = has_right(request.user, MANAGE_LEAVE)
    types = [each for each in LeaveType.objects.offered() if each.is_counted]
    types = [each for each in types if manages or each.seen_by != LeaveType.SeenBy.MANAGERS_OF_LEAVE]
    people, first = _people(request), _whole(request.GET.get("from", ""))
    count = people.count()
    shown = list(people.select_related("job_title")[first : first + ROWS])
    found = balances_for(shown, on, types=types)
    context = _more(request, first, count) | {
        "on": on,
        "types": types,
        "rows": [(person, found[person.pk]) for person in shown],
        "may_adjust": manages,
    }
    return page(
        request, "staffing/balances.html#rows" if is_fragment(request) else "staffing/balances.html", context
    )


@guarded(MANAGE_LEAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def adjust(request: HttpRequest, staff_id: int) -> HttpResponse:
    """A dialog that adds hours to a balance, or takes them."""
    staff = get_object_or_404(StaffMember, pk=staff_id)
    initial = {"on": clock.today(request.user), "leave_type": request.GET.get("type", "")}
    form = AdjustForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        with refusals_into(form):
            adjust_balance(
                staff=staff,
                leave_type=entered["leave_type"],
                minutes=form.minutes,
                on=entered["on"],
                reason=entered["reason"],
                by=request.user,
            )
            toast(request, f"The balance of {staff.name} is corrected.")
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"form": form, "staff": staff, "action": request.path}
    return page(request, "staffing/adjust.html", context, status=422 if form.errors else 200)
