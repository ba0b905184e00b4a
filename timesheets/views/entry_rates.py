"""The rate of one line: which step of the precedence it comes from, and setting one for the line alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from core.pages import dialog_done, page, refusals_into, toast
from people.access import has_right
from people.guards import guarded
from projects.access import VIEW_RATES
from projects.rates import trace
from timesheets.access import SET_RATE, visible_to
from timesheets.models import TimeEntry
from timesheets.rate_forms import OwnRateForm
from timesheets.setting_rates import clear_rate, key_of, set_rate

CHANGED = "rates-changed"


@guarded(VIEW_RATES, SET_RATE)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_rate(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Shows all twelve steps for the line; sets a rate for it alone."""
    entry = _entry(request, entry_id)
    form = OwnRateForm(request.POST if request.method == "POST" else None)
    can_set = has_right(request.user, SET_RATE)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            set_rate(entry=entry, by=request.user, **form.cleaned_data)
            toast(request, "The line has a rate of its own.")
            return dialog_done(CHANGED)
    context = {
        "entry": entry,
        "steps": trace(key_of(entry)),
        "form": form,
        "can_set": can_set,
        "action": request.path if can_set else "",
    }
    return page(request, "timesheets/entry_rate.html", context, status=422 if form.errors else 200)


@guarded(SET_RATE)
@require_POST
def clear(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The cards decide again."""
    clear_rate(entry=_entry(request, entry_id), by=request.user)
    toast(request, "The cards decide again.")
    return dialog_done(CHANGED)


def _entry(request: HttpRequest, entry_id: int) -> TimeEntry:
    lines = visible_to(request.user).select_related("staff", "project__client", "task")
    return get_object_or_404(lines, pk=entry_id)
