"""Which legal entity bills a client. One that active clients name stays active."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

# FOR SHARE waits for whoever deactivates the entity in this moment, and the other way round.
CHOSEN = """
CREATE FUNCTION clients_check_entity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM people_legalentity WHERE id = NEW.legal_entity_id AND is_active FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the legal entity of an active client is active' USING
            ERRCODE = '23514', CONSTRAINT = 'clients_entity_is_active', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_client_entity BEFORE INSERT OR UPDATE OF legal_entity_id, is_active ON clients_client
    FOR EACH ROW WHEN (NEW.legal_entity_id IS NOT NULL AND NEW.is_active) EXECUTE FUNCTION clients_check_entity();

CREATE FUNCTION clients_check_entity_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM clients_client WHERE legal_entity_id = OLD.id AND is_active) THEN
        RAISE EXCEPTION 'active clients are billed by it' USING
            ERRCODE = '23514', CONSTRAINT = 'clients_entity_is_used', TABLE = TG_TABLE_NAME,
            DETAIL = (SELECT min(name) FROM clients_client WHERE legal_entity_id = OLD.id AND is_active);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_entity_ends BEFORE UPDATE OF is_active ON people_legalentity
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION clients_check_entity_end();
"""
NOT_CHOSEN = """
DROP TRIGGER clients_entity_ends ON people_legalentity;
DROP FUNCTION clients_check_entity_end();
DROP TRIGGER clients_client_entity ON clients_client;
DROP FUNCTION clients_check_entity();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("clients", "0008_reminders"), ("people", "0011_legal_entities")]
    operations: ClassVar = [
        migrations.AddField(
            "client",
            "legal_entity",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="clients",
                to="people.legalentity",
            ),
        ),
        migrations.RunSQL(CHOSEN, NOT_CHOSEN),
    ]
