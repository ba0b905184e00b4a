"""What the database's refusals about documents and mails mean, for people."""

from core import promises

promises.register("billing_template_name_once", "There is a template of this name already.", field="name")
promises.register(
    "billing_one_default_template", "Somebody else chose the usual template meanwhile. Load the page again."
)
promises.register("billing_template_layout", "Choose one of the layouts.", field="layout")
promises.register("billing_template_color_is_hex", "Choose a color.", field="color")
promises.register("billing_electronic_is_known", "Choose one of the list.", field="electronic")
promises.register("billing_mail_text_once", "Somebody else wrote these words meanwhile. Load the page again.")
promises.register("billing_mail_text_kind", "Choose what the mail is about.", field="kind")
promises.register("billing_mail_text_says_something", "A mail needs a subject and a text.", field="text")
promises.register("billing_snapshot_is_of_one_document", "What was mailed belongs to one document.")
promises.register("billing_snapshot_once", "This document went with the mail already.")
promises.register(
    "billing_entity_stays",
    "A document keeps the legal entity that it was made for. Delete the draft and draft it again.",
)
promises.register(
    "billing_same_entity",
    "This belongs to another legal entity of the firm. Money and credits only settle documents of their own.",
    field="invoice",
)
promises.register(
    "billing_entity_is_active",
    "This legal entity bills no more. Choose another one for the client, or reactivate it in Settings first.",
)
promises.register(
    "billing_entity_has_drafts", "Drafts are on its paper. Issue or delete them first, then deactivate it."
)
promises.register(
    "billing_entity_prefixes_differ",
    "Each kind of document needs a prefix of its own.",
    field="credit_prefix",
)
