"""Beside the queue: the page that mails lead to, reminding, the story of lines, questions and their answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.guards import deciders
from approvals.submitting import policy_for
from approvals.views.dialogues import dialogue
from core import clock
from core.pages import is_fragment, page, refusals_into, toast
from core.periods import Period
from people.guards import guarded, staff_only
from people.models import StaffMember
from timesheets.access import APPROVE_ALL, APPROVE_TEAM, can_see_record, visible_to
from timesheets.approval_forms import chosen_ids
from timesheets.approvals_keys import Lens, SheetKey
from timesheets.approvals_lists import periods_to_hand_in
from timesheets.approvals_queue import in_sheets
from timesheets.approvals_story import story_of
from timesheets.desk import TIME
from timesheets.models import TimeEntry, TimeRules
from timesheets.reminding import remind
from timesheets.subjects import KIND
from timesheets.views.approvals import scope_of, sheet_context
from timesheets.views.choosing import count
from timesheets.views.signing import approve_posted, signing_for


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Where links in mails lead: a sheet to read whole, and the button that approves it. A GET changes nothing."""
    context, sheet = sheet_context(request, SheetKey.parse(key))
    waiting = [line.entry for line in sheet.waiting] if sheet else []
    signing = signing_for(request, [entry.pk for entry in waiting])
    form = signing.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            decided = approve_posted(request, form, signing)
            skipped = f" {len(decided.skipped)} skipped." if decided.skipped else ""
            lines = count(len(decided.entry_ids) + len(decided.waiting_ids), "line")
            toast(request, f"{lines} approved.{skipped}")
            return redirect("timesheets:approvals")
    context |= {"form": form, "signing": signing, "policy": policy_for(KIND)}
    context["lines"] = ",".join(f"{entry.pk}.{entry.version}" for entry in waiting)
    context["queue_url"] = f"{reverse('timesheets:approvals')}?sheet={key}"
    return page(request, "timesheets/approvals_confirm.html", context, status=422 if form.errors else 200)


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_POST
def remind_missing(request: HttpRequest) -> HttpResponse:
    """Mails the chosen people which days lack time; at most one mail a day for each."""
    rules, today = TimeRules.objects.get(pk=1), clock.today(request.user)
    periods = periods_to_hand_in(rules, today, scope_of(request))
    if periods:
        whole = Period(periods[-1].first, periods[0].last)
        found = remind(
            staff_ids=chosen_ids(request.POST, "staff"), period=whole, by=request.user, at=clock.now()
        )
        already = f" {count(found.already, 'person')} had one today." if found.already else ""
        complete = (
            f" {count(found.complete, 'person')} can enter nothing more there." if found.complete else ""
        )
        toast(request, f"{count(found.sent, 'reminder')} on the way.{already}{complete}")
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(f"{reverse('timesheets:approvals')}?tab=missing")


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_GET
def history(request: HttpRequest, key: str) -> HttpResponse:
    """What happened to the lines of a sheet or block: submitted, changed, asked, decided, each with old and new."""
    parsed = SheetKey.parse(key)
    lines = TimeEntry.objects.none()
    if parsed is not None:
        of = in_sheets([parsed], TimeRules.objects.get(pk=1))
        lines = visible_to(request.user).filter(of).exclude(state=TimeEntry.State.DRAFT)
    context = {
        "events": story_of(lines, request.user.hours_style),
        "record_url": parsed and _record_url(request, parsed),
    }
    return page(request, "timesheets/approvals_history.html", context)


def _record_url(request: HttpRequest, key: SheetKey) -> str:
    """The certified record of a person's week, where the person who asks may see it."""
    staff = StaffMember.objects.filter(pk=key.id).first() if key.lens == Lens.PERSON else None
    if staff is None or not can_see_record(request.user, staff):
        return ""
    return reverse("timesheets:certified-week", args=[key.first, staff.pk])


@staff_only
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialogue about one line, for its owner to answer and for whoever may see the line to read."""
    entry = get_object_or_404(visible_to(request.user), pk=pk)
    return dialogue(request, TIME, entry.pk)
