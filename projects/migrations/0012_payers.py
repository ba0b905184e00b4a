"""Several payers of one project: shares from a day on, which add up to 100 and are in the project's currency."""

from typing import ClassVar

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from core.triggers import audited

TABLES = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS new_rows",
}
# The split is locked first; the sums after it are new statements and see what others committed meanwhile.
PAYERS = """
CREATE FUNCTION projects_check_payers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM 1 FROM projects_billingsplit WHERE id IN (SELECT split_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE;

    SELECT payer.split_id INTO wrong FROM projects_payer payer
    WHERE payer.split_id IN (SELECT split_id FROM new_rows)
    GROUP BY payer.split_id, payer.contract_line_id
    HAVING sum(payer.percent) <> 100
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the shares of split % do not add up to 100', wrong.split_id
            USING ERRCODE = '23514', CONSTRAINT = 'projects_payers_add_up', TABLE = TG_TABLE_NAME;
    END IF;

    SELECT payer.id INTO wrong FROM projects_payer payer
    JOIN projects_billingsplit split ON split.id = payer.split_id
    JOIN projects_project project ON project.id = split.project_id
    JOIN clients_client owner ON owner.id = project.client_id
    JOIN clients_client paying ON paying.id = payer.client_id
    WHERE payer.split_id IN (SELECT split_id FROM new_rows) AND paying.currency <> owner.currency
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'payer % has another currency', wrong.id
            USING ERRCODE = '23514', CONSTRAINT = 'projects_payer_currency', TABLE = TG_TABLE_NAME;
    END IF;

    SELECT payer.id INTO wrong FROM projects_payer payer
    JOIN projects_billingsplit split ON split.id = payer.split_id
    LEFT JOIN projects_contractline line ON line.id = payer.contract_line_id
    LEFT JOIN clients_contact contact ON contact.id = payer.contact_id
    WHERE payer.split_id IN (SELECT split_id FROM new_rows)
        AND (line.project_id <> split.project_id OR contact.client_id <> payer.client_id)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'payer % names what is not its own', wrong.id
            USING ERRCODE = '23514', CONSTRAINT = 'projects_payer_own_line', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
""" + "".join(
    f"CREATE TRIGGER projects_payer_checked_{event.lower()} AFTER {event} ON projects_payer "
    f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION projects_check_payers();"
    for event, rows in TABLES.items()
)
NO_PAYERS = "".join(
    f"DROP TRIGGER projects_payer_checked_{event.lower()} ON projects_payer;" for event in TABLES
)
NO_PAYERS += "DROP FUNCTION projects_check_payers();"

# The other side: neither a payer nor the client of a shared project moves to another currency.
CURRENCY = """
CREATE FUNCTION projects_check_payer_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM projects_payer payer
        JOIN projects_billingsplit split ON split.id = payer.split_id
        JOIN projects_project project ON project.id = split.project_id
        WHERE payer.client_id = NEW.id OR project.client_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'client % shares a project in %', NEW.id, OLD.currency
            USING ERRCODE = '23514', CONSTRAINT = 'projects_payer_currency', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER projects_payer_currency BEFORE UPDATE OF currency ON clients_client
    FOR EACH ROW WHEN (OLD.currency IS DISTINCT FROM NEW.currency) EXECUTE FUNCTION projects_check_payer_currency();
"""
NO_CURRENCY = """
DROP TRIGGER projects_payer_currency ON clients_client;
DROP FUNCTION projects_check_payer_currency();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("projects", "0011_expense_terms"),
        ("clients", "0001_initial"),
        ("core", "0002_triggers"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="BillingSplit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="splits",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "ordering": ["project_id", models.OrderBy(models.F("starts_on"), nulls_first=True)],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "starts_on"),
                        name="projects_split_start_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Payer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("percent", models.DecimalField(decimal_places=4, max_digits=7)),
                ("po_number", models.CharField(blank=True, max_length=40)),
                ("position", models.PositiveSmallIntegerField(default=1)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.contact",
                    ),
                ),
                (
                    "contract_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.contractline",
                    ),
                ),
                (
                    "split",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payers",
                        to="projects.billingsplit",
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.paymentterms",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("split", "contract_line", "client"),
                        name="projects_payer_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__gt", 0), ("percent__lte", 100)),
                        name="projects_payer_percent",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PAYERS, reverse_sql=NO_PAYERS),
        migrations.RunSQL(CURRENCY, reverse_sql=NO_CURRENCY),
        audited("projects_billingsplit"),
        audited("projects_payer"),
    ]
