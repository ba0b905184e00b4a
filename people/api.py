"""People by the API."""

from core.api import Routes

routes = Routes("people")
