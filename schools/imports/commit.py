"""The write of a list: one transaction for all of it, in bulk, with one line in the record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from schools import school_years, selectors, services, text
from schools.imports import bulk
from schools.imports.preview import PLAIN_FIELDS, PreviewRow, Table, count_field, preview_list
from schools.imports.rows import ReadSchool
from schools.imports.stored_preview import ImportBlockedError, StoredPreview
from schools.imports.straight import without_collector
from schools.models import (
    Headcount,
    ImportedUnit,
    Management,
    Placement,
    SchoolImport,
    Unit,
    UnitKind,
    fill_derived,
)

UNIT_FIELDS = (
    "name", "name_folded", "name_sort", "levels", "ownership", "commune", "manager", "address", "email", "phone",
)  # fmt: skip
# What an undo puts back on a unit; the folded name and the sort key follow the name.
KEPT_FIELDS = ("name", "levels", "ownership", "commune_id", "manager_id", "address", "email", "phone")
BATCH = 2_000
# The key of the lock in PostgreSQL: any number that nothing else locks by.
LOCK = 20_260_701
_NEW_UNIT = (
    "kind", "code", "name", "short_name", "name_folded", "name_sort", "manager", "commune", "levels", "ownership",
    "address", "email", "phone",
)  # fmt: skip
Pair = tuple[PreviewRow, Unit]
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What a commit wrote."""

    new: int
    changed: int
    skipped_errors: int
    headcounts: int


