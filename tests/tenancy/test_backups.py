"""A firm that is backed up, lost and restored is the firm that it was, in every figure."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Web
from django_tenants.utils import schema_exists
from psycopg import sql

from billing.issuing import issue_invoice
from billing.models import Invoice
from billing.receivables import aging, ties_out
from billing.receiving import record_payment
from billing.rendering import ensure_pdf
from clients.models import Client
from core.models import OutboxRow
from ledger.balances import trial_balance
from people.models import User
from tenants.archives import Archive, ArchiveIsDamaged
from tenants.cloning import drop_firm
from tenants.digests import Digest, differences, digests
from tenants.models import ExternalAccount, Firm
from tests import ready
from tests.billing.work import drafted
from tests.cast import NOW, PASSWORD, TODAY, Cast, add_cast

MONTH_END = date(2026, 12, 31)


@dataclass
class Books:
    """A firm with work, an issued and a paid invoice, and a PDF."""

    firm: Firm
    invoice: int
    pdf: bytes


@pytest.fixture
def books(new_firm: Firm, settings: Any, tmp_path: Path) -> Iterator[Books]:
    settings.DATA_DIR = tmp_path / "data"
    cast: Cast = add_cast(User.objects.get(email="olu@hm.example"))
    for minutes in (90, 480):
        draft = drafted(cast, minutes)
        invoice = issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
        pdf = ensure_pdf(invoice).read()
    record_payment(
        invoice=Invoice.objects.earliest("pk"),
        amount=Decimal("100.00"),
        method="CHECK",
        received_on=TODAY,
        by=cast.finance,
        on=TODAY,
        at=NOW,
    )
    drafted(cast, 60)
    connection.set_schema_to_public()
    ExternalAccount.objects.create(provider="stripe", account_id=f"acct_{new_firm.slug}", firm=new_firm)
    connection.set_tenant(new_firm)
    yield Books(new_firm, invoice.pk, pdf)
    connection.set_schema_to_public()
    for restored in Firm.objects.filter(slug=new_firm.slug).exclude(pk=new_firm.pk):
        drop_firm(restored)


def figures(books: Books) -> dict[str, Any]:
    """Every number that somebody could ask for."""
    connection.set_schema_to_public()
    firm = Firm.objects.get(schema_name=books.firm.schema_name)
    public = {
        "firm": (firm.name, firm.slug, firm.state, firm.created_at),
        "hosts": list(firm.domains.values_list("domain", "is_primary")),
        "accounts": list(firm.external_accounts.values_list("provider", "account_id")),
    }
    connection.set_tenant(firm)
    return public | {
        "tables": digests(firm.schema_name),
        "trial balance": trial_balance(MONTH_END),
        "receivables": aging(MONTH_END),
        "tie-out": ties_out(MONTH_END),
        "pdf": ensure_pdf(Invoice.objects.get(pk=books.invoice)).read(),
    }


def run(*words: str) -> str:
    """A command's words to its caller. It leaves the public schema selected, as in a shell of its own."""
    connection.set_schema_to_public()
    output = StringIO()
    call_command(*words, stdout=output, stderr=output)
    connection.set_schema_to_public()
    return output.getvalue()


def backup_of(books: Books, tmp_path: Path) -> Path:
    archive = tmp_path / "backup.tar"
    assert "1 firms in" in run("backup", "--firm", books.firm.slug, "--to", str(archive))
    return archive


