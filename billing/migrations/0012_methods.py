"""Lines know their task, milestones are billed once, and nothing passes what was agreed: fee and hard caps."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from core.triggers import audited

TABLES = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}
# A milestone stays on its issued invoice until that is void, or a credit memo gives the line back.
MILESTONES = """
CREATE FUNCTION billing_check_billed_milestones() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    found_number text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(line_id) INTO touched FROM new_rows;
    ELSE
        SELECT array_agg(line_id) INTO touched FROM old_rows;
    END IF;
    PERFORM 1 FROM billing_invoice WHERE id IN (
        SELECT invoice_id FROM billing_invoiceline WHERE id = ANY (touched)
    ) ORDER BY id FOR NO KEY UPDATE;
    IF TG_OP = 'UPDATE' THEN
        SELECT invoice.number INTO found_number
        FROM old_rows
        JOIN new_rows ON new_rows.id = old_rows.id
        JOIN billing_invoiceline line ON line.id IN (old_rows.line_id, new_rows.line_id)
        JOIN billing_invoice invoice ON invoice.id = line.invoice_id AND invoice.state <> 'DRAFT'
        WHERE to_jsonb(new_rows) - 'is_live' IS DISTINCT FROM to_jsonb(old_rows) - 'is_live'
            OR invoice.state = 'VOID' AND new_rows.is_live
            OR invoice.state = 'ISSUED' AND NOT new_rows.is_live AND NOT EXISTS (
                SELECT 1 FROM billing_creditline gone JOIN billing_creditmemo credit ON credit.id = gone.credit_id
                WHERE gone.line_id = line.id AND gone.returns_work AND credit.state = 'ISSUED'
            )
        LIMIT 1;
    ELSE
        SELECT invoice.number INTO found_number
        FROM billing_invoiceline line JOIN billing_invoice invoice ON invoice.id = line.invoice_id
        WHERE line.id = ANY (touched) AND invoice.state <> 'DRAFT'
        LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'invoice % is issued', found_number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_issued_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
""" + "".join(
    f"CREATE TRIGGER billing_billedmilestone_frozen_{event.lower()} AFTER {event} ON billing_billedmilestone "
    f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION billing_check_billed_milestones();"
    for event, rows in TABLES.items()
)
MILESTONES += """
CREATE TRIGGER billing_billedmilestone_no_truncate BEFORE TRUNCATE ON billing_billedmilestone
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

-- What a milestone is worth, and that it is achieved, stays as a draft or an invoice has it.
CREATE FUNCTION billing_check_milestone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found_number text;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.contract_line_id, NEW.trigger, NEW.amount, NEW.percent, NEW.state)
        IS NOT DISTINCT FROM (OLD.contract_line_id, OLD.trigger, OLD.amount, OLD.percent, OLD.state)
    THEN
        RETURN NULL;
    END IF;
    SELECT invoice.number INTO found_number
    FROM billing_billedmilestone billed
    JOIN billing_invoiceline line ON line.id = billed.line_id
    JOIN billing_invoice invoice ON invoice.id = line.invoice_id
    WHERE billed.milestone_id = OLD.id AND billed.is_live
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'milestone % is on an invoice', OLD.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_milestone_is_billed', TABLE = TG_TABLE_NAME,
                DETAIL = coalesce(nullif(found_number, ''), 'a draft');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_milestone_changed AFTER UPDATE OR DELETE ON projects_milestone
    FOR EACH ROW EXECUTE FUNCTION billing_check_milestone();
