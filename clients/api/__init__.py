"""Clients, contacts, payment terms and tax codes for programs, with the rights of their pages."""

from clients.api import clients, merging, terms

ROUTERS = [clients.routes, merging.routes, terms.routes]
