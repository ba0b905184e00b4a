"""Caps that stand on the project, its purchase order and its budget, in money and in hours, shared by their lines."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

METHODS = import_module("billing.migrations.0012_methods")
EXPENSES = import_module("billing.migrations.0016_expenses")
ALLOWANCES = import_module("billing.migrations.0022_allowances")

# Of the lines that are checked those whose cap is shared and hard.
GROUPS = """(project.id, agreed.cap_scope) IN (
            SELECT project_id, cap_scope FROM projects_contractline
            WHERE id = ANY (checked) AND cap_scope IN ('PO', 'PROJECT') AND excess <> 'SOFT'
        )"""


def shared(text: str) -> str:
    """The function that holds fees and caps, with both caps of the project."""
    for old, new in (
        ("cap_scope = 'PO' AND project_id IN", "cap_scope IN ('PO', 'PROJECT') AND project_id IN"),
        (
            "id = ANY (checked) AND cap_scope = 'PO'\n",
            "id = ANY (checked) AND cap_scope IN ('PO', 'PROJECT')\n",
        ),
        (
            "id = ANY (checked) AND cap_scope = 'PO' AND excess <> 'SOFT'",
            "id = ANY (checked) AND cap_scope IN ('PO', 'PROJECT') AND excess <> 'SOFT'",
        ),
        ("AND agreed.cap_scope = 'PO'\n", "AND agreed.cap_scope IN ('PO', 'PROJECT')\n"),
        ("project.id IN (SELECT project_id FROM projects_contractline WHERE id = ANY (checked))", GROUPS),
        ("GROUP BY project.id\n", "GROUP BY project.id, agreed.cap_scope\n"),
        (
            "> project.po_amount",
            "> CASE agreed.cap_scope WHEN 'PO' THEN project.po_amount ELSE project.budget_fee_amount END",
        ),
    ):
        if old not in text:
            raise ValueError(f"the function has no {old!r}")
        text = text.replace(old, new)
    return text


AGREED = shared(EXPENSES.AGREED)

HOURS = EXPENSES.functions_of(ALLOWANCES.HOURS, "billing_check_minutes", "billing_check_billed_minutes")
OLD_HOURS = HOURS
HOURS = HOURS.replace(
    "PERFORM 1 FROM projects_contractline WHERE id = ANY (checked) ORDER BY id FOR NO KEY UPDATE;",
    """PERFORM 1 FROM projects_contractline
    WHERE id = ANY (checked) OR cap_scope IN ('PO', 'PROJECT') AND project_id IN (
        SELECT project_id FROM projects_contractline WHERE id = ANY (checked) AND cap_scope IN ('PO', 'PROJECT')
    )
    ORDER BY id FOR NO KEY UPDATE;""",
).replace(
    """    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'more hours""",
    f"""    LIMIT 1;
    IF NOT FOUND THEN
        SELECT project.id INTO wrong
        FROM projects_project project
        JOIN projects_contractline agreed ON agreed.project_id = project.id
        JOIN billing_invoiceline line ON line.contract_line_id = agreed.id AND line.work_key NOT LIKE 'above%'
        JOIN billing_billedtime billed ON billed.line_id = line.id AND billed.is_live
        WHERE {GROUPS}
        GROUP BY project.id, agreed.cap_scope
        HAVING sum(billed.minutes - billed.released_minutes)
            > CASE agreed.cap_scope WHEN 'PO' THEN project.po_minutes ELSE project.budget_minutes END
        LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'more hours""",
).replace(
    "(cap_scope = 'LINE' AND cap_minutes IS NOT NULL OR cap_scope = 'TASK')",
    "(cap_scope = 'LINE' AND cap_minutes IS NOT NULL OR cap_scope IN ('TASK', 'PO', 'PROJECT'))",
)  # fmt: skip

ORDERS = """
DROP TRIGGER billing_project_order ON projects_project;
CREATE OR REPLACE FUNCTION billing_check_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    scope text;
    checked bigint[];
    word text;
BEGIN
    FOREACH scope IN ARRAY ARRAY['PO', 'PROJECT'] LOOP
        SELECT array_agg(id) INTO checked FROM projects_contractline
        WHERE project_id = NEW.id AND cap_scope = scope AND excess <> 'SOFT';
        CONTINUE WHEN checked IS NULL;
        word := CASE scope WHEN 'PO' THEN 'billing_order' ELSE 'billing_budget' END;
        BEGIN
            PERFORM billing_check_agreed(checked);
        EXCEPTION WHEN check_violation THEN
            RAISE EXCEPTION 'more than that is billed under the % of project %', scope, NEW.id
                USING ERRCODE = '23514', CONSTRAINT = word || '_is_billed', TABLE = TG_TABLE_NAME;
        END;
        BEGIN
            PERFORM billing_check_minutes(checked);
        EXCEPTION WHEN check_violation THEN
            RAISE EXCEPTION 'more hours than that are billed under the % of project %', scope, NEW.id
                USING ERRCODE = '23514', CONSTRAINT = word || '_hours_billed', TABLE = TG_TABLE_NAME;
        END;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_project_order
    AFTER UPDATE OF po_amount, po_minutes, budget_fee_amount, budget_minutes ON projects_project
    FOR EACH ROW WHEN (
        NEW.po_amount IS DISTINCT FROM OLD.po_amount OR NEW.po_minutes IS DISTINCT FROM OLD.po_minutes
        OR NEW.budget_fee_amount IS DISTINCT FROM OLD.budget_fee_amount
        OR NEW.budget_minutes IS DISTINCT FROM OLD.budget_minutes
    ) EXECUTE FUNCTION billing_check_order();
"""
OLD_ORDERS = "DROP TRIGGER billing_project_order ON projects_project;\n" + ALLOWANCES.ORDERS.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("billing", "0027_shared_periods"),
        ("projects", "0016_shared_caps"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(AGREED, reverse_sql=EXPENSES.AGREED),
        migrations.RunSQL(HOURS, reverse_sql=OLD_HOURS),
        migrations.RunSQL(ORDERS, reverse_sql=OLD_ORDERS),
    ]
