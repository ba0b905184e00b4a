"""Projects by the API."""

from core.api import Routes

routes = Routes("projects")
