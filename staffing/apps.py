from importlib import import_module

from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "staffing"

    def ready(self) -> None:
        import_module("staffing.promises")
