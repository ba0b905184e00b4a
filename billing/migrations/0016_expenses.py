"""Expenses on invoices: none is billed twice or beyond its price, what a client was billed stays as it is, and what was
agreed about expenses holds.

Locks as for time: whoever changes an expense locks it first and then the invoice that bills it; whoever bills expenses
locks them in the order of their ids.
"""

from importlib import import_module
from typing import ClassVar

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from core.triggers import audited

ISSUED = import_module("billing.migrations.0005_issued_invoices")
CREDITS = import_module("billing.migrations.0011_credit_memos")
METHODS = import_module("billing.migrations.0012_methods")

# What a bill is made of, and what a client has read of it on an issued invoice.
BILL_COLUMNS = (
    "code_id, project_id, task_id, spent_on, billable_amount, billable_currency, is_billable, state".split(
        ", "
    )
)
READ_COLUMNS = [*BILL_COLUMNS, "vendor", "note", "report_id"]


def differ(columns: list[str]) -> str:
    """The SQL condition that one of the columns is not what it was."""
    new, old = (", ".join(f"{rows}.{column}" for column in columns) for rows in ("new_rows", "old_rows"))
    return f"({new}) IS DISTINCT FROM ({old})"


# A line that reverses another is below zero, and so is what is billed of it.
BEYOND = """sum(billed.amount - billed.released_amount) > greatest(coalesce(expense.billable_amount, 0), 0)
        OR sum(billed.amount - billed.released_amount) < least(coalesce(expense.billable_amount, 0), 0)"""

BILLED = f"""
CREATE FUNCTION billing_check_billed_expense() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    -- The lock first; the comparison after it is a new statement and sees what others committed meanwhile.
    PERFORM 1 FROM timesheets_expense
    WHERE id IN (SELECT expense_id FROM new_rows WHERE is_live) ORDER BY id FOR NO KEY UPDATE;

    IF TG_OP = 'INSERT' THEN
        SELECT expense.id INTO wrong
        FROM new_rows JOIN timesheets_expense expense ON expense.id = new_rows.expense_id
        WHERE new_rows.is_live AND (expense.state <> 'APPROVED' OR NOT expense.is_billable)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'expense % is not approved and billable', wrong.id
                USING ERRCODE = '23514', CONSTRAINT = 'billing_expense_is_approved', TABLE = TG_TABLE_NAME;
        END IF;
    END IF;

    SELECT expense.id INTO wrong
    FROM timesheets_expense expense JOIN billing_billedexpense billed ON billed.expense_id = expense.id AND billed.is_live
    WHERE expense.id IN (SELECT expense_id FROM new_rows WHERE is_live)
    GROUP BY expense.id, expense.billable_amount
    HAVING {BEYOND}
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'more than the price of expense % would be billed', wrong.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_expense_within_price', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_billedexpense_within_insert AFTER INSERT ON billing_billedexpense
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_billed_expense();
CREATE TRIGGER billing_billedexpense_within_update AFTER UPDATE ON billing_billedexpense
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_billed_expense();
"""
NO_BILLED = """
DROP TRIGGER billing_billedexpense_within_insert ON billing_billedexpense;
DROP TRIGGER billing_billedexpense_within_update ON billing_billedexpense;
DROP FUNCTION billing_check_billed_expense();
"""

