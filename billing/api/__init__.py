"""Billing for programs: the same operations as the pages, with the same rights."""

from billing.api import charges as charges
from billing.api import (
    collections,
    contracts,
    credits,
    documents,
    drafts,
    dunning,
    entities,
    milestones,
    payers,
    payments,
    rates,
    retainers,
    schedules,
    settling,
    unbilled,
)
from billing.api import draft_work as draft_work
from billing.api import exchange as exchange
from billing.api import items as items
from billing.api import reasons as reasons
from billing.api import reviews as reviews

# Drafts stand in the router of invoices: one address takes several methods in one router only.
ROUTERS = [
    unbilled.routes,
    drafts.routes,
    payments.routes,
    rates.routes,
    credits.routes,
    documents.routes,
    settling.routes,
    exchange.routes,
    retainers.routes,
    schedules.routes,
    contracts.routes,
    milestones.routes,
    dunning.routes,
    collections.routes,
    payers.routes,
    entities.routes,
]
