"""Celery tasks that look at all firms."""

from celery import shared_task
from django_tenants.utils import get_public_schema_name, schema_context

from core import clock
from people.reminding import remind_of_address
from tenants.models import Firm


@shared_task(name="psa.send_addresses")
def send_addresses(email: str) -> None:
    """Each firm that knows the person writes its address to them."""
    with schema_context(get_public_schema_name()):
        schemas = list(Firm.objects.working().values_list("schema_name", flat=True))
    for schema in schemas:
        with schema_context(schema):
            remind_of_address(email=email, at=clock.now())
