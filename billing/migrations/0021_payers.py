"""Lines know the split that they are a share of; milestones are billed in shares that never pass the whole; an issued
invoice keeps how its review stood."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

MILESTONES = """
CREATE FUNCTION billing_check_milestone_shares() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    -- The lock first; the sum after it is a new statement and sees what others committed meanwhile.
    PERFORM 1 FROM projects_milestone
    WHERE id IN (SELECT milestone_id FROM new_rows WHERE is_live) ORDER BY id FOR NO KEY UPDATE;

    SELECT milestone_id INTO wrong FROM billing_billedmilestone
    WHERE is_live AND milestone_id IN (SELECT milestone_id FROM new_rows WHERE is_live)
    GROUP BY milestone_id
    HAVING sum(share_percent) > 100
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'milestone % would be billed twice', wrong.milestone_id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_milestone_once', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_billedmilestone_shares_insert AFTER INSERT ON billing_billedmilestone
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_milestone_shares();
CREATE TRIGGER billing_billedmilestone_shares_update AFTER UPDATE ON billing_billedmilestone
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_milestone_shares();
"""
NO_MILESTONES = """
DROP TRIGGER billing_billedmilestone_shares_update ON billing_billedmilestone;
DROP TRIGGER billing_billedmilestone_shares_insert ON billing_billedmilestone;
DROP FUNCTION billing_check_milestone_shares();
"""

TABLES = {
    "INSERT": "NEW TABLE AS rows_now",
    "UPDATE": "NEW TABLE AS rows_now",
    "DELETE": "OLD TABLE AS rows_now",
}
# Shares by which an issued invoice was made stay as they are: others begin on a later day. Drafts of the project are
# stale then.
SPLITS = """
CREATE FUNCTION billing_check_split() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    found_number text;
BEGIN
    IF TG_TABLE_NAME = 'projects_payer' THEN
        SELECT array_agg(DISTINCT split_id) INTO touched FROM rows_now;
    ELSE
        SELECT array_agg(id) INTO touched FROM rows_now;
    END IF;
    SELECT invoice.number INTO found_number
    FROM billing_invoiceline line JOIN billing_invoice invoice ON invoice.id = line.invoice_id
    WHERE line.split_id = ANY (touched) AND invoice.state = 'ISSUED'
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'invoice % was shared by this split', found_number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_split_is_billed', TABLE = TG_TABLE_NAME,
                DETAIL = found_number;
    END IF;
    -- A split that goes is found by its payers, which go first.
    UPDATE billing_invoice invoice SET is_stale = true
    FROM projects_billingsplit split
    WHERE split.id = ANY (touched) AND NOT invoice.is_stale AND invoice.state = 'DRAFT'
        AND (split.starts_on IS NULL OR invoice.period_last_on >= split.starts_on)
        AND EXISTS (
            SELECT 1 FROM billing_invoiceline line
            WHERE line.invoice_id = invoice.id AND line.project_id = split.project_id AND line.work_key <> ''
        );
    RETURN NULL;
END
$$;
""" + "".join(
    f"CREATE TRIGGER billing_{table.split('_')[1]}_billed_{event.lower()} AFTER {event} ON {table} "
    f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION billing_check_split();"
    for table in ("projects_payer", "projects_billingsplit")
    for event, rows in TABLES.items()
)
NO_SPLITS = "".join(
    f"DROP TRIGGER billing_{table.split('_')[1]}_billed_{event.lower()} ON {table};"
    for table in ("projects_payer", "projects_billingsplit")
    for event in TABLES
)
NO_SPLITS += "DROP FUNCTION billing_check_split();"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("billing", "0020_reminders"), ("projects", "0012_payers")]
    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="billedmilestone", name="billing_milestone_once"),
        migrations.AddField(
            model_name="billedmilestone",
            name="share_percent",
            field=models.DecimalField(db_default=100, decimal_places=4, default=100, max_digits=7),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="share_percent",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="split",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="projects.billingsplit",
            ),
        ),
        migrations.AddIndex(
            model_name="billedmilestone",
            index=models.Index(
                condition=models.Q(("is_live", True)),
                fields=["milestone"],
                name="billing_live_by_milestone",
            ),
        ),
        migrations.AddConstraint(
            model_name="billedmilestone",
            constraint=models.CheckConstraint(
                condition=models.Q(("share_percent__gt", 0), ("share_percent__lte", 100)),
                name="billing_milestone_share",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="schedule_run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="further_invoices",
                to="billing.schedulerun",
            ),
        ),
        migrations.AddField(
            model_name="invoicereview",
            name="issued_as",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="invoicereview",
            name="approved_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=400),
        ),
        migrations.RunSQL(MILESTONES, reverse_sql=NO_MILESTONES),
        migrations.RunSQL(SPLITS, reverse_sql=NO_SPLITS),
    ]
