"""Pages of retainers and schedules; part of the namespace `billing`."""

from django.urls import path

from billing.views import retainers, schedules

urlpatterns = [
    path("retainers/", retainers.retainers, name="retainers"),
    path("retainers/new/", retainers.new, name="retainer-new"),
    path("retainers/<int:pk>/", retainers.retainer, name="retainer"),
    path("retainers/<int:pk>/edit/", retainers.edit, name="retainer-edit"),
    path("retainers/<int:pk>/ask/", retainers.ask, name="retainer-ask"),
    path("retainers/<int:pk>/refund/", retainers.refund, name="retainer-refund"),
    path("invoices/<int:pk>/draw/", retainers.draw, name="retainer-draw"),
    path("schedules/", schedules.schedules, name="schedules"),
    path("schedules/new/", schedules.new, name="schedule-new"),
    path("schedules/<int:pk>/", schedules.schedule, name="schedule"),
    path("schedules/<int:pk>/edit/", schedules.edit, name="schedule-edit"),
    path("schedules/<int:pk>/pause/", schedules.pause, name="schedule-pause"),
    path("schedules/<int:pk>/run/", schedules.run, name="schedule-run"),
    path("schedules/runs/<int:pk>/skip/", schedules.skip, name="schedule-skip"),
]
