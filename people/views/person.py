"""One person: what is on record, roles, leaving and coming back."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.pages import page, refusals_into, toast
from people.access import MANAGE_PEOPLE, can_manage_sign_in
from people.arranging import change_roles
from people.deactivating import consequences, deactivate, reactivate
from people.employing import edit_staff
from people.forms import HoursForm, RolesForm, StaffForm
from people.guards import guarded
from people.models import PatternAssignment, StaffMember
from people.pattern_history import history_of
from people.second_factors import factors_of
from people.securing import reset_second_factors
from people.timing import assign_pattern, set_working_pattern, unassign_pattern
from people.token_list import tokens_of

UNDO_SALT = "people.reactivate"


def _person(pk: int) -> StaffMember:
    rows = StaffMember.objects.select_related(
        "user", "job_title", "manager", "working_pattern"
    ).prefetch_related("user__roles")
    return get_object_or_404(rows, pk=pk)


def _show(
    request: HttpRequest,
    staff: StaffMember,
    form: StaffForm | None = None,
    roles: RolesForm | None = None,
    hours: HoursForm | None = None,
) -> HttpResponse:
    user = staff.user
    if user is not None and roles is None:
        roles = RolesForm(by=request.user, user=user)
    context = {
        "staff": staff,
        "form": form or StaffForm(staff=staff, by=request.user, with_hours=False),
        "hours": history_of(staff, clock.today(request.user)),
        "hours_form": hours or HoursForm(),
        "roles_form": roles,
        "reports": staff.reports.working().select_related("job_title"),
        "tokens": tokens_of(user, at=clock.now()) if user is not None else [],
        "factors": factors_of(user) if user is not None else None,
        "is_self": user is not None and user == request.user,
        "can_manage_sign_in": user is None or can_manage_sign_in(request.user, user),
    }
    is_wrong = any(each is not None and each.errors for each in (form, roles, hours))
    return page(request, "people/person.html", context, status=422 if is_wrong else 200)


@guarded(MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What is on record about one person."""
    staff = _person(pk)
    if request.method != "POST":
        return _show(request, staff)
    form = StaffForm(request.POST, staff=staff, by=request.user, with_hours=False)
    if form.is_valid():
        with refusals_into(form):
            hours = staff.working_pattern
            edit_staff(staff=staff, by=request.user, working_pattern=hours, **form.cleaned_data)
            toast(request, f"{form.cleaned_data['name']} is saved.")
            return redirect("people:person", pk=pk)
    return _show(request, staff, form=form)


@guarded(MANAGE_PEOPLE)
@require_POST
def roles(request: HttpRequest, pk: int) -> HttpResponse:
    """The roles of one person."""
    staff = _person(pk)
    if staff.user is None:
        return redirect("people:person", pk=pk)
    form = RolesForm(request.POST, by=request.user, user=staff.user)
    if form.is_valid():
        with refusals_into(form):
            change_roles(user=staff.user, roles=form.wanted, by=request.user)
            toast(request, f"The roles of {staff.name} are saved.")
            return redirect("people:person", pk=pk)
    return _show(request, staff, roles=form)


@guarded(MANAGE_PEOPLE)
@require_POST
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Other working hours, from a day on or from the beginning."""
    staff = _person(pk)
    form = HoursForm(request.POST)
    if form.is_valid():
        pattern, starts_on = form.cleaned_data["pattern"], form.cleaned_data["starts_on"]
        with refusals_into(form):
            if starts_on:
                assign_pattern(staff=staff, pattern=pattern, starts_on=starts_on, by=request.user)
            else:
                set_working_pattern(staff=staff, pattern=pattern, by=request.user)
            toast(request, f"The working hours of {staff.name} are saved.")
            return redirect("people:person", pk=pk)
    return _show(request, staff, hours=form)


@guarded(MANAGE_PEOPLE)
@require_POST
def hours_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours before this change go on."""
    found = get_object_or_404(PatternAssignment.objects.select_related("staff"), pk=pk)
    unassign_pattern(assignment=found, by=request.user)
    toast(request, f"{found.staff.name} goes on with the hours before.")
    return redirect("people:person", pk=found.staff_id)


@guarded(MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def deactivation(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks and names the consequences, then ends the person's sign-in."""
    staff = _person(pk)
    if request.method == "POST":
        reports = deactivate(staff=staff, by=request.user, on=clock.today(request.user))
        undo = reverse("people:reactivate", args=[pk])
        ticket = signing.dumps({"staff": pk, "reports": reports}, salt=UNDO_SALT)
        toast(request, f"{staff.name} is deactivated.", undo_url=f"{undo}?back={ticket}")
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("people:people")})
    context = {"staff": staff, "what": consequences(staff), "action": request.path}
    return page(request, "people/deactivate.html", context)


@guarded(MANAGE_PEOPLE)
@require_POST
def reactivation(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets the person in again; as an undo, with the reports they had."""
    staff = _person(pk)
    reactivate(staff=staff, by=request.user, reports=_reports_of(request.GET.get("back", ""), pk))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    toast(request, f"{staff.name} can sign in again." if staff.user_id else f"{staff.name} is active again.")
    return redirect("people:person", pk=pk)


@guarded(MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def second_factors_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then lets somebody who lost telephone and codes sign in by the password alone."""
    staff = _person(pk)
    if staff.user is None:
        raise Http404
    if request.method == "POST":
        reset_second_factors(person=staff.user, by=request.user, at=clock.now())
        toast(request, f"{staff.name} signs in with the password alone now.")
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"staff": staff, "factors": factors_of(staff.user), "action": request.path}
    return page(request, "people/second_factors_reset.html", context)


def _reports_of(ticket: str, pk: int) -> list[int]:
    """The reports that an undo brings back; signed, so that nobody moves people about by an address."""
    try:
        claims = signing.loads(ticket, salt=UNDO_SALT, max_age=3600)
    except signing.BadSignature:
        return []
    return list(claims["reports"]) if claims["staff"] == pk else []
