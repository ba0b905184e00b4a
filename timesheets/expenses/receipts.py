"""Receipts: the files that prove an expense, kept beside its line while that is open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from uuid import UUID

from django.db import transaction
from django.db.models import F

from core import audit, files
from core.actors import actor_name
from core.errors import Refusal
from core.files import HEIC, PDF
from core.models import StoredFile
from core.pictures import needs_copy_to_be_shown, smaller_copy
from core.promises import promises
from people.models import StaffMember, User
from timesheets.expenses.access import require_record
from timesheets.expenses.recording import (
    Wanted,
    change_expense,
    open_line,
    record_expense,
    report_of_month,
)
from timesheets.models import Expense, ExpenseReport, Receipt

KINDS = frozenset({"image/jpeg", "image/png", HEIC, PDF})
# A phone's photograph has 3 to 8 MB.
MOST_BYTES = 12 * 1024 * 1024
MOST_RECEIPTS = 20
THUMBNAIL_PIXELS = 320
PREVIEW_PIXELS = 1800


class TooManyReceipts(Refusal):
    sentence = f"A line has at most {MOST_RECEIPTS} receipts."


class SameReceipt(Refusal):
    sentence = "This file is on the line already."


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes


def add_receipts(*, expense: Expense, uploads: Collection[Upload], by: User | None) -> list[Receipt]:
    """Adds files to a draft or returned line, all or none.

    JPEG, PNG, HEIC or PDF by their content, at most MOST_BYTES each. Raises NotAllowed, LineIsNotOpen, NotWhatItSays,
    TooLarge, SameReceipt, TooManyReceipts.
    """
    require_record(by, expense.report.staff)
    with promises(), transaction.atomic():
        line = open_line(expense.pk)
        if line.receipts.count() + len(uploads) > MOST_RECEIPTS:
            raise TooManyReceipts(field="receipt")
        audit.acting("receipt.add", by=by, subject=line, names=[upload.name for upload in uploads])
        kept = [_keep(line, upload, by) for upload in uploads]
        _touch(line)
    return kept


def file_expense(
    *,
    report: ExpenseReport,
    wanted: Wanted,
    uploads: Collection[Upload],
    by: User | None,
    on: date,
    expense: Expense | None = None,
    version: int = 0,
    once: UUID | None = None,
) -> Expense:
    """Adds a line with its receipts, or changes `expense` and adds more: all or nothing.

    Raises what `record_expense`, `change_expense` and `add_receipts` raise.
    """
    with promises(), transaction.atomic():
        if expense is not None:
            line = change_expense(expense=expense, wanted=wanted, version=version, by=by, on=on)
        else:
            line = record_expense(report=report, wanted=wanted, by=by, on=on, once=once)
        is_repeated = expense is None and line.receipts.exists()
        if uploads and not is_repeated:
            add_receipts(expense=line, uploads=uploads, by=by)
    return line


def remove_receipt(*, receipt: Receipt, by: User | None) -> None:
    """Takes a file off a draft or returned line. Raises NotAllowed, LineIsNotOpen."""
    require_record(by, receipt.expense.report.staff)
    with promises(), transaction.atomic():
        line = open_line(receipt.expense_id)
        audit.acting("receipt.remove", by=by, subject=line, name=str(receipt.file))
        receipt.delete()
        _touch(line)


def snap_receipt(
    *,
    staff: StaffMember,
    uploads: Collection[Upload],
    by: User | None,
    on: date,
    report: ExpenseReport | None = None,
    once: UUID | None = None,
) -> Expense:
    """Makes a draft from photographs: in the given report, else in the person's of this month.

    Of the last line the project is taken over; what was paid is left to be typed. The same form sent twice makes one
    line. Raises what `add_receipts` raises.
    """
    with promises(), transaction.atomic():
        report = report or report_of_month(staff=staff, on=on, by=by)
        line = record_expense(report=report, wanted=_likely(report, on), by=by, on=on, once=once)
        if not line.receipts.exists():
            add_receipts(expense=line, uploads=uploads, by=by)
            line.refresh_from_db()
    return line


def _likely(report: ExpenseReport, on: date) -> Wanted:
    last = (
        Expense.objects.filter(report__staff=report.staff_id, project__state="OPEN")
        .select_related("project__client")
        .order_by("-pk")
        .first()
    )
    return Wanted(spent_on=on, project=last.project if last else None)


def _keep(line: Expense, upload: Upload, by: User | None) -> Receipt:
    stored = files.store(
        upload.name, upload.content, "receipt", expect=KINDS, field="receipt", most_bytes=MOST_BYTES
    )
    if line.receipts.filter(sha256=stored.sha256).exists():
        raise SameReceipt(field="receipt")
    return Receipt.objects.create(
        expense=line,
        file=stored,
        thumbnail=_copy(upload, stored, THUMBNAIL_PIXELS),
        preview=_copy(upload, stored, PREVIEW_PIXELS)
        if needs_copy_to_be_shown(stored.content_type)
        else None,
        sha256=stored.sha256,
        added_by_name=actor_name(by),
    )


def _copy(upload: Upload, stored: StoredFile, pixels: int) -> StoredFile | None:
    """A smaller JPEG of a picture; none of a PDF. Raises NotWhatItSays for a picture that cannot be drawn."""
    if stored.content_type == PDF:
        return None
    try:
        content = smaller_copy(upload.content, pixels)
    except ValueError as error:
        raise files.NotWhatItSays(
            f'"{stored.name}" is damaged. Take the picture again.', field="receipt"
        ) from error
    name = f"{PurePosixPath(stored.name).stem}.jpg"
    return files.store(name, content, f"receipt.{pixels}", expect={"image/jpeg"}, most_bytes=MOST_BYTES)


def _touch(line: Expense) -> None:
    Expense.objects.filter(pk=line.pk).update(version=F("version") + 1)


@dataclass(frozen=True)
class Twin:
    """Another line with the same file. Who sees the page may not see that line: only whose and when is told."""

    expense_id: int
    staff_id: int
    staff_name: str
    spent_on: date


def twins_of(lines: Collection[Expense]) -> dict[int, list[Twin]]:
    """Other lines that carry the same file, by the line's id. Reversing lines have none. Two statements at most."""
    own = dict[str, set[int]]()
    for pk, sha256 in Receipt.objects.filter(expense__in=lines).values_list("expense_id", "sha256"):
        own.setdefault(sha256, set()).add(pk)
    if not own:
        return {}
    found: dict[int, list[Twin]] = {}
    others = Receipt.objects.filter(sha256__in=own).values_list(
        "sha256",
        "expense_id",
        "expense__report__staff_id",
        "expense__report__staff__name",
        "expense__spent_on",
    )
    for sha256, expense_id, staff_id, staff_name, spent_on in others.order_by("expense_id"):
        for pk in own[sha256] - {expense_id}:
            found.setdefault(pk, []).append(Twin(expense_id, staff_id, staff_name, spent_on))
    return found
