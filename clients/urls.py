"""Pages of clients. The page of one client is in reports."""

from django.urls import path

from clients.views import clients, contacts, merging, terms

app_name = "clients"
urlpatterns = [
    path("", clients.clients, name="clients"),
    path("new/", clients.new, name="new"),
    path("<int:client_id>/edit/", clients.edit, name="edit"),
    path("<int:client_id>/deactivate/", clients.deactivate, name="deactivate"),
    path("<int:client_id>/reactivate/", clients.reactivate, name="reactivate"),
    path("<int:client_id>/contacts/new/", contacts.new, name="contact-new"),
    path("duplicates/", merging.duplicates, name="duplicates"),
    path("<int:client_id>/merge/", merging.merge, name="merge"),
    path("<int:client_id>/apart/<int:other_id>/", merging.apart, name="apart"),
    path("<int:client_id>/together/<int:other_id>/", merging.together, name="together"),
    path("merges/<int:merge_id>/undo/", merging.undo, name="merge-undo"),
    path("contacts/<int:contact_id>/edit/", contacts.edit, name="contact-edit"),
    path("contacts/<int:contact_id>/deactivate/", contacts.deactivate, name="contact-deactivate"),
    path("contacts/<int:contact_id>/reactivate/", contacts.reactivate, name="contact-reactivate"),
    path("terms/", terms.terms, name="terms"),
    path("terms/new/", terms.terms_form, name="terms-new"),
    path("terms/<int:terms_id>/", terms.terms_form, name="terms-edit"),
    path("taxes/new/", terms.tax_form, name="tax-new"),
    path("taxes/<int:tax_id>/", terms.tax_form, name="tax-edit"),
]
