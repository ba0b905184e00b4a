"""People and the firm's settings by the API."""

from people.api.entities import routes as entities
from people.api.firm import routes as firm
from people.api.joining import routes as joining
from people.api.lists import routes as lists
from people.api.me import routes as me
from people.api.roles import routes as roles
from people.api.staff import routes as staff

ROUTERS = (me, staff, joining, roles, lists, firm, entities)

__all__ = ["ROUTERS"]
