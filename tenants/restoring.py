"""Restoring firms from an archive: into the installation they come from, or into an empty one.

A firm that lives here is never overwritten unless that is asked for; then its schema is put aside and dropped only
after the restored one was found to be, row for row, what the backup says.
"""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django_tenants.utils import schema_context, schema_exists
from psycopg import sql

from core import files
from tenants import migrating, pg_programs
from tenants.archives import Archive, ArchiveIsDamaged, FirmPart
from tenants.cloning import prepare_installation
from tenants.digests import differences, digests
from tenants.models import Domain, ExternalAccount, Firm

Tell = Callable[[str], None]


class FirmLives(Exception):
    """The firm is here already, and nobody asked for it to be replaced."""


class AddressIsTaken(Exception):
    """A host, an address or a vendor's account of the firm belongs to another firm here."""


class ArchiveIsNewer(Exception):
    """The backup was made by a later release than this one."""


class RestoredDiffers(Exception):
    """What was restored is not what the backup says; it was taken back."""


def restore_firm(archive: Archive, part: FirmPart, *, replace: bool, tell: Tell) -> Firm:
    """Restores one firm: schema, public rows, stored files. All or nothing, and safe to repeat after a kill.

    An archive of an older release is brought up to this one afterwards. Raises FirmLives, AddressIsTaken,
    ArchiveIsNewer, ArchiveIsDamaged, RestoredDiffers, ProgramIsMissing, ProgramFailed.
    """
    prepare_if_empty()
    _check_release(part)
    _check_addresses(archive, part)
    archive.check(part)
    _bring_back(part.schema)
    is_here = Firm.objects.filter(schema_name=part.schema).exists() or schema_exists(part.schema)
    if is_here and not replace:
        raise FirmLives(f"{part.slug} is here already; --replace puts the backup in its place.")
    with tempfile.TemporaryDirectory(prefix="psa-restore-") as directory:
        dump = Path(directory) / "database.dump"
        archive.extract_dump(part, dump)
        tell(f"{part.slug}: {len(part.files)} files")
        _put_files(archive, part)
        tell(f"{part.slug}: {sum(digest.rows for digest in part.tables.values())} rows")
        state = _close(part.schema)
        _put_aside(part.schema)
        try:
            pg_programs.run(
                "pg_restore", "--single-transaction", "--no-owner", "--no-privileges", *_into(dump)
            )
            _compare(part)
        except BaseException:
            _take_back(part.schema, state)
            raise
    firm = _settle(archive, part)
    outcome = migrating.migrate_one(part.schema)
    if outcome.error:
        tell(f"{part.slug}: restored, but not migrated to this release: {outcome.error}")
    return firm


def prepare_if_empty() -> None:
    """A database in which nothing was set up yet gets its public schema and blueprint."""
    connection.set_schema_to_public()
    if Firm._meta.db_table not in connection.introspection.table_names():
        prepare_installation()


def _check_release(part: FirmPart) -> None:
    unknown = sorted(set(part.migrations) - set(migrating.known()))
    if unknown:
        raise ArchiveIsNewer(
            f"The backup of {part.slug} was made by a later release (it has {unknown[-1]}): restore it with that one."
        )


def _check_addresses(archive: Archive, part: FirmPart) -> None:
    """No host, slug or account may belong to another firm here."""
    connection.set_schema_to_public()
    others = Firm.objects.exclude(schema_name=part.schema)
    hosts = [here(archive, domain["domain"]) for domain in part.domains]
    taken = list(others.filter(slug=part.slug).values_list("slug", flat=True))
    taken += Domain.objects.filter(domain__in=hosts, tenant__in=others).values_list("domain", flat=True)
    for account in part.accounts:
        bound = ExternalAccount.objects.filter(**account, firm__in=others)
        taken += [f"{one.provider} {one.account_id}" for one in bound]
    if taken:
        raise AddressIsTaken(f"Another firm here has {', '.join(taken)}.")


def here(archive: Archive, host: str) -> str:
    """The host as it is called here: the same firm below this installation's own domain."""
    stem = host.removesuffix("." + archive.manifest.base_domain)
    return host if stem == host else f"{stem}.{settings.BASE_DOMAIN}"


def _put_files(archive: Archive, part: FirmPart) -> None:
    """Stored files lie under their own hash: they overwrite nothing, and harm nobody if the rest fails."""
    with schema_context(part.schema):
        for sha256, content in zip(part.files, archive.stored_files(part), strict=True):
            files.put_back(sha256, content)


def _aside(schema: str) -> str:
    return f"zz_aside_{schema}"


def _close(schema: str) -> str:
    """Nobody works in the firm while it is replaced. Returns its state before; empty when there is none."""
    firms = Firm.objects.filter(schema_name=schema)
    state = firms.values_list("state", flat=True).first() or ""
    firms.update(state=Firm.State.CLOSED)
    return state


def _take_back(schema: str, state: str) -> None:
    """The firm as it was before; nothing, when it was not here."""
    with transaction.atomic():
        _run("DROP SCHEMA IF EXISTS {} CASCADE", schema)
        _bring_back(schema)
        Firm.objects.filter(schema_name=schema).update(state=state)


def _put_aside(schema: str) -> None:
    if schema_exists(schema):
        _run("ALTER SCHEMA {} RENAME TO {}", schema, _aside(schema))


def _bring_back(schema: str) -> None:
    """What an earlier restore, killed before its end, had put aside, is the firm again."""
    if schema_exists(_aside(schema)):
        with transaction.atomic():
            _run("DROP SCHEMA IF EXISTS {} CASCADE", schema)
            _run("ALTER SCHEMA {} RENAME TO {}", _aside(schema), schema)


def _into(dump: Path) -> list[str]:
    return ["--exit-on-error", f"--dbname={connection.settings_dict['NAME']}", str(dump)]


def _compare(part: FirmPart) -> None:
    wrong = differences(part.tables, digests(part.schema))
    if wrong:
        raise RestoredDiffers(f"{part.slug}: not as in the backup: {', '.join(wrong)}")


@transaction.atomic
def _settle(archive: Archive, part: FirmPart) -> Firm:
    """The firm's public rows as in the backup; what it replaced goes."""
    connection.set_schema_to_public()
    firm, _ = Firm.objects.update_or_create(
        schema_name=part.schema,
        defaults={
            "name": part.name,
            "slug": part.slug,
            "state": part.state,
            "created_at": datetime.fromisoformat(part.created_at),
        },
    )
    firm.domains.all().delete()
    for domain in part.domains:
        Domain.objects.create(
            tenant=firm, domain=here(archive, domain["domain"]), is_primary=domain["is_primary"]
        )
    firm.external_accounts.all().delete()
    ExternalAccount.objects.bulk_create(ExternalAccount(firm=firm, **account) for account in part.accounts)
    _run("DROP SCHEMA IF EXISTS {} CASCADE", _aside(part.schema))
    return firm


def _run(statement: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def chosen(archive: Archive, slugs: list[str]) -> list[FirmPart]:
    """The parts of the firms with these slugs; of all firms when none is named. Raises ArchiveIsDamaged."""
    parts = {part.slug: part for part in archive.manifest.firms}
    absent = sorted(set(slugs) - parts.keys())
    if absent:
        raise ArchiveIsDamaged(f"The archive has no firm {', '.join(absent)}; it has {', '.join(parts)}.")
    return [parts[slug] for slug in slugs] if slugs else list(parts.values())
