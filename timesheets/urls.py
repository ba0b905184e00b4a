"""Pages of timesheets."""

from django.urls import URLPattern

app_name = "timesheets"
urlpatterns: list[URLPattern] = []
