"""Nothing yet."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("clients", "0007_billing_choices")]
    operations: ClassVar = []
