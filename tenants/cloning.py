"""Schemas of firms: a blueprint that migrations reach, and clones of it for new firms.

Cloning takes some tenths of a second where migrating takes many seconds. The clone replaces the blueprint's name as
plain text inside definitions, hence a name that occurs in no table, trigger or function.
"""

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django_tenants.clone import CloneSchema
from django_tenants.utils import schema_exists

from tenants.migrating import migrate_firms
from tenants.models import Domain, Firm

BLUEPRINT = "zz_blueprint"

# LIKE ... INCLUDING ALL, with which the clone makes its tables, names unique constraints anew. Migrations and the
# words for refusals know them by their own names, so those are given back.
RENAMED = """
SELECT format(
    'ALTER TABLE %%I.%%I RENAME CONSTRAINT %%I TO %%I', copies.nspname, copy_table.relname, copy.conname, own.conname
)
FROM pg_constraint own
JOIN pg_class own_table ON own_table.oid = own.conrelid
JOIN pg_namespace source ON source.oid = own_table.relnamespace AND source.nspname = %s
JOIN pg_namespace copies ON copies.nspname = %s
JOIN pg_class copy_table ON copy_table.relnamespace = copies.oid AND copy_table.relname = own_table.relname
JOIN pg_constraint copy ON copy.conrelid = copy_table.oid AND copy.contype = own.contype
    AND pg_get_constraintdef(copy.oid) = pg_get_constraintdef(own.oid)
WHERE own.contype = 'u' AND copy.conname <> own.conname
"""


class FirmsAreBehind(Exception):
    """Some firms could not be migrated; the message names them with their errors."""


def prepare_public() -> None:
    """Brings the public schema up to date, with the rows of the root host and of the blueprint. Safe to repeat."""
    # Of the firms' apps nothing stands there; going through their migrations to find that out takes half a minute.
    call_command("migrate_schemas", "tenants", shared=True, interactive=False, verbosity=0)
    connection.set_schema_to_public()
    root, _ = Firm.objects.get_or_create(schema_name="public", defaults={"name": "Root", "slug": "www"})
    Domain.objects.get_or_create(domain=settings.BASE_DOMAIN, defaults={"tenant": root})
    Firm.objects.get_or_create(
        schema_name=BLUEPRINT,
        defaults={"name": "Blueprint", "slug": BLUEPRINT.replace("_", "-"), "is_blueprint": True},
    )
    if not schema_exists(BLUEPRINT):
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA "{BLUEPRINT}"')


def prepare_installation(*, jobs: int = 1) -> None:
    """Brings the public schema, the root host, the blueprint and all firms up to date. Safe to repeat.

    Raises FirmsAreBehind when a firm could not be migrated; all others are.
    """
    prepare_public()
    outcomes = migrate_firms(jobs=jobs, tell=lambda outcome: None)
    behind = [f"{outcome.schema}: {outcome.error}" for outcome in outcomes if outcome.error]
    if behind:
        raise FirmsAreBehind("; ".join(behind))


def clone_blueprint(schema_name: str) -> None:
    """Makes `schema_name` a copy of the blueprint, its first rows included. Leaves the public schema selected."""
    connection.set_schema_to_public()
    CloneSchema().clone_schema(BLUEPRINT, schema_name, "DATA")
    with connection.cursor() as cursor:
        cursor.execute(RENAMED, [BLUEPRINT, schema_name])
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
    connection.set_schema_to_public()


@transaction.atomic
def create_firm(*, name: str, slug: str) -> Firm:
    """A firm with its host and schema. Raises IntegrityError if the slug or host is taken."""
    connection.set_schema_to_public()
    firm = Firm(name=name, slug=slug, schema_name=f"firm_{slug.replace('-', '_')}")
    firm.save()
    Domain.objects.create(domain=f"{slug}.{settings.BASE_DOMAIN}", tenant=firm)
    clone_blueprint(firm.schema_name)
    return firm


@transaction.atomic
def drop_firm(firm: Firm) -> None:
    """Removes a firm with all it owns. For tests and `demo-reset`; never offered on a page."""
    connection.set_schema_to_public()
    firm.external_accounts.all().delete()
    firm.delete(force_drop=True)
