"""Periods are billed once; what they were billed by stays; hours within their cap; a purchase order above what is billed.

Tasks that move, and a fee that changes, make the drafts stale that have them.
"""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from core.triggers import audited

TABLES = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}
# As milestones: a period stays on its issued invoice until that is void, or a credit memo gives the line back.
PERIODS = "".join(
    f"CREATE TRIGGER billing_billedperiod_frozen_{event.lower()} AFTER {event} ON billing_billedperiod "
    f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION billing_check_billed_milestones();"
    for event, rows in TABLES.items()
)
PERIODS += """
CREATE TRIGGER billing_billedperiod_no_truncate BEFORE TRUNCATE ON billing_billedperiod
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

-- The calendar, the allowance and its price are those by which periods were billed: others begin with another line.
CREATE FUNCTION billing_check_period_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM billing_billedperiod billed WHERE billed.contract_line_id = NEW.id AND billed.is_live
            AND ((
                NEW.frequency, NEW.anchor_day, NEW.timing, NEW.first_period_on, NEW.prorates, NEW.allowance_minutes,
                NEW.allowance_amount, NEW.overage_rate_amount, NEW.rollover, NEW.rollover_minutes,
                NEW.rollover_amount, NEW.rollover_periods
            ) IS DISTINCT FROM (
                OLD.frequency, OLD.anchor_day, OLD.timing, OLD.first_period_on, OLD.prorates, OLD.allowance_minutes,
                OLD.allowance_amount, OLD.overage_rate_amount, OLD.rollover, OLD.rollover_minutes,
                OLD.rollover_amount, OLD.rollover_periods
            )
            OR NEW.method = 'ALLOWANCE' AND (NEW.fee_amount, NEW.escalator_percent)
                IS DISTINCT FROM (OLD.fee_amount, OLD.escalator_percent)
            OR NEW.last_period_on < billed.first_on OR NEW.closed_on < billed.last_on)
    ) THEN
        RAISE EXCEPTION 'periods of contract line % are billed', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_periods_are_billed', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_contractline_periods AFTER UPDATE ON projects_contractline
    FOR EACH ROW WHEN (OLD.frequency <> '') EXECUTE FUNCTION billing_check_period_terms();
"""
NO_PERIODS = """
DROP TRIGGER billing_contractline_periods ON projects_contractline;
DROP FUNCTION billing_check_period_terms();
DROP TRIGGER billing_billedperiod_no_truncate ON billing_billedperiod;
""" + "".join(
    f"DROP TRIGGER billing_billedperiod_frozen_{event.lower()} ON billing_billedperiod;" for event in TABLES
)

# Whoever bills on such a line locks it first, so the sums are those of everybody. What is written off above the cap
# (its line's work_key begins with "above") is not billed.
HOURS = """
CREATE FUNCTION billing_check_minutes(checked bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM 1 FROM projects_contractline WHERE id = ANY (checked) ORDER BY id FOR NO KEY UPDATE;
    SELECT agreed.id INTO wrong
    FROM projects_contractline agreed
    JOIN billing_invoiceline line ON line.contract_line_id = agreed.id AND line.work_key NOT LIKE 'above%'
    JOIN billing_billedtime billed ON billed.line_id = line.id AND billed.is_live
    LEFT JOIN projects_taskterms terms ON agreed.cap_scope = 'TASK'
        AND terms.contract_line_id = agreed.id AND terms.task_id = line.task_id
    WHERE agreed.id = ANY (checked) AND agreed.cap_scope IN ('LINE', 'TASK') AND agreed.excess <> 'SOFT'
    GROUP BY agreed.id, terms.id
    HAVING sum(billed.minutes - billed.released_minutes)
        > CASE agreed.cap_scope WHEN 'LINE' THEN agreed.cap_minutes ELSE terms.cap_minutes END
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'more hours than the cap of contract line % would be billed', wrong.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_within_hours', TABLE = 'billing_billedtime';
    END IF;
END
$$;

CREATE FUNCTION billing_check_billed_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    capped bigint[];
    checked bigint[];
BEGIN
    SELECT array_agg(id) INTO capped FROM projects_contractline
    WHERE excess <> 'SOFT' AND (cap_scope = 'LINE' AND cap_minutes IS NOT NULL OR cap_scope = 'TASK');
    IF capped IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(DISTINCT line.contract_line_id) INTO checked
    FROM (SELECT DISTINCT line_id FROM new_rows WHERE is_live) rows
    JOIN billing_invoiceline line ON line.id = rows.line_id
    WHERE line.contract_line_id = ANY (capped);
    IF checked IS NOT NULL THEN
        PERFORM billing_check_minutes(checked);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_billedtime_hours_insert AFTER INSERT ON billing_billedtime
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_billed_minutes();
CREATE TRIGGER billing_billedtime_hours_update AFTER UPDATE ON billing_billedtime
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_billed_minutes();

CREATE FUNCTION billing_check_hours_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_check_minutes(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_contractline_hours AFTER UPDATE OF cap_scope, cap_minutes, excess ON projects_contractline
    FOR EACH ROW WHEN (NEW.cap_scope <> '') EXECUTE FUNCTION billing_check_hours_of_line();

CREATE FUNCTION billing_check_hours_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_check_minutes(ARRAY[NEW.contract_line_id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_taskterms_hours AFTER INSERT OR UPDATE OF cap_minutes ON projects_taskterms
    FOR EACH ROW EXECUTE FUNCTION billing_check_hours_of_task();
"""
NO_HOURS = """
DROP TRIGGER billing_taskterms_hours ON projects_taskterms;
DROP FUNCTION billing_check_hours_of_task();
DROP TRIGGER billing_contractline_hours ON projects_contractline;
DROP FUNCTION billing_check_hours_of_line();
DROP TRIGGER billing_billedtime_hours_insert ON billing_billedtime;
DROP TRIGGER billing_billedtime_hours_update ON billing_billedtime;
DROP FUNCTION billing_check_billed_minutes();
DROP FUNCTION billing_check_minutes(bigint[]);
"""

