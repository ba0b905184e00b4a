"""The approval pages of time; part of the namespace `timesheets`."""

from django.urls import path

from timesheets.views import approvals, deciding

urlpatterns = [
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/sheet/<slug:key>/", approvals.sheet, name="approvals-sheet"),
    path("approvals/approve/", deciding.approve, name="approve"),
    path("approvals/return/", deciding.give_back, name="return"),
    path("approvals/take-back/<int:pk>/", deciding.undo, name="take-back"),
    path("approvals/cut/<int:pk>/", deciding.cut, name="cut"),
]
