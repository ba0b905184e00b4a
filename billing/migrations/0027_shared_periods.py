"""Periods of contract lines are billed in shares of their payers, which never pass the whole."""

from typing import ClassVar

from django.db import migrations, models

PERIODS = """
CREATE FUNCTION billing_check_period_shares() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    -- The lock first; the sum after it is a new statement and sees what others committed meanwhile.
    PERFORM 1 FROM projects_contractline
    WHERE id IN (SELECT contract_line_id FROM new_rows WHERE is_live) ORDER BY id FOR NO KEY UPDATE;

    SELECT contract_line_id, kind, first_on INTO wrong FROM billing_billedperiod
    WHERE is_live AND (contract_line_id, kind, first_on) IN (
        SELECT contract_line_id, kind, first_on FROM new_rows WHERE is_live
    )
    GROUP BY contract_line_id, kind, first_on
    HAVING sum(share_percent) > 100
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% of % of contract line % would be billed twice',
            wrong.kind, wrong.first_on, wrong.contract_line_id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_period_once', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_billedperiod_shares_insert AFTER INSERT ON billing_billedperiod
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_period_shares();
CREATE TRIGGER billing_billedperiod_shares_update AFTER UPDATE ON billing_billedperiod
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_period_shares();
"""
NO_PERIODS = """
DROP TRIGGER billing_billedperiod_shares_update ON billing_billedperiod;
DROP TRIGGER billing_billedperiod_shares_insert ON billing_billedperiod;
DROP FUNCTION billing_check_period_shares();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("billing", "0026_exchange_differences")]
    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="billedperiod", name="billing_period_once"),
        migrations.AddField(
            model_name="billedperiod",
            name="share_percent",
            field=models.DecimalField(db_default=100, decimal_places=4, default=100, max_digits=7),
        ),
        migrations.AddIndex(
            model_name="billedperiod",
            index=models.Index(
                condition=models.Q(("is_live", True)),
                fields=["contract_line", "kind", "first_on"],
                name="billing_live_by_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="billedperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("share_percent__gt", 0), ("share_percent__lte", 100)),
                name="billing_period_share",
            ),
        ),
        migrations.RunSQL(PERIODS, reverse_sql=NO_PERIODS),
    ]