def lock_lists() -> None:
    """One list at a time, until the transaction ends (SQLite's transactions stand in line by themselves)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def commit_list(*, content: bytes, name: str, table: Table, school_year: int, skip_errors: bool) -> Written:
    """Write a list without keeping the file: the way of the command."""
    with transaction.atomic():
        lock_lists()
        preview = preview_list(table, school_year=school_year)
        check_errors(preview.counts, skip_errors=skip_errors)
        writer = _Writer(school_year=school_year, source=name, item=None)
        rows: Iterator[tuple[PreviewRow, dict[str, Any] | None]]
        rows = ((row, None) for action in ("new", "changed") for row in preview.of(action))
        writer.write(rows, tell=_nothing)
        department = writer.department
        sha256 = hashlib.sha256(content).hexdigest()
        return _record(writer, preview.counts, by=None, target=department, sha256=sha256)


def write_stored(*, item: SchoolImport, stored: StoredPreview, by: User | None, tell: Tell) -> Written:
    """Write what the kept preview shows, and not a thing else; the caller holds the transaction and the lock.

    `tell` is told after each batch how many rows are written, and may stop it all by raising.
    """
    writer = _Writer(school_year=item.school_year, source=item.original_name, item=item)
    with without_collector():
        writer.write(stored.to_write(), tell=tell)
    return _record(writer, stored.head.counts, by=by, target=item, sha256=item.sha256)


def check_errors(counts: Mapping[str, int], *, skip_errors: bool) -> None:
    if counts["error"] and not skip_errors:
        raise ImportBlockedError(_("Còn %s dòng lỗi; hãy sửa tệp hoặc chọn bỏ qua dòng lỗi.") % counts["error"])


def _nothing(rows: int) -> None:
    """Nobody is waiting to be told."""


def _record(
    writer: _Writer, counts: Mapping[str, int], *, by: User | None, target: models.Model, sha256: str
) -> Written:
    audit.record(
        actor=by,
        action="import.commit",
        target=target,
        after={
            "file": writer.source,
            "sha256": sha256,
            "school_year": school_years.label(writer.school_year),
            "rows": dict(counts),
            "headcounts": writer.headcounts,
        },
    )
    return Written(writer.new, writer.changed, counts["error"], writer.headcounts)


class _Writer:
    """The rows of one list on their way into the tables, a batch at a time."""

    def __init__(self, *, school_year: int, source: str, item: SchoolImport | None) -> None:
        self.school_year, self.source, self.item = school_year, source, item
        self.new = self.changed = self.headcounts = 0
        self.today = timezone.localdate()
        department = selectors.department()
        if department is None:
            raise ImportBlockedError(_("Chưa có Sở GDĐT và danh mục xã, phường; hãy chạy import_communes trước."))
        self.department: Unit = department
        self.communes = {unit.pk: unit for unit in Unit.objects.communes()}

    def write(self, rows: Iterator[tuple[PreviewRow, dict[str, Any] | None]], *, tell: Tell) -> None:
        for action, found in groupby(rows, key=lambda item: item[0].action):
            self._write_alike(action, found, tell)

    def _write_alike(self, action: str, rows: Iterator[tuple[PreviewRow, dict[str, Any] | None]], tell: Tell) -> None:
        number = BATCH
        while number == BATCH:
            batch = islice(rows, BATCH)
            number = self._create(row for row, _before in batch) if action == "new" else self._change(list(batch))
            tell(self.new + self.changed)

    def _create(self, rows: Iterator[PreviewRow]) -> int:
        # Keys only rise, so what is written now stands above.
        last = Unit.objects.aggregate(last=Max("pk"))["last"] or 0
        made: list[tuple[PreviewRow, dict[str, Any]]] = []
        try:
            bulk.insert_rows(Unit, _NEW_UNIT, (list(values.values()) for values in self._new_units(rows, made)))
        except IntegrityError as refused:
            # As both databases say it, be it by the constraint's name: the code is taken by now.
            if "unique" in str(refused).lower():
                raise _stale() from refused
            raise
        if made:
            self._link(made, last)
        return len(made)

    def _link(self, made: Sequence[tuple[PreviewRow, dict[str, Any]]], last: int) -> None:
        """What hangs on the new units, whose keys stand above `last`."""
        ids = dict(Unit.objects.schools().filter(pk__gt=last).order_by().values_list("code", "pk"))
        linked = [(ids[values["code"]], values) for _row, values in made]
        for model, name in ((Placement, "commune"), (Management, "manager")):
            links = ((pk, values[name], "") for pk, values in linked if values[name] is not None)
            bulk.insert_rows(model, ("unit", name, "decision_number"), links)
        counts = [_counts_to_write(row) for row, _values in made]
        today, source = self.today.isoformat(), self.source[:120]
        bulk.insert_rows(
            Headcount,
            ("unit", "school_year", "population", "level", "number", "as_of", "source"),
            (
                (pk, self.school_year, population, level, number, today, source)
                for (pk, _values), numbers in zip(linked, counts, strict=True)
                for (population, level), number in numbers.items()
            ),
        )
        self.headcounts += sum(map(len, counts))
        self.new += len(made)
        if self.item is not None:
            self._keep_created(linked, counts)

    def _new_units(
        self, rows: Iterator[PreviewRow], made: list[tuple[PreviewRow, dict[str, Any]]]
    ) -> Iterator[dict[str, Any]]:
        """The columns of each new school, put down in `made` as it goes."""
        for row in rows:
            values = self._new_unit(row.school)
            made.append((row, values))
            yield values

    def _new_unit(self, school: ReadSchool) -> dict[str, Any]:
        commune = self.communes.get(school.commune_id or 0)
        manager = services.default_manager(school.levels, commune, self.department)
        name = text.clean(school.name)
        return {
            "kind": UnitKind.SCHOOL.value,
            "code": school.code,
            "name": name,
            "short_name": "",
            "name_folded": text.fold(name),
            "name_sort": text.sort_key(name),
            "manager": manager.pk if manager else None,
            "commune": commune.pk if commune else None,
            "levels": school.levels,
            "ownership": school.ownership,
            "address": school.address,
            "email": school.email,
            "phone": school.phone,
        }

    def _keep_created(
        self, linked: Sequence[tuple[int, dict[str, Any]]], counts: Sequence[dict[tuple[str, str], int]]
    ) -> None:
        assert self.item is not None  # noqa: S101
        rows = (
            (self.item.pk, pk, ImportedUnit.Action.CREATED.value, "{}", _kept(values, numbers))
            for (pk, values), numbers in zip(linked, counts, strict=True)
        )
        bulk.insert_rows(ImportedUnit, ("school_import", "unit", "action", "before", "after"), rows)

    def _change(self, rows: Sequence[tuple[PreviewRow, dict[str, Any] | None]]) -> int:
        if not rows:
            return 0
        # Locked in one order, so that two who change units wait for each other and never for ever.
        ids = [row.unit_id or 0 for row, _before in rows]
        known = {unit.pk: unit for unit in Unit.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
        pairs = []
        for row, before in rows:
            unit = known.get(row.unit_id or 0)
            if unit is None or any(getattr(unit, name) != value for name, value in (before or {}).items()):
                raise _stale()
            pairs.append((row, unit))
        olds = {unit.pk: _facts(unit) for _row, unit in pairs}
        plain = [pair for pair in pairs if _is_plain(pair[0])]
        moved, reassigned = _apply(plain, self.communes, self.department)
        old_counts = self._known_counts(pairs)
        old_links = {"placement": _open_rows(Placement, moved), "management": _open_rows(Management, reassigned)}
        write_units([unit for _row, unit in plain])
        services.relink_units(model=Placement, field="commune", units=moved, on=self.today)
        services.relink_units(model=Management, field="manager", units=reassigned, on=self.today)
        new_counts = self._write_counts(pairs)
        if self.item is not None:
            self._keep(self._changed(unit, olds, old_counts, new_counts, old_links) for _row, unit in pairs)
        self.changed += len(rows)
        return len(rows)

    def _changed(
        self,
        unit: Unit,
        olds: Mapping[int, dict[str, Any]],
        old_counts: Mapping[int, dict[str, Any]],
        new_counts: Mapping[int, dict[str, int]],
        old_links: Mapping[str, dict[int, Any]],
    ) -> ImportedUnit:
        old, new = olds[unit.pk], _facts(unit)
        fields = [name for name in KEPT_FIELDS if old[name] != new[name]]
        counts = new_counts.get(unit.pk, {})
        links = {name: rows[unit.pk] for name, rows in old_links.items() if unit.pk in rows}
        return ImportedUnit(
            school_import=self.item,
            unit=unit,
            action=ImportedUnit.Action.CHANGED,
            before={name: old[name] for name in fields}
            | {"headcounts": {key: old_counts.get(unit.pk, {}).get(key) for key in counts}, **links},
            after={name: new[name] for name in fields} | {"headcounts": counts},
        )

    def _known_counts(self, pairs: Sequence[Pair]) -> dict[int, dict[str, Any]]:
        """Unit → count → [number, as of, source], and that they are those that the preview showed."""
        found: dict[int, dict[str, Any]] = {}
        rows = Headcount.objects.filter(unit__in=[unit for _row, unit in pairs], school_year=self.school_year)
        for known in rows.values_list("unit_id", "population", "level", "number", "as_of", "source"):
            unit_id, population, level, number, as_of, source = known
            day = as_of.isoformat() if as_of else None
            found.setdefault(unit_id, {})[count_field((population, level))] = [number, day, source]
        for row, unit in pairs:
            counts = found.get(unit.pk, {})
            for change in row.changes:
                if change.field not in PLAIN_FIELDS and str(counts.get(change.field, [""])[0]) != change.old:
                    raise _stale()
        return found

    def _write_counts(self, pairs: Sequence[Pair]) -> dict[int, dict[str, int]]:
        counts: dict[int, dict[str, int]] = {}
        rows = []
        for row, unit in pairs:
            for (population, level), number in _counts_to_write(row).items():
                counts.setdefault(unit.pk, {})[count_field((population, level))] = number
                rows.append(self._headcount(unit, population, level, number))
        services.write_headcounts(rows=rows)
        self.headcounts += len(rows)
        return counts

    def _headcount(self, unit: Unit, population: str, level: str, number: int) -> Headcount:
        return Headcount(
            unit_id=unit.pk,
            school_year=self.school_year,
            population=population,
            level=level,
            number=number,
            as_of=self.today,
            source=self.source[:120],
        )

    def _keep(self, rows: Iterator[ImportedUnit]) -> None:
        ImportedUnit.objects.bulk_create(rows, batch_size=BATCH)


def _kept(values: Mapping[str, Any], numbers: Mapping[tuple[str, str], int]) -> str:
    """What an undo of a new school must find."""
    after = {name: values[name.removesuffix("_id")] for name in KEPT_FIELDS}
    after["headcounts"] = {count_field(key): number for key, number in numbers.items()}
    return json.dumps(after, ensure_ascii=False)


def _stale() -> ImportBlockedError:
    return ImportBlockedError(_("Danh mục của cổng đã thay đổi từ lúc xem trước; hãy xem lại rồi nhập."))


def _facts(unit: Unit) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in KEPT_FIELDS}


def _open_rows(model: type[Placement] | type[Management], units: Sequence[Unit]) -> dict[int, Any]:
    """Unit → what its open dated row says, None where it has none."""
    field = "commune_id" if model is Placement else "manager_id"
    found: dict[int, Any] = {unit.pk: None for unit in units}
    rows = model._default_manager.filter(unit__in=units, until_on__isnull=True)
    for pk, unit_id, linked, from_on, number in rows.values_list("pk", "unit_id", field, "from_on", "decision_number"):
        found[unit_id] = {
            "pk": pk,
            field: linked,
            "from_on": from_on.isoformat() if from_on else None,
            "decision_number": number,
        }
    return found


def _is_plain(row: PreviewRow) -> bool:
    """Whether the unit itself changes, and not only its counts."""
    return any(change.field in PLAIN_FIELDS for change in row.changes)


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


def write_units(units: list[Unit]) -> None:
    fill_derived(units)
    Unit.objects.bulk_create(
        units,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["kind", "code"],
        update_fields=list(UNIT_FIELDS),
    )


def _counts_to_write(row: PreviewRow) -> dict[tuple[str, str], int]:
    """All counts of a new school; of a known one those that changed, so that the others keep their source."""
    counts = row.headcounts or {}
    if row.action == "new":
        return counts
    changed = {change.field for change in row.changes}
    return {key: number for key, number in counts.items() if count_field(key) in changed}
