"""Clients, contacts, payment terms and tax codes for programs, with the rights of their pages."""

from clients.api import clients, terms

ROUTERS = [clients.routes, terms.routes]