# The amount of a purchase order that caps contract lines is a cap like theirs.
ORDERS = """
CREATE FUNCTION billing_check_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint[];
BEGIN
    SELECT array_agg(id) INTO checked FROM projects_contractline
    WHERE project_id = NEW.id AND cap_scope = 'PO' AND excess <> 'SOFT';
    IF checked IS NOT NULL THEN
        BEGIN
            PERFORM billing_check_agreed(checked);
        EXCEPTION WHEN check_violation THEN
            RAISE EXCEPTION 'more than that is billed under the purchase order of project %', NEW.id
                USING ERRCODE = '23514', CONSTRAINT = 'billing_order_is_billed', TABLE = TG_TABLE_NAME;
        END;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_project_order AFTER UPDATE OF po_amount ON projects_project
    FOR EACH ROW WHEN (NEW.po_amount IS DISTINCT FROM OLD.po_amount) EXECUTE FUNCTION billing_check_order();
"""
NO_ORDERS = """
DROP TRIGGER billing_project_order ON projects_project;
DROP FUNCTION billing_check_order();
"""

# Work of a task that is billed by another line from now on, save what was done before that one took over; and hours
# or amounts that depend on a fee.
STALE = """
CREATE FUNCTION billing_stale_by_tasks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_invoice SET is_stale = true
    WHERE NOT is_stale AND state = 'DRAFT' AND id IN (
        SELECT line.invoice_id
        FROM new_rows
        JOIN old_rows ON old_rows.id = new_rows.id AND old_rows.contract_line_id <> new_rows.contract_line_id
        JOIN projects_contractline agreed ON agreed.id = new_rows.contract_line_id
        JOIN timesheets_timeentry entry ON entry.task_id = new_rows.id
            AND (agreed.starts_on IS NULL OR agreed.starts_on <= entry.worked_on)
        JOIN billing_billedtime billed ON billed.entry_id = entry.id AND billed.is_live
        JOIN billing_invoiceline line ON line.id = billed.line_id AND line.contract_line_id <> agreed.id
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_task_moved AFTER UPDATE ON projects_task
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION billing_stale_by_tasks();

CREATE FUNCTION billing_stale_by_fee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_invoice SET is_stale = true
    WHERE NOT is_stale AND state = 'DRAFT' AND id IN (
        SELECT invoice_id FROM billing_invoiceline WHERE contract_line_id = NEW.id AND work_key <> ''
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_contractline_fee AFTER UPDATE OF fee_amount, escalator_percent ON projects_contractline
    FOR EACH ROW
    WHEN ((NEW.fee_amount, NEW.escalator_percent) IS DISTINCT FROM (OLD.fee_amount, OLD.escalator_percent))
    EXECUTE FUNCTION billing_stale_by_fee();
"""
NO_STALE = """
DROP TRIGGER billing_contractline_fee ON projects_contractline;
DROP FUNCTION billing_stale_by_fee();
DROP TRIGGER billing_task_moved ON projects_task;
DROP FUNCTION billing_stale_by_tasks();
"""

# What an invoice has of the plan stays in it.
REMOVED = """
CREATE FUNCTION billing_check_removed_milestone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM billing_billedmilestone WHERE milestone_id = NEW.id AND is_live) THEN
        RAISE EXCEPTION 'milestone % is on an invoice', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_milestone_is_billed', TABLE = TG_TABLE_NAME,
                DETAIL = 'an invoice or a draft';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_milestone_removed AFTER UPDATE OF is_removed ON projects_milestone
    FOR EACH ROW WHEN (NEW.is_removed AND NOT OLD.is_removed) EXECUTE FUNCTION billing_check_removed_milestone();
"""
NO_REMOVED = """
DROP TRIGGER billing_milestone_removed ON projects_milestone;
DROP FUNCTION billing_check_removed_milestone();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("billing", "0021_payers"),
        ("projects", "0010_allowances"),
        ("core", "0002_triggers"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="BilledPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("FEE", "Fee"),
                            ("WITHIN", "Within the allowance"),
                            ("BEYOND", "Beyond the allowance"),
                        ],
                        max_length=10,
                    ),
                ),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("is_live", models.BooleanField(default=True)),
                (
                    "contract_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="billed_periods",
                        to="projects.contractline",
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="billed_period",
                        to="billing.invoiceline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)),
                        fields=("contract_line", "kind", "first_on"),
                        name="billing_period_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("first_on"))),
                        name="billing_period_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PERIODS, reverse_sql=NO_PERIODS),
        migrations.RunSQL(HOURS, reverse_sql=NO_HOURS),
        migrations.RunSQL(ORDERS, reverse_sql=NO_ORDERS),
        migrations.RunSQL(STALE, reverse_sql=NO_STALE),
        migrations.RunSQL(REMOVED, reverse_sql=NO_REMOVED),
        audited("billing_billedperiod"),
    ]