# One on an issued invoice is refused; one on a draft marks it stale. A price below what a draft has of it releases the
# draft's row, so that what is live never exceeds the price.
CHANGED = f"""
CREATE FUNCTION billing_check_expense() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint[];
    rebilled bigint[];
    found_number text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT array_agg(id), array_agg(id) INTO changed, rebilled FROM old_rows;
    ELSE
        SELECT array_agg(new_rows.id), array_agg(new_rows.id) FILTER (WHERE {differ(BILL_COLUMNS)})
        INTO changed, rebilled
        FROM new_rows JOIN old_rows ON old_rows.id = new_rows.id
        WHERE {differ(READ_COLUMNS)};
    END IF;
    -- Of a deleted expense the rows that are not live count too: a void invoice still shows it.
    IF changed IS NULL OR NOT EXISTS (
        SELECT 1 FROM billing_billedexpense WHERE expense_id = ANY (changed) AND (is_live OR TG_OP = 'DELETE')
    ) THEN
        RETURN NULL;
    END IF;

    PERFORM 1 FROM billing_invoice WHERE id IN (
        SELECT line.invoice_id
        FROM billing_billedexpense billed JOIN billing_invoiceline line ON line.id = billed.line_id
        WHERE billed.expense_id = ANY (changed) AND (billed.is_live OR TG_OP = 'DELETE')
    ) ORDER BY id FOR NO KEY UPDATE;

    SELECT invoice.number INTO found_number
    FROM billing_billedexpense billed
    JOIN billing_invoiceline line ON line.id = billed.line_id
    JOIN billing_invoice invoice ON invoice.id = line.invoice_id
    WHERE billed.expense_id = ANY (changed) AND (billed.is_live OR TG_OP = 'DELETE') AND invoice.state <> 'DRAFT'
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'expense is on invoice %', found_number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_expense_is_billed', TABLE = TG_TABLE_NAME,
                DETAIL = found_number;
    END IF;

    UPDATE billing_invoice SET is_stale = true
    WHERE NOT is_stale AND state = 'DRAFT' AND id IN (
        SELECT line.invoice_id
        FROM billing_billedexpense billed JOIN billing_invoiceline line ON line.id = billed.line_id
        WHERE billed.expense_id = ANY (rebilled) AND (billed.is_live OR TG_OP = 'DELETE')
    );
    IF TG_OP = 'DELETE' THEN
        DELETE FROM billing_billedexpense WHERE expense_id = ANY (changed);
        RETURN NULL;
    END IF;
    UPDATE billing_billedexpense SET is_live = false
    WHERE is_live AND expense_id IN (
        SELECT expense.id
        FROM timesheets_expense expense
        JOIN billing_billedexpense billed ON billed.expense_id = expense.id AND billed.is_live
        WHERE expense.id = ANY (rebilled)
        GROUP BY expense.id, expense.billable_amount
        HAVING {BEYOND}
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_expense_changed AFTER UPDATE ON timesheets_expense
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION billing_check_expense();
CREATE TRIGGER billing_expense_deleted AFTER DELETE ON timesheets_expense
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_expense();
"""
NO_CHANGED = """
DROP TRIGGER billing_expense_changed ON timesheets_expense;
DROP TRIGGER billing_expense_deleted ON timesheets_expense;
DROP FUNCTION billing_check_expense();
"""

# Lines of expenses add up to what they bill, as lines of work do.
SUMS = """
CREATE FUNCTION billing_check_expense_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM billing_invoiceline line LEFT JOIN billing_billedexpense billed ON billed.line_id = line.id
        WHERE line.invoice_id = NEW.id AND line.expense_code_id IS NOT NULL
        GROUP BY line.id, line.computed_amount
        HAVING coalesce(sum(billed.billed_amount) FILTER (WHERE billed.is_live), 0) <> line.computed_amount
    ) THEN
        RAISE EXCEPTION 'the lines of invoice % do not add up', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_lines_add_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER billing_invoice_expenses_add_up BEFORE UPDATE OF state ON billing_invoice
    FOR EACH ROW WHEN (OLD.state = 'DRAFT' AND NEW.state = 'ISSUED') EXECUTE FUNCTION billing_check_expense_sums();
"""
NO_SUMS = """
DROP TRIGGER billing_invoice_expenses_add_up ON billing_invoice;
DROP FUNCTION billing_check_expense_sums();
"""

# What is billed on an issued invoice stays; credit memos release parts of it, voiding the rest.
FROZEN = (
    CREDITS.RELEASED.replace("CREATE OR REPLACE FUNCTION", "CREATE FUNCTION")
    .replace("billing_check_billed_parts", "billing_check_billed_expense_parts")
    .replace("released_minutes", "released_amount")
    .replace("billing_creditedtime", "billing_creditedexpense")
    .replace("given.minutes", "given.amount")
    .replace("(new_rows.released_amount < new_rows.minutes)", "(new_rows.released_amount <> new_rows.amount)")
)
NO_FROZEN = "DROP FUNCTION billing_check_billed_expense_parts();"

