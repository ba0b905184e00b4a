"""Settings → Reminders: the rules, and the mails that were sent with what became of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.pages import page, refusals_into, toast
from people.guards import guarded
from timesheets import reminder_ruling as operations
from timesheets.access import MANAGE_RULES
from timesheets.models import Reminder, ReminderRule, ReminderSettings
from timesheets.reminder_forms import RuleForm, SettingsForm
from timesheets.reminder_list import sent_reminders
from timesheets.reminder_words import what_words, when_words, whom_words


@guarded(MANAGE_RULES)
@require_http_methods(["GET", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """Shows the rules; changes when time is due and the digests."""
    known = ReminderSettings.objects.get(pk=1)
    initial = {name: getattr(known, name) for name in operations.SETTINGS}
    form = SettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            operations.edit_settings(by=request.user, **form.cleaned_data)
            toast(request, "Reminders are saved.")
            return redirect("timesheets:reminders")
    unsure = sum(one.is_unsure for one in sent_reminders())
    context = {"form": form, "rules": _rules(), "unsure": unsure}
    return page(request, "timesheets/reminders.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_RULES)
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The dialog of one rule, or of a new one."""
    known = get_object_or_404(ReminderRule, pk=pk) if pk else None
    form = RuleForm(request.POST or None, initial=RuleForm.initial_of(known))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            operations.save_rule(rule=known, by=request.user, **form.cleaned_data)
            toast(request, "The rule is saved." if known else "The rule is added.")
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {"form": form, "rule": known, "action": request.path}
    return page(request, "timesheets/reminders_rule.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_RULES)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes a rule."""
    operations.remove_rule(rule=get_object_or_404(ReminderRule, pk=pk), by=request.user)
    toast(request, "The rule is removed.")
    return redirect("timesheets:reminders")


@guarded(MANAGE_RULES)
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """The latest mails, and with `?only=unsure` those that a person must think of."""
    only = request.GET.get("only") == "unsure"
    listed = sent_reminders()
    doubtful = [one for one in listed if one.may_go_again]
    context = {"reminders": doubtful if only else listed, "only": only, "unsure": len(doubtful)}
    return page(request, "timesheets/reminders_sent.html", context)


@guarded(MANAGE_RULES)
@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends an unsure or refused mail again."""
    reminder = get_object_or_404(Reminder.objects.select_related("staff"), pk=pk)
    operations.send_again(reminder=reminder, by=request.user, at=clock.now())
    toast(request, f"The mail to {reminder.staff.name} is on its way again.")
    return redirect("timesheets:reminders-sent")


@guarded(MANAGE_RULES)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Notes that an unsure mail did arrive."""
    reminder = get_object_or_404(Reminder.objects.select_related("staff"), pk=pk)
    operations.confirm_sent(reminder=reminder, by=request.user)
    toast(request, f"Noted: {reminder.staff.name} has the mail.")
    return redirect("timesheets:reminders-sent")


def _rules() -> list[dict[str, Any]]:
    """Each rule with its words. Three statements."""
    listed = ReminderRule.objects.prefetch_related("roles", "departments")
    return [
        {
            "rule": one,
            "when": when_words(one),
            "what": what_words(one),
            "whom": whom_words(
                one, [role.name for role in one.roles.all()], [each.name for each in one.departments.all()]
            ),
        }
        for one in listed
    ]
