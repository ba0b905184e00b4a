"""Connections and posting for programs: the same operations as the pages, with the same rights."""

from integrations.api import postings, quickbooks

ROUTERS = [postings.routes, quickbooks.routes]
