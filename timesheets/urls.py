"""Pages of timesheets."""

from datetime import date

from django.urls import include, path, register_converter

from timesheets.views import (
    certified,
    cost_rates,
    entries,
    entry_rates,
    late,
    lock,
    prefill,
    reminders,
    rows,
    rules,
    submit,
    timers,
    week,
)


class DayConverter:
    """A day in an address: 2026-11-25."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "timesheets"
urlpatterns = [
    path("", week.week, name="week"),
    path("", include("timesheets.urls_approvals")),
    path("costs/", cost_rates.cost_rates, name="cost-rates"),
    path("costs/new/", cost_rates.add, name="cost-rate-new"),
    path("costs/<int:cost_id>/change/", cost_rates.change, name="cost-rate-change"),
    path("costs/<int:cost_id>/end/", cost_rates.end, name="cost-rate-end"),
    path("costs/<int:cost_id>/remove/", cost_rates.remove, name="cost-rate-remove"),
    path("rates/<int:entry_id>/", entry_rates.entry_rate, name="entry-rate"),
    path("rates/<int:entry_id>/clear/", entry_rates.clear, name="entry-rate-clear"),
    path("expenses/", include("timesheets.urls_expenses")),
    path("lock/", lock.lock, name="lock"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/rules/", reminders.rule, name="reminder-rule-new"),
    path("reminders/rules/<int:pk>/", reminders.rule, name="reminder-rule"),
    path("reminders/rules/<int:pk>/remove/", reminders.remove, name="reminder-rule-removal"),
    path("reminders/sent/", reminders.sent, name="reminders-sent"),
    path("reminders/sent/<int:pk>/again/", reminders.send_again, name="reminder-again"),
    path("reminders/sent/<int:pk>/arrived/", reminders.confirm, name="reminder-arrived"),
    path("timers/", timers.timers, name="timers"),
    path("timers/start/", timers.start, name="timer-start"),
    path("timers/stop/", timers.stop, name="timer-stop"),
    path("timers/pause/", timers.pause, name="timer-pause"),
    path("timers/<int:pk>/", timers.edit, name="timer"),
    path("timers/<int:pk>/resume/", timers.resume, name="timer-resume"),
    path("timers/<int:pk>/finish/", timers.finish, name="timer-finish"),
    path("timers/<int:pk>/discard/", timers.discard, name="timer-discard"),
    path("rules/", rules.rules, name="rules"),
    path("<day:on>/", week.week, name="week"),
    path("<day:on>/cell/", week.cell, name="week-cell"),
    path("<day:on>/cell/<slug:row>/", week.cell_now, name="week-cell-now"),
    path("<day:on>/undo/<str:lines>/", week.undo_clear, name="undo-clear"),
    path("<day:on>/entries/<slug:row>/", entries.entries, name="week-entries"),
    path("<day:on>/search/", rows.search, name="week-row-search"),
    path("<day:on>/rows/", rows.add, name="week-add-row"),
    path("<day:on>/rows/hide/", rows.hide, name="week-hide-row"),
    path("<day:on>/rows/clear/", rows.clear, name="week-clear-row"),
    path("<day:on>/rows/<slug:row>/star/", rows.star, name="week-star"),
    path("<day:on>/late/", late.late, name="late-time"),
    path("<day:on>/copy/", prefill.copy, name="copy-rows"),
    path("<day:on>/copy/hours/", prefill.hours, name="copy-hours"),
    path("<day:on>/copy/undo/<str:lines>/", prefill.undo_copy, name="undo-copy"),
    path("<day:on>/favourites/", prefill.favourites, name="week-favourites"),
    path("<day:on>/tasks/", prefill.tasks, name="week-tasks"),
    path("<day:on>/move/", rows.move, name="move"),
    path("<day:on>/certified/<int:staff_id>/", certified.certified, name="certified-week"),
    path("<day:on>/submit/", submit.submit, name="submit"),
    path("<day:on>/resubmit/", submit.resubmit, name="resubmit"),
    path("<day:on>/recall/", submit.recall, name="recall"),
]
