"""The books balance, never change, and stay closed: what the database refuses."""

from django.db import migrations

from core.triggers import append_only, audited

# All lines of an entry come in one statement and balance at its end, so nothing can be added to an entry later.
BALANCES = """
CREATE FUNCTION ledger_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT line.entry_id, sum(line.debit_amount) AS debit, sum(line.credit_amount) AS credit, count(*) AS number
    INTO wrong
    FROM ledger_journalline line
    WHERE line.entry_id IN (SELECT entry_id FROM new_rows)
    GROUP BY line.entry_id
    HAVING sum(line.debit_amount) <> sum(line.credit_amount) OR count(*) < 2
    ORDER BY line.entry_id
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal entry % has debit % and credit % on % lines',
                wrong.entry_id, wrong.debit, wrong.credit, wrong.number
            USING ERRCODE = '23514', CONSTRAINT = 'ledger_entry_balances', TABLE = TG_TABLE_NAME;
    END IF;
    SELECT line.entry_id INTO wrong
    FROM ledger_journalline line
    WHERE line.entry_id IN (SELECT entry_id FROM new_rows) AND line.id NOT IN (SELECT id FROM new_rows)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal entry % is posted', wrong.entry_id
            USING ERRCODE = '23514', CONSTRAINT = 'ledger_entry_is_final', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_journalline_balance AFTER INSERT ON ledger_journalline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_balance();
"""
NO_BALANCES = """
DROP TRIGGER ledger_journalline_balance ON ledger_journalline;
DROP FUNCTION ledger_check_balance();
"""

# An entry without lines is noticed when the transaction commits. By then another firm's schema may be selected, so the
# table is named with its schema.
HAS_LINES = """
CREATE FUNCTION ledger_check_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    has_lines boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.ledger_journalline WHERE entry_id = $1)', TG_TABLE_SCHEMA)
        INTO has_lines USING NEW.id;
    IF NOT has_lines THEN
        RAISE EXCEPTION 'journal entry % has no lines', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'ledger_entry_has_lines', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER ledger_journalentry_has_lines AFTER INSERT ON ledger_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_lines();
"""
NO_HAS_LINES = """
DROP TRIGGER ledger_journalentry_has_lines ON ledger_journalentry;
DROP FUNCTION ledger_check_lines();
"""

# The shared lock makes whoever closes the books wait for entries under way, and entries for the closing.
CLOSED = """
CREATE FUNCTION ledger_check_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed date;
BEGIN
    SELECT closed_through INTO closed FROM ledger_ledgerrules WHERE id = 1 FOR SHARE;
    IF EXISTS (SELECT 1 FROM new_rows WHERE posted_on <= closed) THEN
        RAISE EXCEPTION 'the books are closed through %', closed
            USING ERRCODE = '23514', CONSTRAINT = 'ledger_books_are_closed', TABLE = TG_TABLE_NAME,
                DETAIL = closed::text;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_journalentry_closed AFTER INSERT ON ledger_journalentry
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_closed();
"""
NO_CLOSED = """
DROP TRIGGER ledger_journalentry_closed ON ledger_journalentry;
DROP FUNCTION ledger_check_closed();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_first_rows"), ("core", "0002_triggers")]
    operations = [
        migrations.RunSQL(BALANCES, reverse_sql=NO_BALANCES),
        migrations.RunSQL(HAS_LINES, reverse_sql=NO_HAS_LINES),
        migrations.RunSQL(CLOSED, reverse_sql=NO_CLOSED),
        append_only("ledger_journalentry"),
        append_only("ledger_journalline"),
        audited("ledger_account"),
        audited("ledger_ledgerrules"),
    ]
