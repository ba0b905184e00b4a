"""Firms of more than one legal entity: one currency for all, a name each, and a default that is always active."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models.functions import Lower

# The default's row is locked first: two open transactions could otherwise each see only their own currency.
SHARED = """
CREATE FUNCTION people_check_entity_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM people_legalentity WHERE is_default FOR NO KEY UPDATE;
    IF (SELECT count(DISTINCT currency) FROM people_legalentity) > 1 THEN
        RAISE EXCEPTION 'legal entities of a firm have one currency' USING
            ERRCODE = '23514', CONSTRAINT = 'people_entities_share_a_currency', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER people_legalentity_currency AFTER INSERT OR UPDATE OF currency ON people_legalentity
    FOR EACH STATEMENT EXECUTE FUNCTION people_check_entity_currency();
"""
NOT_SHARED = """
DROP TRIGGER people_legalentity_currency ON people_legalentity;
DROP FUNCTION people_check_entity_currency();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("people", "0010_document_design")]
    operations: ClassVar = [
        migrations.AlterModelOptions("legalentity", {"verbose_name_plural": "legal entities"}),
        migrations.AddField("legalentity", "is_active", models.BooleanField(default=True, db_default=True)),
        migrations.AddConstraint(
            "legalentity", models.UniqueConstraint(Lower("name"), name="people_entity_name_once")
        ),
        migrations.AddConstraint(
            "legalentity",
            models.CheckConstraint(
                condition=models.Q(("is_default", False), ("is_active", True), _connector="OR"),
                name="people_default_entity_is_active",
            ),
        ),
        migrations.RunSQL(SHARED, NOT_SHARED),
    ]
