"""Clients, their contacts, terms and taxes."""

from clients.models.clients import Client
from clients.models.contacts import Contact
from clients.models.merges import ClientMerge, ClientsApart, MergedValue
from clients.models.terms import PaymentTerms, TaxCode

__all__ = ["Client", "ClientMerge", "ClientsApart", "Contact", "MergedValue", "PaymentTerms", "TaxCode"]
