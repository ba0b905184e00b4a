"""Clients that were merged: into whom, and every value that the merge changed."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import deletion
from django.db.models.functions import Now

from core.triggers import append_only, audited

# Documents and journal lines never change, but for one thing: whose they are follows a merge that is recorded, and its
# undoing. Triggers that refuse a change ask this first; it looks at nothing but the client.
MOVES = """
CREATE FUNCTION clients_moves(moved text, old_row jsonb, new_row jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT old_row -> 'client_id' IS DISTINCT FROM new_row -> 'client_id'
        AND old_row - ARRAY['client_id', 'updated_at'] = new_row - ARRAY['client_id', 'updated_at']
        AND EXISTS (
            SELECT 1 FROM clients_mergedvalue kept JOIN clients_clientmerge merge ON merge.id = kept.merge_id
            WHERE kept.table_name = moved AND kept.row_id = (new_row ->> 'id')::bigint
                AND kept.column_name = 'client_id'
                AND CASE WHEN merge.undone_at IS NULL
                    THEN kept.old_value = old_row -> 'client_id' AND kept.new_value = new_row -> 'client_id'
                    ELSE kept.new_value = old_row -> 'client_id' AND kept.old_value = new_row -> 'client_id' END
        )
$$;
"""

# Whoever adds something for a client while it is merged waits for the merge, and is refused then.
GONE = """
CREATE FUNCTION clients_refuse_merged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    merged bigint;
BEGIN
    SELECT merged_into_id INTO merged FROM clients_client WHERE id = NEW.client_id FOR KEY SHARE;
    IF merged IS NOT NULL THEN
        RAISE EXCEPTION 'client % is merged into %', NEW.client_id, merged
            USING ERRCODE = '23514', CONSTRAINT = 'clients_merged_gets_nothing', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER clients_contact_not_merged BEFORE INSERT ON clients_contact
    FOR EACH ROW EXECUTE FUNCTION clients_refuse_merged();
"""
NOT_GONE = """
DROP TRIGGER clients_contact_not_merged ON clients_contact;
DROP FUNCTION clients_refuse_merged();
"""


def grant(apps, schema_editor):
    """Owners and finance may merge clients: invoices and payments go over with them."""
    for role in apps.get_model("people", "Role").objects.filter(
        is_builtin=True, name__in=["Owner", "Finance"]
    ):
        role.rights = sorted({*role.rights, "clients.merge"})
        role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("clients", "0005_taxes"),
        ("core", "0002_triggers"),
        ("people", "0002_first_rows"),
    ]
    operations: ClassVar = [
        migrations.AddField(
            "client",
            "merged_into",
            models.ForeignKey(
                null=True,
                blank=True,
                on_delete=deletion.PROTECT,
                related_name="merged",
                to="clients.client",
            ),
        ),
        migrations.AddConstraint(
            "client",
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(is_active=False),
                name="clients_merged_is_inactive",
            ),
        ),
        migrations.CreateModel(
            "ClientMerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("merged_at", models.DateTimeField()),
                ("merged_by_name", models.CharField(blank=True, max_length=120)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by_name", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "source",
                    models.ForeignKey(on_delete=deletion.PROTECT, related_name="+", to="clients.client"),
                ),
                (
                    "target",
                    models.ForeignKey(on_delete=deletion.PROTECT, related_name="+", to="clients.client"),
                ),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.CreateModel(
            "MergedValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.BigIntegerField()),
                ("column_name", models.CharField(max_length=63)),
                ("old_value", models.JSONField(null=True)),
                ("new_value", models.JSONField(null=True)),
                (
                    "merge",
                    models.ForeignKey(
                        on_delete=deletion.PROTECT, related_name="values", to="clients.clientmerge"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "clientmerge",
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="clients_merge_of_two_clients"
            ),
        ),
        migrations.AddConstraint(
            "clientmerge",
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(undone_at=None), name="clients_merged_once"
            ),
        ),
        migrations.AddIndex(
            "mergedvalue",
            models.Index(fields=["table_name", "row_id", "column_name"], name="clients_merged_row"),
        ),
        migrations.AddConstraint(
            "mergedvalue",
            models.UniqueConstraint(
                fields=["merge", "table_name", "column_name", "row_id"], name="clients_merged_value_once"
            ),
        ),
        migrations.CreateModel(
            "ClientsApart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(on_delete=deletion.CASCADE, related_name="+", to="clients.client"),
                ),
                (
                    "second",
                    models.ForeignKey(on_delete=deletion.CASCADE, related_name="+", to="clients.client"),
                ),
            ],
        ),
        migrations.AddConstraint(
            "clientsapart",
            models.UniqueConstraint(fields=["first", "second"], name="clients_apart_once"),
        ),
        migrations.AddConstraint(
            "clientsapart",
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="clients_apart_in_order"
            ),
        ),
        audited("clients_clientmerge"),
        audited("clients_clientsapart"),
        append_only("clients_mergedvalue"),
        migrations.RunSQL(MOVES, "DROP FUNCTION clients_moves(text, jsonb, jsonb)"),
        migrations.RunSQL(GONE, NOT_GONE),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
