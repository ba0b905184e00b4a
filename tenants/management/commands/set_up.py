from django.core.management.base import BaseCommand

from tenants.cloning import prepare_installation


class Command(BaseCommand):
    help = "Brings the public schema, the blueprint and all firms up to date."

    def handle(self, *args: object, **options: object) -> None:
        prepare_installation()
