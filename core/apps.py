"""The room of mechanisms."""

from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        # Binds core's own ports (mail to the outbox, later work to Celery) once all models are loaded.
        import_module("core.wiring")
        import_module("core.lookups")
