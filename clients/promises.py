"""What the database's refusals mean, for people."""

from core import promises
from core.errors import Refusal


class ClientExists(Refusal):
    """Another client has this name; `facts` may hold its `client_id` and `client_name`."""

    sentence = "There is already a client of this name."


class EmailIsNeeded(Refusal):
    """A contact that gets invoices or copies of them has no e-mail address."""

    sentence = "Invoices go to this contact, so an e-mail address is needed."


promises.register("clients_name_once", ClientExists, field="name")
promises.register("clients_billing_contact_has_email", EmailIsNeeded, field="email")
promises.register("clients_one_default_terms", "Somebody else changed the usual terms just now. Try again.")
promises.register("clients_paymentterms_name_key", "There are already terms of this name.", field="name")
promises.register("clients_taxcode_name_key", "There is already a tax of this name.", field="name")
promises.register("clients_tax_rate_in_range", "A tax is between 0 and 100 percent.", field="rate_percent")
promises.register("clients_merge_of_two_clients", "Choose another client to merge it into.", field="into")
promises.register("clients_merged_once", "Somebody else merged this client just now. Look at what is there.")
promises.register(
    "clients_merged_is_inactive", "This client is part of another now. Undo the merge to use it again."
)
promises.register(
    "clients_merged_gets_nothing", "This client became part of another just now. Take that one."
)
promises.register(
    "clients_merged_value_once", "Somebody else merged this client just now. Look at what is there."
)
promises.register("clients_apart_once", "That these are two clients is noted already.")
promises.register("clients_apart_in_order", "Choose two different clients.")
promises.register("clients_tax_component_once", "Each tax of a code needs a name of its own.", field="name")
promises.register("clients_tax_rate_once", "There is a rate from this day on already.", field="first_on")
promises.register(
    "clients_exemption_has_number", "An exempt client has a certificate number.", field="exemption_number"
)
promises.register(
    "clients_early_discount_in_range",
    "The early-payment discount is above 0 and at most 50 percent.",
    field="discount_percent",
)
promises.register(
    "clients_receipt_has_no_days", "What is due on receipt has no days and no discount.", field="basis"
)
promises.register(
    "clients_entity_is_active",
    "This legal entity bills no more. Choose another one.",
    field="legal_entity",
)
promises.register(
    "clients_entity_is_used",
    lambda name: Refusal(
        f"Active clients are billed by it, such as {name}. Choose another legal entity for them first."
    ),
)
