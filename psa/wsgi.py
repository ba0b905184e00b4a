"""The WSGI application."""

import gc

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

# What is loaded by now stays for ever: the collector need not look through it again in the middle of a request.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
