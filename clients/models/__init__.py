"""Clients, their contacts, terms and taxes."""

from clients.models.clients import Client
from clients.models.contacts import Contact
from clients.models.terms import PaymentTerms, TaxCode

__all__ = ["Client", "Contact", "PaymentTerms", "TaxCode"]
