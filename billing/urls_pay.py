"""What a client opens from an e-mailed link, without an account. GET changes nothing: mail scanners follow links."""

from django.urls import path

from billing.views import pay

app_name = "pay"
urlpatterns = [
    path("<str:link>/", pay.show, name="show"),
    path("<str:link>/start/", pay.start, name="start"),
    path("<str:link>/back/", pay.back, name="back"),
    path("<str:link>/check/", pay.check, name="check"),
    path("<str:link>/invoice.pdf", pay.pdf, name="pdf"),
    path("<str:link>/logo/", pay.logo, name="logo"),
]
