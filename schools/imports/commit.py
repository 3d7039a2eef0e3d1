"""The write of a list: one transaction for all of it, in bulk, with one line in the record."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from schools import school_years, selectors, services
from schools.imports.preview import PLAIN_FIELDS, Preview, PreviewRow, Table, preview_list, read_table
from schools.models import Headcount, Management, Placement, SchoolImport, Unit, UnitKind, fill_derived

UNIT_FIELDS = (
    "name", "name_folded", "name_sort", "levels", "ownership", "commune", "manager", "address", "email", "phone",
)  # fmt: skip


class ImportBlockedError(Exception):
    """The list cannot be written as it stands; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a commit wrote."""

    new: int
    changed: int
    skipped_errors: int
    headcounts: int


def save_upload(*, name: str, content: bytes, school_year: int, sheet: str = "", by: User) -> SchoolImport:
    """Keep an uploaded list for its preview; raises RefusedError for a file that is no list."""
    table = read_table(content, sheet=sheet)
    with transaction.atomic():
        item = SchoolImport(
            state=SchoolImport.State.PREVIEW,
            original_name=name[:250],
            sha256=hashlib.sha256(content).hexdigest(),
            school_year=school_year,
            sheet=table.sheet.name,
            mapping=table.header.mapping,
            created_by=by,
        )
        # The name on disk is ours: what an office calls its file may hold anything.
        item.file.save(f"{item.sha256[:16]}.{_suffix(content)}", ContentFile(content), save=False)
        item.save()
        audit.record(actor=by, action="import.upload", target=item, after={"sha256": item.sha256})
    return item


def _suffix(content: bytes) -> str:
    return "xlsx" if content.startswith(b"PK") else "xls" if content.startswith(b"\xd0\xcf") else "csv"


def preview_import(item: SchoolImport) -> Preview:
    """The preview of a kept upload against what the portal knows now."""
    return preview_list(_table_of(item), school_year=item.school_year)


def _table_of(item: SchoolImport) -> Table:
    try:
        with item.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise ImportBlockedError(_("Tệp đã lưu không còn nữa; hãy tải lên lại.")) from None
    if hashlib.sha256(content).hexdigest() != item.sha256:
        raise ImportBlockedError(_("Tệp đã lưu không còn như lúc tải lên; hãy tải lên lại."))
    return read_table(content, sheet=item.sheet, mapping=item.mapping)


def commit_import(*, item: SchoolImport, by: User, skip_errors: bool, expected: int | None = None) -> Written:
    """Write a kept upload, once: a second call finds it written and raises ImportBlockedError.

    `expected` is how many rows the reader was told would be written; another number is not written.
    """
    table = _table_of(item)
    with transaction.atomic():
        lock_lists()
        claimed = SchoolImport.objects.filter(pk=item.pk, state=SchoolImport.State.PREVIEW).update(
            state=SchoolImport.State.COMMITTED, finished_at=timezone.now()
        )
        if not claimed:
            raise ImportBlockedError(_("Danh mục này đã được nhập hoặc đã bỏ."))
        preview = preview_list(table, school_year=item.school_year)
        if expected is not None and expected != preview.writable:
            raise ImportBlockedError(_("Danh mục của cổng đã thay đổi từ lúc xem trước; hãy xem lại rồi nhập."))
        written = write_preview(
            preview=preview, by=by, skip_errors=skip_errors, source=item.original_name, target=item, sha256=item.sha256
        )
        SchoolImport.objects.filter(pk=item.pk).update(
            outcome={"rows": preview.counts, "missing_from_file": len(preview.missing), "changes": _changes(preview)}
        )
    item.refresh_from_db()
    return written


def cancel_import(*, item: SchoolImport, by: User) -> None:
    """Put an upload aside unwritten; one that is written already is left as it is."""
    with transaction.atomic():
        cancelled = SchoolImport.objects.filter(pk=item.pk, state=SchoolImport.State.PREVIEW).update(
            state=SchoolImport.State.CANCELLED, finished_at=timezone.now()
        )
        if not cancelled:
            raise ImportBlockedError(_("Danh mục này đã được nhập hoặc đã bỏ."))
        audit.record(actor=by, action="import.cancel", target=item)


def commit_list(*, content: bytes, name: str, table: Table, school_year: int, skip_errors: bool) -> Written:
    """Write a list without keeping the file: the way of the command."""
    with transaction.atomic():
        lock_lists()
        return write_preview(
            preview=preview_list(table, school_year=school_year),
            by=None,
            skip_errors=skip_errors,
            source=name,
            target=selectors.department(),
            sha256=hashlib.sha256(content).hexdigest(),
        )


def lock_lists() -> None:
    """One list at a time: the department's row is the lock (SQLite's transactions stand in line by themselves)."""
    department = selectors.department()
    if department is None:
        raise ImportBlockedError(_("Chưa có Sở GDĐT và danh mục xã, phường; hãy chạy import_communes trước."))
    Unit.objects.select_for_update().get(pk=department.pk)


def write_preview(
    *, preview: Preview, by: User | None, skip_errors: bool, source: str, target: models.Model | None, sha256: str
) -> Written:
    """Write what a preview says; the caller holds the transaction and the lock."""
    errors = preview.counts["error"]
    if errors and not skip_errors:
        raise ImportBlockedError(_("Còn %s dòng lỗi; hãy sửa tệp hoặc chọn bỏ qua dòng lỗi.") % errors)
    today = timezone.localdate()
    department = selectors.department()
    assert target is not None and department is not None  # noqa: S101
    communes = {unit.pk: unit for unit in Unit.objects.communes()}
    known = {unit.pk: unit for unit in Unit.objects.schools()}
    new = [(row, _new_unit(row, communes, department)) for row in preview.of("new")]
    changed = [(row, known[row.unit_id]) for row in preview.of("changed") if row.unit_id is not None]
    moved, reassigned = _apply([item for item in changed if _is_plain(item[0])], communes, department)
    units = [unit for _row, unit in new]
    edited = [unit for row, unit in changed if _is_plain(row)]
    _write_units([*units, *edited])
    services.link_units(units=units)
    services.relink_units(model=Placement, field="commune", units=moved, on=today)
    services.relink_units(model=Management, field="manager", units=reassigned, on=today)
    counts = _headcounts([*new, *changed], preview.school_year, source, today)
    services.write_headcounts(rows=counts)
    written = Written(len(new), len(changed), errors, len(counts))
    audit.record(
        actor=by,
        action="import.commit",
        target=target,
        after={
            "file": source,
            "sha256": sha256,
            "school_year": school_years.label(preview.school_year),
            "rows": preview.counts,
            "headcounts": len(counts),
        },
    )
    return written


def _is_plain(row: PreviewRow) -> bool:
    """Whether the unit itself changes, and not only its counts."""
    return any(change.field in PLAIN_FIELDS for change in row.changes)


def _new_unit(row: PreviewRow, communes: dict[int, Unit], department: Unit) -> Unit:
    school = row.school
    commune = communes.get(school.commune_id or 0)
    return Unit(
        kind=UnitKind.SCHOOL,
        code=school.code,
        name=school.name,
        levels=school.levels,
        ownership=school.ownership,
        commune=commune,
        manager=services.default_manager(school.levels, commune, department),
        address=school.address,
        email=school.email,
        phone=school.phone,
    )


def _apply(
    changed: Sequence[tuple[PreviewRow, Unit]], communes: dict[int, Unit], department: Unit
) -> tuple[list[Unit], list[Unit]]:
    """Put the list's values on the units; says which of them moved and which have another manager.

    The manager follows the rule only where it stood by the rule before: what was decided otherwise stays.
    """
    moved, reassigned = [], []
    for row, unit in changed:
        old_commune = communes.get(unit.commune_id or 0)
        usual = services.default_manager(unit.levels, old_commune, department)
        by_rule = unit.manager_id == (usual.pk if usual else None)
        for change in row.changes:
            if change.field in PLAIN_FIELDS:
                setattr(unit, change.field, getattr(row.school, change.field))
        commune = communes.get(unit.commune_id or 0)
        manager = services.default_manager(unit.levels, commune, department)
        if commune != old_commune:
            moved.append(unit)
        if by_rule and unit.manager_id != (manager.pk if manager else None):
            unit.manager = manager
            reassigned.append(unit)
    return moved, reassigned


def _write_units(units: list[Unit]) -> None:
    fill_derived(units)
    Unit.objects.bulk_create(
        units,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["kind", "code"],
        update_fields=list(UNIT_FIELDS),
    )


def _headcounts(rows: Sequence[tuple[PreviewRow, Unit]], school_year: int, source: str, today: date) -> list[Headcount]:
    return [
        Headcount(
            unit=unit,
            school_year=school_year,
            population=population,
            level=level,
            number=number,
            as_of=today,
            source=source[:120],
        )
        for row, unit in rows
        for (population, level), number in _counts_to_write(row).items()
    ]


def _counts_to_write(row: PreviewRow) -> dict[tuple[str, str], int]:
    """All counts of a new school; of a known one those that changed, so that the others keep their source."""
    counts = row.headcounts or {}
    if row.action == "new":
        return counts
    changed = {change.field for change in row.changes}
    return {key: number for key, number in counts.items() if "_".join(key).rstrip("_") in changed}


def _changes(preview: Preview) -> dict[str, dict[str, list[str]]]:
    """What was written over, by unit: kept with the import so that it can be read, and undone."""
    return {
        str(row.unit_id): {change.field: [change.old, change.new] for change in row.changes}
        for row in preview.of("changed")
    }
