from importlib import import_module

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        import_module("billing.promises")
        import_module("billing.document_promises")
        import_module("billing.dunning_promises")
        import_module("billing.payment_promises")
