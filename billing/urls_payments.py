"""Pages about sending invoices and receiving payments; part of the namespace `billing`."""

from django.urls import path

from billing.views import exchange, payments, sending

urlpatterns = [
    path("payments/", payments.payments, name="payments"),
    path("exchange/", exchange.exchange, name="exchange"),
    path("exchange/work-out/", exchange.work_out, name="exchange-work-out"),
    path("invoices/<int:pk>/record-payment/", payments.record, name="record-payment"),
    path("invoices/<int:pk>/send/", sending.send, name="send"),
    path("invoices/<int:pk>/unsend/<int:mail_pk>/", sending.unsend, name="unsend"),
    path("invoices/<int:pk>/close-link/", sending.close_link, name="close-link"),
]
