"""Nothing yet."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("timesheets", "0016_late_work")]
    operations: ClassVar = []
