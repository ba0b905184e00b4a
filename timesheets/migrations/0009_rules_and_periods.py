"""Statements of government contracts, reasons and signatures of submissions."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("timesheets", "0008_favourites")]
    operations: list[migrations.operations.base.Operation] = []
