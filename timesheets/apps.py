from importlib import import_module

from django.apps import AppConfig


class TimesheetsConfig(AppConfig):
    name = "timesheets"

    def ready(self) -> None:
        import_module("timesheets.promises")
