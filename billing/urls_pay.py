"""Pages that a client opens from an e-mailed link, without an account."""

from django.urls import URLPattern

app_name = "pay"
urlpatterns: list[URLPattern] = []
