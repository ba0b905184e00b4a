"""Connections with vendors."""

from django.urls import path

from integrations.views import connections

app_name = "integrations"
urlpatterns = [
    path("", connections.connections, name="connections"),
    path("stripe/start/", connections.start_stripe, name="start-stripe"),
    path("stripe/back/", connections.stripe_back, name="stripe-back"),
    path("stripe/refresh/", connections.refresh_stripe, name="refresh-stripe"),
]
