"""A legal entity keeps its currency once something of it is in the books: rates and differences are counted in it."""

from typing import ClassVar

from django.db import migrations

STAYS = """
CREATE FUNCTION ledger_check_base_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ledger_journalentry WHERE entity_id = OLD.id) THEN
        RAISE EXCEPTION 'the currency of the books stays' USING
            ERRCODE = '23514', CONSTRAINT = 'ledger_base_currency_stays', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_base_currency_stays BEFORE UPDATE OF currency ON people_legalentity
    FOR EACH ROW WHEN (OLD.currency <> NEW.currency) EXECUTE FUNCTION ledger_check_base_currency();
"""
MAY_CHANGE = """
DROP TRIGGER ledger_base_currency_stays ON people_legalentity;
DROP FUNCTION ledger_check_base_currency();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0010_exchange")]
    operations: ClassVar = [migrations.RunSQL(STAYS, MAY_CHANGE)]
