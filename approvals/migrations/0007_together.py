"""Nothing yet."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("approvals", "0006_exceptions")]
    operations: ClassVar = []
