"""A firm's pages, and the bare views beside them."""

from django.urls import path

from psa.bench import bare
from psa.urls_firm import handler400, handler403, handler404, handler500, urlpatterns

urlpatterns = [
    path("bare/insert/", bare.insert),
    path("bare/select/", bare.select),
    *urlpatterns,
]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
