"""Pages of the draft editor: entries on a draft, discounts and taxes, its layout, files that go with an invoice."""

from django.urls import path

from billing.views import charges, entries, laying_out

urlpatterns = [
    path("lines/<int:pk>/panel/", entries.panel, name="line-panel"),
    path("billed/<int:pk>/", entries.edit, name="billed-entry"),
    path("drafts/<int:pk>/entries/drop/", entries.act, {"verb": "drop"}, name="entries-drop"),
    path("drafts/<int:pk>/entries/update/", entries.act, {"verb": "update"}, name="entries-update"),
    path("drafts/<int:pk>/entries/hold/", entries.act, {"verb": "hold"}, name="entries-hold"),
    path("drafts/<int:pk>/entries/delete/", entries.act, {"verb": "delete"}, name="entries-delete"),
    path("drafts/<int:pk>/discount/", charges.discount, name="discount"),
    path("lines/<int:pk>/discount/", charges.line_discount, name="line-discount"),
    path("discounts/<int:pk>/remove/", charges.remove, name="discount-remove"),
    path("lines/<int:pk>/tax/", charges.tax, name="line-tax"),
    path("drafts/<int:pk>/layout/", laying_out.layout, name="layout"),
    path("invoices/<int:pk>/files/new/", laying_out.attach, name="attach"),
    path("invoice-files/<int:pk>/", laying_out.attached, name="attached"),
    path("invoice-files/<int:pk>/remove/", laying_out.detach, name="detach"),
]
