"""Pages of collections, reminders and statements; part of the namespace `billing`."""

from django.urls import path

from billing.views import collections, dunning, statements, stops

urlpatterns = [
    path("collections/", collections.collections, name="collections"),
    path("collections/<int:pk>/", collections.debtor, name="debtor"),
    path("collections/<int:pk>/remind/", collections.remind, name="remind"),
    path("collections/<int:pk>/note/", collections.note, name="collection-note"),
    path("collections/<int:pk>/pause/", stops.pause_client, name="pause-client"),
    path("collections/<int:pk>/statement/", statements.statement, name="statement"),
    path("collections/<int:pk>/statement/pdf/", statements.pdf, name="statement-pdf"),
    path("collections/<int:pk>/statement/send/", statements.send, name="statement-send"),
    path("statements/send/", statements.send_to_all, name="statements-send"),
    path("statements/sent/<int:pk>/", statements.sent_to_all, name="statements-sent"),
    path("statements/<int:pk>/pdf/", statements.sent_pdf, name="sent-statement"),
    path("reminders/<int:pk>/call-off/", collections.call_off, name="reminder-call-off"),
    path("reminders/settings/", dunning.rules, name="dunning"),
    path("reminders/settings/steps/new/", dunning.step, name="dunning-step-new"),
    path("reminders/settings/steps/<int:pk>/", dunning.step, name="dunning-step"),
    path("reminders/settings/steps/<int:pk>/remove/", dunning.remove, name="dunning-step-remove"),
    path("stops/<int:pk>/end/", stops.end, name="stop-end"),
    path("invoices/<int:pk>/promise/", stops.promise, name="promise"),
    path("invoices/<int:pk>/dispute/", stops.dispute, name="dispute"),
    path("invoices/<int:pk>/pause/", stops.pause, name="pause-invoice"),
]