# The draft credit memo is locked first, so that nothing slips in while it is being issued.
CREDIT_PARTS = """
CREATE FUNCTION billing_check_credited_expense_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines bigint[];
    found_number text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT credit_line_id) INTO lines FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT credit_line_id) INTO lines FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT part.credit_line_id) INTO lines
        FROM (SELECT credit_line_id FROM old_rows UNION ALL SELECT credit_line_id FROM new_rows) part;
    END IF;
    PERFORM 1 FROM billing_creditmemo
    WHERE id IN (SELECT credit_id FROM billing_creditline WHERE id = ANY (lines)) ORDER BY id FOR NO KEY UPDATE;
    SELECT credit.number INTO found_number
    FROM billing_creditline part JOIN billing_creditmemo credit ON credit.id = part.credit_id
    WHERE part.id = ANY (lines) AND credit.state <> 'DRAFT' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'credit memo % is issued', found_number
            USING ERRCODE = '23514', CONSTRAINT = 'billing_credit_never_changes', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
"""
NO_CREDIT_PARTS = "DROP FUNCTION billing_check_credited_expense_parts();"

# The invoice is locked first: two people who credit the same line wait for each other, and the second is refused.
CREDITED = """
CREATE FUNCTION billing_check_credited_expense() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM billing_invoice WHERE id IN (
        SELECT line.invoice_id
        FROM new_rows JOIN billing_billedexpense billed ON billed.id = new_rows.billed_id
        JOIN billing_invoiceline line ON line.id = billed.line_id
    ) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1
        FROM billing_billedexpense billed
        JOIN billing_creditedexpense given ON given.billed_id = billed.id
        JOIN billing_creditline part ON part.id = given.credit_line_id
        JOIN billing_creditmemo credit ON credit.id = part.credit_id AND credit.state <> 'VOID'
        WHERE billed.id IN (SELECT billed_id FROM new_rows)
        GROUP BY billed.id, billed.amount, billed.line_id
        HAVING sum(given.amount) > greatest(billed.amount, 0) OR sum(given.amount) < least(billed.amount, 0)
            OR bool_or(part.line_id IS DISTINCT FROM billed.line_id)
    ) THEN
        RAISE EXCEPTION 'more is credited than was billed'
            USING ERRCODE = '23514', CONSTRAINT = 'billing_credited_within_billed', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_creditedexpense_within_insert AFTER INSERT ON billing_creditedexpense
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_credited_expense();
CREATE TRIGGER billing_creditedexpense_within_update AFTER UPDATE ON billing_creditedexpense
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_credited_expense();
"""
NO_CREDITED = """
DROP TRIGGER billing_creditedexpense_within_insert ON billing_creditedexpense;
DROP TRIGGER billing_creditedexpense_within_update ON billing_creditedexpense;
DROP FUNCTION billing_check_credited_expense();
"""

# Expenses count against a fee never, against a cap of the fees where that was agreed.
FEES_ALONE = "AND line.expense_code_id IS NULL"
WITHIN_CAP = "AND (line.expense_code_id IS NULL OR agreed.expense_method = 'WITHIN_CAP')"


def agreed_about_expenses(text: str) -> str:
    """The functions that hold fees and caps, with what is agreed about expenses."""
    text = text.replace(
        "WHERE agreed.id = ANY (checked) AND agreed.method = 'FIXED_FEE'",
        f"WHERE agreed.id = ANY (checked) AND agreed.method = 'FIXED_FEE' {FEES_ALONE}",
    )
    text = text.replace(
        "AND agreed.cap_scope IN ('LINE', 'TASK') AND agreed.excess <> 'SOFT'",
        f"AND agreed.cap_scope IN ('LINE', 'TASK') AND agreed.excess <> 'SOFT' {WITHIN_CAP}",
    )
    return text.replace(
        "WHERE project.id IN (SELECT project_id FROM projects_contractline WHERE id = ANY (checked))",
        "WHERE project.id IN (SELECT project_id FROM projects_contractline WHERE id = ANY (checked))\n"
        f"            {WITHIN_CAP}",
    )