"""
NO_MILESTONES = """
DROP TRIGGER billing_milestone_changed ON projects_milestone;
DROP FUNCTION billing_check_milestone();
DROP TRIGGER billing_billedmilestone_no_truncate ON billing_billedmilestone;
""" + "".join(
    f"DROP TRIGGER billing_billedmilestone_frozen_{event.lower()} ON billing_billedmilestone;"
    for event in TABLES
)
NO_MILESTONES += "DROP FUNCTION billing_check_billed_milestones();"

# Whoever bills on such a line locks it first, so the sums are those of everybody. A soft cap only warns, and work by
# percent complete may pass its fee: both are no promise. A fee counts as computed: a write-up is somebody's word. What
# a credit memo gives back may be billed again.
AGREED = """
CREATE FUNCTION billing_check_agreed(checked bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM 1 FROM projects_contractline
    WHERE id = ANY (checked) OR cap_scope = 'PO' AND project_id IN (
        SELECT project_id FROM projects_contractline WHERE id = ANY (checked) AND cap_scope = 'PO'
    )
    ORDER BY id FOR NO KEY UPDATE;

    SELECT agreed.id INTO wrong
    FROM projects_contractline agreed
    JOIN billing_invoiceline line ON line.contract_line_id = agreed.id
    JOIN billing_invoice invoice ON invoice.id = line.invoice_id AND invoice.state <> 'VOID'
    LEFT JOIN LATERAL (
        SELECT sum(gone.amount) AS amount
        FROM billing_creditline gone JOIN billing_creditmemo credit ON credit.id = gone.credit_id
        WHERE gone.line_id = line.id AND gone.returns_work AND credit.state = 'ISSUED'
    ) credited ON true
    WHERE agreed.id = ANY (checked) AND agreed.method = 'FIXED_FEE'
    GROUP BY agreed.id
    HAVING sum(line.computed_amount - coalesce(credited.amount, 0)) > agreed.fee_amount
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'more than the fee of contract line % would be billed', wrong.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_within_fee', TABLE = 'billing_invoiceline';
    END IF;

    SELECT agreed.id INTO wrong
    FROM projects_contractline agreed
    JOIN billing_invoiceline line ON line.contract_line_id = agreed.id
    JOIN billing_invoice invoice ON invoice.id = line.invoice_id AND invoice.state <> 'VOID'
    LEFT JOIN projects_taskterms terms ON agreed.cap_scope = 'TASK'
        AND terms.contract_line_id = agreed.id AND terms.task_id = line.task_id
    LEFT JOIN LATERAL (
        SELECT sum(gone.amount) AS amount
        FROM billing_creditline gone JOIN billing_creditmemo credit ON credit.id = gone.credit_id
        WHERE gone.line_id = line.id AND gone.returns_work AND credit.state = 'ISSUED'
    ) credited ON true
    WHERE agreed.id = ANY (checked) AND agreed.cap_scope IN ('LINE', 'TASK') AND agreed.excess <> 'SOFT'
    GROUP BY agreed.id, terms.id
    HAVING sum(line.amount - coalesce(credited.amount, 0))
        > CASE agreed.cap_scope WHEN 'LINE' THEN agreed.cap_amount ELSE terms.cap_amount END
    LIMIT 1;
    IF NOT FOUND AND EXISTS (
        SELECT 1 FROM projects_contractline WHERE id = ANY (checked) AND cap_scope = 'PO' AND excess <> 'SOFT'
    ) THEN
        SELECT project.id INTO wrong
        FROM projects_project project
        JOIN projects_contractline agreed ON agreed.project_id = project.id AND agreed.cap_scope = 'PO'
        JOIN billing_invoiceline line ON line.contract_line_id = agreed.id
        JOIN billing_invoice invoice ON invoice.id = line.invoice_id AND invoice.state <> 'VOID'
        LEFT JOIN LATERAL (
            SELECT sum(gone.amount) AS amount
            FROM billing_creditline gone JOIN billing_creditmemo credit ON credit.id = gone.credit_id
            WHERE gone.line_id = line.id AND gone.returns_work AND credit.state = 'ISSUED'
        ) credited ON true
        WHERE project.id IN (SELECT project_id FROM projects_contractline WHERE id = ANY (checked))
        GROUP BY project.id
        HAVING sum(line.amount - coalesce(credited.amount, 0)) > project.po_amount
        LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'more than a cap would be billed on %', wrong.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_within_cap', TABLE = 'billing_invoiceline';
    END IF;
END
$$;

CREATE FUNCTION billing_check_line_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint[];
BEGIN
    SELECT array_agg(DISTINCT agreed.id) INTO checked
    FROM new_rows JOIN projects_contractline agreed ON agreed.id = new_rows.contract_line_id
    WHERE agreed.method = 'FIXED_FEE' OR agreed.cap_scope <> '' AND agreed.excess <> 'SOFT';
    IF checked IS NOT NULL THEN
        PERFORM billing_check_agreed(checked);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_invoiceline_agreed_insert AFTER INSERT ON billing_invoiceline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_line_agreed();
CREATE TRIGGER billing_invoiceline_agreed_update AFTER UPDATE ON billing_invoiceline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_line_agreed();

-- The other side: a fee or a cap is not lowered below what is billed, and what is billed keeps its method.
CREATE FUNCTION billing_check_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.method <> OLD.method AND EXISTS (
        SELECT 1 FROM billing_invoiceline line JOIN billing_invoice invoice ON invoice.id = line.invoice_id
        WHERE line.contract_line_id = NEW.id AND invoice.state <> 'VOID'
    ) THEN
        RAISE EXCEPTION 'contract line % is billed', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_method_is_billed', TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM billing_check_agreed(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_contractline_changed
    AFTER UPDATE OF method, fee_amount, cap_scope, cap_amount, cap_minutes, excess ON projects_contractline
    FOR EACH ROW EXECUTE FUNCTION billing_check_terms();

CREATE FUNCTION billing_check_task_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM billing_check_agreed(ARRAY[NEW.contract_line_id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_taskterms_changed AFTER INSERT OR UPDATE OF cap_amount ON projects_taskterms
    FOR EACH ROW EXECUTE FUNCTION billing_check_task_terms();
"""
NO_AGREED = """
DROP TRIGGER billing_taskterms_changed ON projects_taskterms;
DROP FUNCTION billing_check_task_terms();
DROP TRIGGER billing_contractline_changed ON projects_contractline;
DROP FUNCTION billing_check_terms();
DROP TRIGGER billing_invoiceline_agreed_insert ON billing_invoiceline;
DROP TRIGGER billing_invoiceline_agreed_update ON billing_invoiceline;
DROP FUNCTION billing_check_line_agreed();
DROP FUNCTION billing_check_agreed(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("billing", "0011_credit_memos"),
        ("projects", "0006_contract_terms"),
        ("core", "0002_triggers"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="invoiceline",
            name="task",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.task",
            ),
        ),
        migrations.AlterField(
            model_name="billedtime",
            name="rate_amount",
            field=models.DecimalField(decimal_places=4, max_digits=12, null=True),
        ),
        migrations.CreateModel(
            name="BilledMilestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_live", models.BooleanField(default=True)),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="billed_milestone",
                        to="billing.invoiceline",
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="billed",
                        to="projects.milestone",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)),
                        fields=("milestone",),
                        name="billing_milestone_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(MILESTONES, reverse_sql=NO_MILESTONES),
        migrations.RunSQL(AGREED, reverse_sql=NO_AGREED),
        audited("billing_billedmilestone"),
    ]
