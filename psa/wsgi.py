"""The WSGI application."""

import gc

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()

# The pages of both hosts are read now, not with somebody's first request. What is loaded by then stays for ever: the
# collector need not look through it again in the middle of a request, and comes round soon enough for what a page of
# thousands of lines left behind.
for pages in (settings.PUBLIC_SCHEMA_URLCONF, settings.ROOT_URLCONF):
    get_resolver(pages).url_patterns  # noqa: B018
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 5)
