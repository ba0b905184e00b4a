"""The approval pages of time; part of the namespace `timesheets`."""

from django.urls import path

from timesheets.views import approvals, beside, deciding

urlpatterns = [
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/sheet/<slug:key>/", approvals.sheet, name="approvals-sheet"),
    path("approvals/confirm/<slug:key>/", beside.confirm, name="approvals-confirm"),
    path("approvals/history/<slug:key>/", beside.history, name="approvals-history"),
    path("approvals/remind/", beside.remind_missing, name="approvals-remind"),
    path("approvals/approve/", deciding.approve, name="approve"),
    path("approvals/return/", deciding.give_back, name="return"),
    path("approvals/ask/", deciding.ask, name="ask"),
    path("approvals/take-back/<int:pk>/", deciding.undo, name="take-back"),
    path("approvals/unapprove/<int:pk>/", deciding.unapprove, name="unapprove"),
    path("approvals/cut/<int:pk>/", deciding.cut, name="cut"),
    path("approvals/worked/<int:pk>/", deciding.worked, name="worked"),
    path("questions/<int:pk>/", beside.question, name="question"),
]
