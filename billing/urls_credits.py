"""Pages about credit memos and other corrections; part of the namespace `billing`."""

from django.urls import path

from billing.views import corrections, credits

urlpatterns = [
    path("credits/", credits.credits, name="credits"),
    path("credits/new/", credits.new_free, name="credit-free"),
    path("credits/<int:pk>/", credits.credit, name="credit"),
    path("credits/<int:pk>/edit/", credits.edit, name="credit-edit"),
    path("credits/<int:pk>/pdf/", credits.pdf, name="credit-pdf"),
    path("credits/<int:pk>/issue/", corrections.issue, name="credit-issue"),
    path("credits/<int:pk>/delete/", corrections.delete, name="credit-delete"),
    path("credits/<int:pk>/void/", corrections.void, name="credit-void"),
    path("credits/<int:pk>/apply/", corrections.apply, name="credit-apply"),
    path("credits/<int:pk>/refund/", corrections.refund, name="credit-refund"),
    path("credits/applications/<int:pk>/take-off/", corrections.take_off, name="credit-take-off"),
    path("invoices/<int:pk>/credit/", credits.new, name="credit-new"),
    path("invoices/<int:pk>/write-off/", corrections.write_off_invoice, name="write-off"),
    path("invoices/<int:pk>/reissue/", corrections.reissue, name="reissue"),
    path("payments/<int:pk>/apply/", corrections.apply_rest, name="payment-apply"),
    path("payments/<int:pk>/refund/", corrections.refund_rest, name="payment-refund"),
    path("payments/applications/<int:pk>/take-off/", corrections.take_payment_off, name="payment-take-off"),
    path("refunds/<int:pk>/take-back/", corrections.take_refund_back, name="refund-take-back"),
    path("write-offs/<int:pk>/take-back/", corrections.take_write_off_back, name="write-off-take-back"),
]
