"""How the expenses of a contract line are billed."""

from typing import ClassVar

from django.db import migrations, models

EXCESS = [
    ("SOFT", "Bill it, and warn"),
    ("HOLD", "Hold it in work in progress"),
    ("WRITE_OFF", "Write it off"),
    ("CHANGE_ORDER", "Hold it and propose a change order"),
]
METHODS = [
    ("AT_PRICE", "At their price"),
    ("WITHIN_CAP", "At their price, within the cap of the fees"),
    ("CAPPED", "At their price, up to a cap of their own"),
    ("INCLUDED", "Included in the fees"),
    ("NOT_BILLED", "Not billed"),
]
DETAILS = [("CODE", "One line for each expense code"), ("EACH", "One line for each expense")]


def choice(length: int, choices: list[tuple[str, str]], usual: str) -> models.CharField:
    """A column of one of these, and the one that lines have already."""
    return models.CharField(choices=choices, db_default=usual, default=usual, max_length=length)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projects", "0010_allowances")]

    operations: ClassVar = [
        migrations.AddField("contractline", "expense_method", choice(10, METHODS, "AT_PRICE")),
        migrations.AddField(
            "contractline",
            "expense_cap_amount",
            models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
        ),
        migrations.AddField("contractline", "expense_excess", choice(20, EXCESS, "HOLD")),
        migrations.AddField("contractline", "expense_detail", choice(4, DETAILS, "CODE")),
        migrations.AddField(
            "contractline", "shows_receipts", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddConstraint(
            "contractline",
            models.CheckConstraint(
                condition=models.Q(expense_method="CAPPED", expense_cap_amount__gte=0)
                | (~models.Q(expense_method="CAPPED") & models.Q(expense_cap_amount=None)),
                name="projects_line_has_expense_cap",
            ),
        ),
        migrations.AddConstraint(
            "contractline",
            models.CheckConstraint(
                condition=~models.Q(expense_method="WITHIN_CAP") | ~models.Q(cap_scope=""),
                name="projects_line_expenses_within_cap",
            ),
        ),
    ]
