"""The web server's log of requests, without links that let somebody in."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger

from psa.logs import JsonLines, without_secrets


class AccessLog(Logger):
    """gunicorn's own; named by --logger-class."""

    def setup(self, cfg: Any) -> None:
        """Its lines look like those of the application."""
        super().setup(cfg)
        if settings.LOG_FORMAT == "json":
            for handler in (*self.error_log.handlers, *self.access_log.handlers):
                handler.setFormatter(JsonLines())

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: timedelta) -> dict[str, Any]:
        """What a line may show: request line, path and referrer hold no secrets."""
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {
            name: without_secrets(text) if isinstance(text, str) else text for name, text in found.items()
        }