def functions_of(text: str, *names: str) -> str:
    """Those functions of a migration's SQL, to be put in the place of the ones that are there."""
    found = ""
    for name in names:
        start = text.index(f"CREATE FUNCTION {name}(")
        end = text.index("$$;", text.index("$$", start) + 2) + 3
        found += text[start:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") + "\n"
    return found


AGREED = functions_of(agreed_about_expenses(METHODS.AGREED), "billing_check_agreed")
OLD_AGREED = functions_of(METHODS.AGREED, "billing_check_agreed")

# A cap of expenses alone. A soft one only warns.
CAPPED = """
CREATE FUNCTION billing_check_expense_cap(checked bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM 1 FROM projects_contractline WHERE id = ANY (checked) ORDER BY id FOR NO KEY UPDATE;
    SELECT agreed.id INTO wrong
    FROM projects_contractline agreed
    JOIN billing_invoiceline line ON line.contract_line_id = agreed.id AND line.expense_code_id IS NOT NULL
    JOIN billing_invoice invoice ON invoice.id = line.invoice_id AND invoice.state <> 'VOID'
    LEFT JOIN LATERAL (
        SELECT sum(gone.amount) AS amount
        FROM billing_creditline gone JOIN billing_creditmemo credit ON credit.id = gone.credit_id
        WHERE gone.line_id = line.id AND gone.returns_work AND credit.state = 'ISSUED'
    ) credited ON true
    WHERE agreed.id = ANY (checked) AND agreed.expense_method = 'CAPPED' AND agreed.expense_excess <> 'SOFT'
    GROUP BY agreed.id
    HAVING sum(line.amount - coalesce(credited.amount, 0)) > agreed.expense_cap_amount
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'more than the cap of expenses would be billed on %', wrong.id
            USING ERRCODE = '23514', CONSTRAINT = 'billing_within_expense_cap', TABLE = 'billing_invoiceline';
    END IF;
END
$$;
CREATE FUNCTION billing_check_line_expense_cap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint[];
BEGIN
    SELECT array_agg(DISTINCT agreed.id) INTO checked
    FROM new_rows JOIN projects_contractline agreed ON agreed.id = new_rows.contract_line_id
    WHERE new_rows.expense_code_id IS NOT NULL AND agreed.expense_method = 'CAPPED' AND agreed.expense_excess <> 'SOFT';
    IF checked IS NOT NULL THEN
        PERFORM billing_check_expense_cap(checked);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_invoiceline_expense_cap_insert AFTER INSERT ON billing_invoiceline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_line_expense_cap();
CREATE TRIGGER billing_invoiceline_expense_cap_update AFTER UPDATE ON billing_invoiceline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_check_line_expense_cap();

-- The other side: a cap is not lowered below what is billed, and the fees' cap holds when expenses come under it.
CREATE FUNCTION billing_check_expense_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.expense_method, OLD.expense_cap_amount, OLD.expense_excess)
        IS NOT DISTINCT FROM (NEW.expense_method, NEW.expense_cap_amount, NEW.expense_excess)
    THEN
        RETURN NULL;
    END IF;
    PERFORM billing_check_agreed(ARRAY[NEW.id]);
    PERFORM billing_check_expense_cap(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER billing_contractline_expenses_changed
    AFTER UPDATE OF expense_method, expense_cap_amount, expense_excess ON projects_contractline
    FOR EACH ROW EXECUTE FUNCTION billing_check_expense_terms();
"""
NO_CAPPED = """
DROP TRIGGER billing_contractline_expenses_changed ON projects_contractline;
DROP FUNCTION billing_check_expense_terms();
DROP TRIGGER billing_invoiceline_expense_cap_insert ON billing_invoiceline;
DROP TRIGGER billing_invoiceline_expense_cap_update ON billing_invoiceline;
DROP FUNCTION billing_check_line_expense_cap();
DROP FUNCTION billing_check_expense_cap(bigint[]);
"""

KEY = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
CASCADE, PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT
NOTHING = django.db.models.deletion.DO_NOTHING


def amount(**options: object) -> models.DecimalField:
    return models.DecimalField(decimal_places=4, max_digits=16, **options)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("billing", "0015_schedule_fees"),
        ("projects", "0011_expense_terms"),
        ("timesheets", "0017_billed_expenses"),
        ("core", "0002_triggers"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            "invoice", "shows_receipts", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "invoiceline",
            "expense_code",
            models.ForeignKey(
                blank=True, null=True, on_delete=PROTECT, related_name="+", to="timesheets.expensecode"
            ),
        ),
        migrations.CreateModel(
            "BilledExpense",
            [
                ("id", KEY),
                ("amount", amount()),
                ("billed_amount", amount()),
                ("is_live", models.BooleanField(default=True)),
                ("released_amount", amount(db_default=0, default=0)),
                (
                    "expense",
                    models.ForeignKey(on_delete=NOTHING, related_name="billed", to="timesheets.expense"),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=CASCADE, related_name="billed_expenses", to="billing.invoiceline"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_live", True)),
                        fields=["expense"],
                        name="billing_live_by_expense",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("expense", "line"), name="billing_expense_once_on_line"),
                    models.CheckConstraint(
                        condition=~models.Q(amount=0), name="billing_billed_expense_not_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(billed_amount=models.F("amount")) | models.Q(billed_amount=0),
                        name="billing_expense_billed_or_included",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(released_amount=0)
                        | models.Q(
                            amount__gt=0, released_amount__gt=0, released_amount__lte=models.F("amount")
                        )
                        | models.Q(
                            amount__lt=0, released_amount__lt=0, released_amount__gte=models.F("amount")
                        ),
                        name="billing_expense_released_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(is_live=False) | ~models.Q(released_amount=models.F("amount")),
                        name="billing_released_expense_is_not_live",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "HeldExpense",
            [
                ("id", KEY),
                ("reason", models.CharField(max_length=200)),
                ("by_name", models.CharField(blank=True, max_length=160)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "expense",
                    models.OneToOneField(on_delete=CASCADE, related_name="held", to="timesheets.expense"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=~models.Q(reason=""), name="billing_hold_has_reason")
                ],
            },
        ),
        migrations.CreateModel(
            "CreditedExpense",
            [
                ("id", KEY),
                ("amount", amount()),
                (
                    "billed",
                    models.ForeignKey(on_delete=PROTECT, related_name="credited", to="billing.billedexpense"),
                ),
                (
                    "credit_line",
                    models.ForeignKey(
                        on_delete=CASCADE, related_name="credited_expenses", to="billing.creditline"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("credit_line", "billed"), name="billing_credited_expense_once"
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(amount=0), name="billing_credited_expense_not_zero"
                    ),
                ],
            },
        ),
        migrations.RunSQL(BILLED, reverse_sql=NO_BILLED),
        migrations.RunSQL(CHANGED, reverse_sql=NO_CHANGED),
        migrations.RunSQL(SUMS, reverse_sql=NO_SUMS),
        migrations.RunSQL(FROZEN, reverse_sql=NO_FROZEN),
        ISSUED.frozen("billing_billedexpense", "billing_check_billed_expense_parts"),
        migrations.RunSQL(CREDIT_PARTS, reverse_sql=NO_CREDIT_PARTS),
        ISSUED.frozen("billing_creditedexpense", "billing_check_credited_expense_parts"),
        migrations.RunSQL(CREDITED, reverse_sql=NO_CREDITED),
        migrations.RunSQL(AGREED, reverse_sql=OLD_AGREED),
        migrations.RunSQL(CAPPED, reverse_sql=NO_CAPPED),
        ISSUED.kept("billing_billedexpense"),
        ISSUED.kept("billing_creditedexpense"),
        audited("billing_heldexpense"),
    ]
