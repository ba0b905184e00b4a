"""Who decides in whose place. What is decided on stands on the pages of its own room."""

from django.urls import path

from approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.delegation, name="delegation"),
    path("<int:pk>/end/", views.delegation_end, name="delegation-end"),
]
