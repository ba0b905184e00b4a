"""Projects and rates by the API."""

from projects.api.change_orders import routes as change_orders
from projects.api.classes import routes as classes
from projects.api.contacts import routes as contacts
from projects.api.cost_rates import routes as cost_rates
from projects.api.labels import routes as labels
from projects.api.labor_codes import routes as labor_codes
from projects.api.projects import routes as projects
from projects.api.rate_cards import routes as rate_cards
from projects.api.rounding import routes as rounding
from projects.api.tasks import routes as tasks
from projects.api.team import routes as team
from projects.api.templates import routes as templates

ROUTERS = (
    projects,
    tasks,
    team,
    contacts,
    change_orders,
    labels,
    templates,
    labor_codes,
    classes,
    rate_cards,
    rounding,
    cost_rates,
)

__all__ = ["ROUTERS"]
