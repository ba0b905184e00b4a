"""The client of a journal line follows a merge of clients; nothing else of it ever changes."""

from typing import ClassVar

from django.db import migrations

FOLLOWS = """
DROP TRIGGER ledger_journalline_append_only ON ledger_journalline;
CREATE TRIGGER ledger_journalline_append_only BEFORE UPDATE ON ledger_journalline FOR EACH ROW
    WHEN (OLD.client_id IS NOT DISTINCT FROM NEW.client_id
        OR NOT clients_moves('ledger_journalline', to_jsonb(OLD), to_jsonb(NEW)))
    EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER ledger_journalline_no_delete BEFORE DELETE ON ledger_journalline
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
STAYS = """
DROP TRIGGER ledger_journalline_no_delete ON ledger_journalline;
DROP TRIGGER ledger_journalline_append_only ON ledger_journalline;
CREATE TRIGGER ledger_journalline_append_only BEFORE UPDATE OR DELETE ON ledger_journalline
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0007_expense_income"), ("clients", "0006_merging")]
    operations: ClassVar = [migrations.RunSQL(FOLLOWS, STAYS)]
