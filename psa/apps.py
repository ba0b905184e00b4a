"""The assembled application."""

from importlib import import_module

from django.apps import AppConfig


class PsaConfig(AppConfig):
    name = "psa"

    def ready(self) -> None:
        # Ports and receivers are bound in one place, after all rooms are loaded.
        import_module("psa.wiring")
        # The web server and commands hand work to the workers through this application, and so to the same broker.
        import_module("psa.celery")