def lose(books: Books) -> None:
    """Schema, rows and files are gone."""
    connection.set_schema_to_public()
    drop_firm(Firm.objects.get(slug=books.firm.slug))
    for path in sorted((django_settings.DATA_DIR / "files").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


def test_every_figure_is_the_same_after_a_loss(books: Books, tmp_path: Path) -> None:
    before = figures(books)
    assert before["trial balance"].lines
    assert before["receivables"]
    archive = backup_of(books, tmp_path)
    assert archive.stat().st_mode & 0o777 == 0o600
    lose(books)
    assert "restored, row for row" in run("restore", str(archive), "--firm", books.firm.slug)
    after = figures(books)
    assert after["pdf"] == books.pdf
    assert after == before
    assert sum(digest.rows for name, digest in after["tables"].items() if " " not in name) > 200


def test_the_restored_firm_goes_on(books: Books, tmp_path: Path) -> None:
    """Its triggers and counters are there too: the next invoice has the next number, and the books refuse a change."""
    number = Invoice.objects.get(pk=books.invoice).number
    archive = backup_of(books, tmp_path)
    lose(books)
    run("restore", str(archive))
    connection.set_tenant(books.firm)
    finance = User.objects.get(email="kemi@hm.example")
    draft = Invoice.objects.get(state=Invoice.State.DRAFT)
    issued = issue_invoice(invoice=draft, by=finance, on=TODAY, at=NOW)
    assert int(issued.number[-4:]) == int(number[-4:]) + 1
    with connection.cursor() as cursor, pytest.raises(Exception, match="journal"):
        cursor.execute("UPDATE ledger_journalline SET debit_amount = debit_amount + 1")
    page = Web(headers={"host": f"{books.firm.slug}.localhost"})
    assert page.post("/account/sign-in/", {"login": finance.email, "password": PASSWORD}).status_code == 302


def test_a_living_firm_is_not_overwritten(books: Books, tmp_path: Path) -> None:
    archive = backup_of(books, tmp_path)
    with pytest.raises(CommandError, match="is here already; --replace"):
        run("restore", str(archive))
    connection.set_tenant(books.firm)
    assert Firm.objects.get(pk=books.firm.pk).state == Firm.State.OPEN


def test_replacing_takes_the_firm_back_to_the_backup(books: Books, tmp_path: Path) -> None:
    before = figures(books)
    archive = backup_of(books, tmp_path)
    connection.set_tenant(books.firm)
    Client.objects.create(name="Came after the backup")
    OutboxRow.objects.create(kind="probe", key="1", not_before=NOW)
    run("restore", str(archive), "--replace")
    assert figures(books) == before
    assert not schema_exists(f"zz_aside_{books.firm.schema_name}")


def test_what_differs_from_its_backup_is_taken_back(
    books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = backup_of(books, tmp_path)
    connection.set_tenant(books.firm)
    Client.objects.create(name="Came after the backup")
    before = figures(books)
    original = Archive.__init__

    def other(self: Archive, path: Path) -> None:
        original(self, path)
        self.manifest.firms[0].tables["clients_client"] = Digest(7, "1")

    monkeypatch.setattr(Archive, "__init__", other)
    with pytest.raises(CommandError, match="not as in the backup: clients_client"):
        run("restore", str(archive), "--replace")
    assert figures(books) == before


def test_a_restore_that_was_killed_is_taken_up_again(books: Books, tmp_path: Path) -> None:
    """Killed while the old schema was put aside: the next restore begins from the firm as it was."""
    before = figures(books)
    archive = backup_of(books, tmp_path)
    with connection.cursor() as cursor:
        name = books.firm.schema_name
        cursor.execute(f'ALTER SCHEMA "{name}" RENAME TO "zz_aside_{name}"')
        cursor.execute(f'CREATE SCHEMA "{name}"')
    run("restore", str(archive), "--replace")
    assert figures(books) == before


def test_a_damaged_archive_changes_nothing(books: Books, tmp_path: Path) -> None:
    before = figures(books)
    archive = backup_of(books, tmp_path)
    with tarfile.open(archive) as tar:
        place = tar.getmember(f"{books.firm.schema_name}/database.dump").offset_data + 3000
    content = bytearray(archive.read_bytes())
    content[place] ^= 1
    archive.write_bytes(content)
    for words in (("--check",), ("--replace",)):
        with pytest.raises(CommandError, match=r"database\.dump is not what it was"):
            run("restore", str(archive), *words)
    archive.write_bytes(content[: len(content) // 2])
    with pytest.raises(CommandError):
        run("restore", str(archive), "--replace")
    (tmp_path / "other").write_text("no tar")
    with pytest.raises(ArchiveIsDamaged):
        Archive(tmp_path / "other")
    assert figures(books) == before


def test_an_account_of_another_firm_is_not_taken_over(books: Books, tmp_path: Path) -> None:
    archive = backup_of(books, tmp_path)
    lose(books)
    other = Firm.objects.get(slug="other")
    taken = ExternalAccount.objects.create(
        provider="stripe", account_id=f"acct_{books.firm.slug}", firm=other
    )
    with pytest.raises(CommandError, match=f"Another firm here has stripe acct_{books.firm.slug}"):
        run("restore", str(archive))
    taken.delete()
    run("restore", str(archive))


def test_other_keys_are_said_before_anything_happens(books: Books, tmp_path: Path, settings: Any) -> None:
    archive = backup_of(books, tmp_path)
    settings.FIELD_KEYS = ["b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItISE="]
    with pytest.raises(CommandError, match="other FIELD_KEYS"):
        run("restore", str(archive), "--replace")
    assert "restored" in run("restore", str(archive), "--replace", "--other-keys")


def test_a_file_that_is_gone_is_said_and_the_rest_is_saved(books: Books, tmp_path: Path) -> None:
    for path in (django_settings.DATA_DIR / "files").rglob("*"):
        path.is_file() and path.unlink()
    said = run("backup", "--firm", books.firm.slug, "--to", str(tmp_path))
    assert "2 files that the database names are not on the disk" in said
    (archive,) = tmp_path.glob("psa-own-*.tar")
    assert "whole" in run("restore", str(archive), "--check")


def test_all_firms_go_into_one_archive(books: Books, tmp_path: Path) -> None:
    run("backup", "--all", "--to", str(tmp_path / "all.tar"))
    with Archive(tmp_path / "all.tar") as archive:
        slugs = {part.slug for part in archive.manifest.firms}
    assert slugs >= {books.firm.slug, "hm", "other"}
    assert slugs.isdisjoint({"www", "zz-blueprint"})
    with pytest.raises(CommandError, match="There is no firm nobody"):
        run("backup", "--firm", "nobody", "--to", str(tmp_path))


@pytest.fixture
def empty_installation() -> Any:
    """The address of an installation without a firm."""
    with ready.database(f"{connection.settings_dict['NAME']}_empty") as address:
        yield address


def test_an_empty_installation_takes_it_in_under_its_own_domain(
    books: Books, tmp_path: Path, empty_installation: str
) -> None:
    """Another machine, another domain, another directory, an ordinary role: the archive and the keys are enough."""
    before = digests(books.firm.schema_name)
    archive = backup_of(books, tmp_path)
    elsewhere = os.environ | {
        "DATABASE_URL": empty_installation,
        "DATA_DIR": str(tmp_path / "elsewhere"),
        "BASE_DOMAIN": "psa.example.com",
        "DJANGO_SETTINGS_MODULE": "psa.settings",
    }
    command = [sys.executable, "manage.py", "restore", "-"]
    with archive.open("rb") as stream:
        done = subprocess.run(
            command,
            stdin=stream,
            env=elsewhere,
            cwd=django_settings.BASE_DIR,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode()
    schema = books.firm.schema_name
    with psycopg.connect(empty_installation) as there:
        for name, digest in before.items():
            if " " not in name:
                row = there.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))
                ).fetchone()
                assert row == (digest.rows,), name
        found = there.execute(
            "SELECT d.domain FROM tenants_domain d JOIN tenants_firm f ON f.id = d.tenant_id "
            "WHERE f.schema_name = %s",
            [schema],
        ).fetchall()
    assert found == [(f"{books.firm.slug}.psa.example.com",)]
    copies = [path.read_bytes() for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()]
    assert books.pdf in copies


def test_numbers_drawn_later_are_no_difference() -> None:
    then = {"sequence a": Digest(5, ""), "t": Digest(1, "9")}
    assert differences(then, then | {"sequence a": Digest(6, "")}) == []
    assert differences(then, then | {"sequence a": Digest(4, "")}) == ["sequence a"]
    assert differences(then, {"sequence a": Digest(5, "")}) == ["t"]
