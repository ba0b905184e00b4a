"""Who decides in whose place. What is decided on stands on the pages of its own room."""

from django.urls import path

from approvals.views import delegation

app_name = "approvals"
urlpatterns = [
    path("", delegation.delegation, name="delegation"),
    path("<int:pk>/end/", delegation.delegation_end, name="delegation-end"),
]
