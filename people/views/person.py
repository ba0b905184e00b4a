"""One person: what is on record, roles, leaving and coming back."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.pages import page, refusals_into, toast
from people.access import MANAGE_PEOPLE, can_manage_sign_in
from people.arranging import change_roles
from people.deactivating import consequences, deactivate, reactivate
from people.employing import edit_staff
from people.forms import RolesForm, StaffForm
from people.guards import guarded
from people.models import StaffMember
from people.token_list import tokens_of

UNDO_SALT = "people.reactivate"


def _person(pk: int) -> StaffMember:
    rows = StaffMember.objects.select_related("user", "job_title", "manager").prefetch_related("user__roles")
    return get_object_or_404(rows, pk=pk)


def _show(
    request: HttpRequest, staff: StaffMember, form: StaffForm | None = None, roles: RolesForm | None = None
) -> HttpResponse:
    user = staff.user
    if user is not None and roles is None:
        roles = RolesForm(by=request.user, user=user)
    context = {
        "staff": staff,
        "form": form or StaffForm(staff=staff, by=request.user),
        "roles_form": roles,
        "reports": staff.reports.working().select_related("job_title"),
        "tokens": tokens_of(user, at=clock.now()) if user is not None else [],
        "is_self": user is not None and user == request.user,
        "can_manage_sign_in": user is None or can_manage_sign_in(request.user, user),
    }
    is_wrong = (form and form.errors) or (roles and roles.errors)
    return page(request, "people/person.html", context, status=422 if is_wrong else 200)


@guarded(MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What is on record about one person."""
    staff = _person(pk)
    if request.method != "POST":
        return _show(request, staff)
    form = StaffForm(request.POST, staff=staff, by=request.user)
    if form.is_valid():
        with refusals_into(form):
            edit_staff(staff=staff, by=request.user, **form.cleaned_data)
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


def _reports_of(ticket: str, pk: int) -> list[int]:
    """The reports that an undo brings back; signed, so that nobody moves people about by an address."""
    try:
        claims = signing.loads(ticket, salt=UNDO_SALT, max_age=3600)
    except signing.BadSignature:
        return []
    return list(claims["reports"]) if claims["staff"] == pk else []
