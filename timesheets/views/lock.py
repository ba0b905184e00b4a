"""Locking days: a dialog of the week, for those who close the months."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from core.pages import page, refusals_into, toast
from people.guards import guarded
from timesheets.access import LOCK_TIME
from timesheets.days import day_words
from timesheets.forms import LockForm
from timesheets.locking import lock_through
from timesheets.models import TimeRules


@guarded(LOCK_TIME)
@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    """Shows and changes the day through which time is locked."""
    rules = TimeRules.objects.get(pk=1)
    form = LockForm(request.POST or None, initial={"locked_through": rules.locked_by_hand_through})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            through = form.cleaned_data["locked_through"]
            lock_through(on=through, by=request.user, reason=form.cleaned_data["reason"])
            words = (
                f"Time is locked through {day_words(through)} {through.year}."
                if through
                else "All days are open."
            )
            toast(request, words)
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"form": form, "rules": rules, "action": request.path}
    return page(request, "timesheets/lock.html", context, status=422 if form.errors else 200)
