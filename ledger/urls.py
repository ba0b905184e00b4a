"""Pages of the ledger itself; journal and trial balance show what other rooms know and live in reports."""

from django.urls import path

from ledger import views

app_name = "ledger"
urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.new, name="account-new"),
    path("accounts/<int:pk>/", views.edit, name="account"),
    path("accounts/taxes/<int:pk>/", views.tax_mapping, name="tax-mapping"),
    path("accounts/for/<slug:purpose>/", views.mapping, name="mapping"),
]
