"""Serves the catalogue over HTTP on a free port, under the product's own policy, without a database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

HERE = Path(__file__).resolve().parent
MIDDLEWARE = [
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Says nothing; the tests report what matters."""


def templates() -> list[dict[str, Any]]:
    """The product's template settings; the shell's context comes from the catalogue instead of the database."""
    product: dict[str, Any] = settings.TEMPLATES[0]
    options: dict[str, Any] = dict(product["OPTIONS"])
    given = [name for name in options["context_processors"] if not name.startswith("psa.")]
    options["context_processors"] = [*given, "tests.frontend.catalogue.menu"]
    return [{**product, "DIRS": [*product["DIRS"], HERE / "templates"], "OPTIONS": options}]


@contextmanager
def catalogue_site() -> Iterator[str]:
    """The address of the running catalogue, such as http://localhost:41234."""
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(
        ROOT_URLCONF="tests.frontend.catalogue",
        MIDDLEWARE=MIDDLEWARE,
        TEMPLATES=templates(),
        STORAGES=storages,
        CSRF_FAILURE_VIEW="django.views.csrf.csrf_failure",
        ALLOWED_HOSTS=["localhost"],
        PUBLIC_SCHEMA_URLCONF="tests.frontend.catalogue",
    ):
        handler = StaticFilesHandler(WSGIHandler())
        server = make_server("127.0.0.1", 0, handler, server_class=Server, handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join(timeout=5)
