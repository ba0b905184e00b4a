"""Connections with vendors."""

from django.urls import path

from integrations import views

app_name = "integrations"
urlpatterns = [
    path("", views.connections, name="connections"),
    path("stripe/start/", views.start_stripe, name="start-stripe"),
    path("stripe/back/", views.stripe_back, name="stripe-back"),
    path("stripe/refresh/", views.refresh_stripe, name="refresh-stripe"),
]
