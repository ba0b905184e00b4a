"""Clients, their contacts, terms and taxes."""

from clients.models.clients import Client
from clients.models.contacts import Contact
from clients.models.merges import ClientMerge, ClientsApart, MergedValue
from clients.models.taxes import TaxCode, TaxComponent, TaxRate
from clients.models.terms import PaymentTerms

__all__ = [
    "Client",
    "ClientMerge",
    "ClientsApart",
    "Contact",
    "MergedValue",
    "PaymentTerms",
    "TaxCode",
    "TaxComponent",
    "TaxRate",
]
