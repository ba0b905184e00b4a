"""The pages of the root host: landing, sign-up, vendors' webhooks and redirects. No users, no sessions here."""

from django.urls import path

from integrations.views import oauth, webhooks
from psa import views_root

urlpatterns = [
    path("", views_root.landing, name="landing"),
    path("sign-up/", views_root.sign_up, name="sign-up"),
    path("sign-up/address/", views_root.address, name="sign-up-address"),
    path("find-firm/", views_root.find_firm, name="find-firm"),
    path("webhooks/stripe", webhooks.stripe, name="stripe-webhook"),
    path("webhooks/quickbooks", webhooks.quickbooks, name="quickbooks-webhook"),
    path("oauth/quickbooks", oauth.quickbooks, name="quickbooks-oauth"),
]
handler404 = "psa.views_root.not_found"
handler500 = "core.views.server_error"
