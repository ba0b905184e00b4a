"""Holidays: those of the firm and its offices, and the public ones of each office's country."""

from datetime import date

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.pages import page, refusals_into, toast
from people.access import MANAGE_FIRM
from people.forms import CalendarForm, HolidayEditForm, HolidayForm
from people.guards import guarded
from people.models import Holiday, Office
from people.observing import edit_holiday, observe_year, set_calendar
from people.public_holidays import FIRST_YEAR, LAST_YEAR, countries, preview, subdivisions
from people.timing import add_holiday, remove_holiday


@guarded(MANAGE_FIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    """Days without required hours."""
    form = HolidayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            holiday = add_holiday(**form.cleaned_data, by=request.user)
            toast(request, f"{holiday.name} is added.")
            return redirect("people:holidays")
    context = {
        "form": form,
        "offices": _offices(),
        "year": clock.today(request.user).year,
        "holidays": Holiday.objects.select_related("office").order_by("-on")[:200],
    }
    return page(request, "people/holidays.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_FIRM)
@require_POST
def holiday_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """The day is a working day again."""
    found = get_object_or_404(Holiday, pk=pk)
    remove_holiday(holiday=found, by=request.user)
    toast(request, f"{found.name} is removed.")
    return redirect("people:holidays")


@guarded(MANAGE_FIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def holiday_editing(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name or day."""
    found = get_object_or_404(Holiday, pk=pk)
    form = HolidayEditForm(request.POST or None, initial={"on": found.on, "name": found.name})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_holiday(holiday=found, by=request.user, **form.cleaned_data)
            toast(request, f"{form.cleaned_data['name']} is saved.")
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"form": form, "holiday": found, "action": request.path}
    return page(request, "people/holiday_edit.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_FIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the public holidays of an office come from; with `?country=` the parts of that one are offered."""
    office = get_object_or_404(Office, pk=pk)
    begin = {"initial": {"country": request.GET["country"]}} if "country" in request.GET else {}
    form = CalendarForm(request.POST or None, office=office, **begin)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            set_calendar(office=office, by=request.user, **form.cleaned_data)
            toast(request, f"The calendar of {office.name} is saved.")
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"form": form, "office": office, "action": request.path}
    return page(request, "people/calendar.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_FIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def public_holidays(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The calendar of a year beside what the office has; a POST adds the days that are ticked."""
    office = get_object_or_404(Office, pk=pk)
    if not office.country or not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    if request.method == "POST":
        ticked = {day for day in map(_day, request.POST.getlist("on")) if day is not None}
        added = observe_year(office=office, year=year, by=request.user, days=ticked)
        toast(request, f"{len(added)} {'day' if len(added) == 1 else 'days'} added for {office.name}.")
        return redirect("people:public-holidays", pk, year)
    days = preview(office, year)
    context = {
        "office": office,
        "place": _place(office),
        "year": year,
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < LAST_YEAR else None,
        "days": days,
        "offered": [day for day in days if day.is_offered],
    }
    return page(request, "people/public_holidays.html", context)


def _offices() -> list[tuple[Office, str]]:
    public = Count("holidays", filter=~Q(holidays__calendar_name=""))
    return [(office, _place(office)) for office in Office.objects.annotate(public=public)]


def _place(office: Office) -> str:
    """`New York, United States`; empty without a country."""
    if not office.country:
        return ""
    country = dict(countries()).get(office.country, office.country)
    part = dict(subdivisions(office.country)).get(office.subdivision, office.subdivision)
    return f"{part}, {country}" if part else country


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
