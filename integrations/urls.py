"""Connections with vendors."""

from django.urls import path

from integrations.views import connections, quickbooks, quickbooks_mapping

app_name = "integrations"
urlpatterns = [
    path("", connections.connections, name="connections"),
    path("stripe/start/", connections.start_stripe, name="start-stripe"),
    path("stripe/back/", connections.stripe_back, name="stripe-back"),
    path("stripe/refresh/", connections.refresh_stripe, name="refresh-stripe"),
    path("quickbooks/", quickbooks.quickbooks, name="quickbooks"),
    path("quickbooks/desk/", quickbooks.desk, name="quickbooks-desk"),
    path("quickbooks/post/", quickbooks.post_chosen, name="quickbooks-post"),
    path("quickbooks/post-all/", quickbooks.post_all, name="quickbooks-post-all"),
    path("quickbooks/ignore/", quickbooks.ignore_chosen, name="quickbooks-ignore"),
    path("quickbooks/unignore/", quickbooks.unignore_chosen, name="quickbooks-unignore"),
    path("quickbooks/connect/", quickbooks.connect, name="quickbooks-connect"),
    path("quickbooks/back/", quickbooks.back, name="quickbooks-back"),
    path("quickbooks/disconnect/", quickbooks.disconnect, name="quickbooks-disconnect"),
    path("quickbooks/pull/", quickbooks.pull, name="quickbooks-pull"),
    path("quickbooks/mapping/", quickbooks_mapping.mapping, name="quickbooks-mapping"),
    path("quickbooks/mapping/item/", quickbooks_mapping.map_one, name="quickbooks-map"),
    path("quickbooks/mapping/default/", quickbooks_mapping.set_one_default, name="quickbooks-default"),
    path("quickbooks/mapping/link/", quickbooks_mapping.link_one, name="quickbooks-link"),
    path("quickbooks/rules/", quickbooks_mapping.rules, name="quickbooks-rules"),
]
