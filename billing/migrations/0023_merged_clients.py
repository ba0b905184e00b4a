"""Whose an issued document or a received payment is follows a merge of clients; nothing else of it ever changes."""

from typing import ClassVar

from django.db import migrations

# Each table with the trigger that keeps its rows as they are, and the function behind it.
KEPT = [
    ("billing_invoice", "billing_invoice_issued", "billing_check_invoice"),
    ("billing_creditmemo", "billing_creditmemo_issued", "billing_check_credit"),
    ("billing_payment", "billing_payment_received", "billing_check_received"),
    ("billing_refund", "billing_refund_kept", "billing_check_settlement"),
]
# What nobody may add for a client that was merged into another.
ADDED = ["invoice", "creditmemo", "payment", "refund", "retainer"]


def follows(table: str, trigger: str, function: str) -> str:
    return f"""
    DROP TRIGGER {trigger} ON {table};
    CREATE TRIGGER {trigger} BEFORE UPDATE ON {table} FOR EACH ROW
        WHEN (OLD.client_id = NEW.client_id OR NOT clients_moves('{table}', to_jsonb(OLD), to_jsonb(NEW)))
        EXECUTE FUNCTION {function}();
    CREATE TRIGGER {trigger}_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();
    """


def stays(table: str, trigger: str, function: str) -> str:
    return f"""
    DROP TRIGGER {trigger}_delete ON {table};
    DROP TRIGGER {trigger} ON {table};
    CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();
    """


class Migration(migrations.Migration):
    dependencies: ClassVar = [("billing", "0022_allowances"), ("clients", "0006_merging")]
    operations: ClassVar = [
        *(migrations.RunSQL(follows(*kept), stays(*kept)) for kept in KEPT),
        *(
            migrations.RunSQL(
                f"""
                CREATE TRIGGER billing_{name}_not_merged BEFORE INSERT ON billing_{name}
                    FOR EACH ROW EXECUTE FUNCTION clients_refuse_merged();
                """,
                f"DROP TRIGGER billing_{name}_not_merged ON billing_{name}",
            )
            for name in ADDED
        ),
    ]
