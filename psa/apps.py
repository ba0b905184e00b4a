"""The assembled application."""

from importlib import import_module

from django.apps import AppConfig


class PsaConfig(AppConfig):
    name = "psa"

    def ready(self) -> None:
        # Ports and receivers are bound in one place, after all rooms are loaded.
        import_module("psa.wiring")
