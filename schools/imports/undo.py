"""Taking a written list back: what stood before stands again, while nothing rests on what the list wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from schools.imports import commit
from schools.imports.preview import count_field
from schools.models import (
    Headcount,
    ImportedUnit,
    Management,
    Placement,
    Population,
    SchoolImport,
    Unit,
)
from schools.services import write_headcounts

CHUNK = 900
# These belong to the unit, and go and come with it.
_OWN: tuple[type[models.Model], ...] = (Placement, Management, Headcount, ImportedUnit)
# What reports copy or count: with other values their rates would be other ones.
_COUNTED = {"levels", "commune_id", "manager_id"}


class UndoRefusedError(Exception):
    """Something rests on what the list wrote; `reasons` says what, a line each."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons[:3]))
        self.reasons = list(reasons)


def undo_import(*, school_import: SchoolImport, by: User) -> int:
    """Put back what stood before a list was written; says of how many units. Raises UndoRefusedError."""
    with transaction.atomic():
        commit.lock_lists()
        undone = SchoolImport.objects.filter(pk=school_import.pk, state=SchoolImport.State.COMMITTED).update(
            state=SchoolImport.State.UNDONE, undone_at=timezone.now(), undone_by=by
        )
        if not undone:
            raise UndoRefusedError([_("Lần nhập này không ở trạng thái đã nhập.")])
        rows = list(ImportedUnit.objects.filter(school_import=school_import).order_by("pk"))
        if reasons := _what_rests_on(school_import, rows):
            raise UndoRefusedError(reasons)
        _put_back([row for row in rows if row.action == ImportedUnit.Action.CHANGED], school_import.school_year)
        _remove([row.unit_id for row in rows if row.action == ImportedUnit.Action.CREATED])
        audit.record(
            actor=by,
            action="import.undo",
            target=school_import,
            before={"rows": school_import.outcome.get("rows", {})},
            after={"units": len(rows), "sha256": school_import.sha256},
        )
    school_import.refresh_from_db()
    return len(rows)


# --- what forbids it ---------------------------------------------------------------------------
def _what_rests_on(item: SchoolImport, rows: Sequence[ImportedUnit]) -> list[str]:
    created = {row.unit_id for row in rows if row.action == ImportedUnit.Action.CREATED}
    counted = {
        row.unit_id
        for row in rows
        if row.unit_id not in created and (_COUNTED & row.before.keys() or row.before.get("headcounts"))
    }
    found: list[str] = []
    for part in _parts(rows):
        found += _later_changes(item, part)
    marks: dict[str, int] = item.outcome.get("marks", {})
    for relation in Unit._meta.related_objects:
        model = relation.related_model
        if model in _OWN:
            continue
        found += _dependents(relation, created, after=None)
        mark = marks.get(model._meta.label_lower)
        if mark is not None and model is not Unit:
            found += _dependents(relation, counted, after=mark)
    return found


def _dependents(relation: Any, units: set[int], *, after: int | None) -> list[str]:
    """Rows of other tables that name these units; of units that were there before, only the rows made since."""
    model, name = relation.related_model, relation.field.name
    found: dict[int, int] = {}
    for ids in _chunks(sorted(units)):
        rows = model._default_manager.filter(**{f"{name}__in": ids})
        if after is not None:
            rows = rows.filter(pk__gt=after)
        for pk, unit_id in rows.order_by().values_list("pk", name):
            found[unit_id] = found.get(unit_id, 0) + bool(pk)
    names = dict(Unit.objects.filter(pk__in=list(found)[:20]).values_list("pk", "name"))
    what = model._meta.verbose_name
    return [
        _("%(unit)s: đã có %(number)s %(what)s.") % {"unit": names.get(pk, pk), "number": number, "what": what}
        for pk, number in list(found.items())[:20]
    ]


def _later_changes(item: SchoolImport, rows: Sequence[ImportedUnit]) -> list[str]:
    """Units that are no longer as the list left them."""
    units = Unit.objects.in_bulk([row.unit_id for row in rows])
    counts = _counts_of(rows, item.school_year)
    found = []
    for row in rows:
        unit = units[row.unit_id]
        after = {**row.after}
        numbers = after.pop("headcounts", {})
        changed = [name for name, value in after.items() if getattr(unit, name) != value]
        changed += [key for key, number in numbers.items() if counts.get(row.unit_id, {}).get(key) != number]
        if row.action == ImportedUnit.Action.CREATED and counts.get(row.unit_id, {}).keys() - numbers.keys():
            changed.append("headcounts")
        if changed:
            found.append(_("%(unit)s: đã được sửa sau lần nhập này.") % {"unit": unit.name})
    return found


def _counts_of(rows: Sequence[ImportedUnit], school_year: int) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    ids = [row.unit_id for row in rows]
    created = {row.unit_id for row in rows if row.action == ImportedUnit.Action.CREATED}
    counts = Headcount.objects.filter(unit_id__in=ids)
    for unit_id, year, *key, number in counts.values_list("unit_id", "school_year", "population", "level", "number"):
        if year == school_year:
            found.setdefault(unit_id, {})[count_field((key[0], key[1]))] = number
        elif unit_id in created:
            # A new school had no counts of other years; those that it has now came later.
            found.setdefault(unit_id, {})[f"{year}"] = number
    return found


# --- putting back ------------------------------------------------------------------------------
def _put_back(rows: Sequence[ImportedUnit], school_year: int) -> None:
    for part in _parts(rows):
        units = Unit.objects.in_bulk([row.unit_id for row in part])
        plain = []
        for row in part:
            values = {name: value for name, value in row.before.items() if name in commit.KEPT_FIELDS}
            for name, value in values.items():
                setattr(units[row.unit_id], name, value)
            if values:
                plain.append(units[row.unit_id])
        commit.write_units(plain)
        _put_back_counts(part, school_year)
        _put_back_links(Placement, "placement", "commune_id", part)
        _put_back_links(Management, "management", "manager_id", part)


def _put_back_counts(rows: Sequence[ImportedUnit], school_year: int) -> None:
    again, gone = [], models.Q(pk__in=[])
    for row in rows:
        for key, old in row.before.get("headcounts", {}).items():
            population, _mark, level = key.partition("_")
            if old is None:
                gone |= models.Q(unit_id=row.unit_id, population=population, level=level)
                continue
            number, as_of, source = old
            again.append(
                Headcount(
                    unit_id=row.unit_id,
                    school_year=school_year,
                    population=Population(population),
                    level=level,
                    number=number,
                    as_of=date.fromisoformat(as_of) if as_of else None,
                    source=source,
                )
            )
    write_headcounts(rows=again)
    Headcount.objects.filter(gone, school_year=school_year).delete()


def _put_back_links(
    model: type[Placement] | type[Management], name: str, field: str, rows: Sequence[ImportedUnit]
) -> None:
    """Take the open dated row away that the list began, and open the one before again."""
    olds = {row.unit_id: row.before[name] for row in rows if name in row.before}
    manager = model._default_manager
    manager.filter(unit_id__in=olds, until_on__isnull=True).delete()
    kept = [old for old in olds.values() if old]
    reopened = set(manager.filter(pk__in=[old["pk"] for old in kept]).values_list("unit_id", flat=True))
    manager.filter(pk__in=[old["pk"] for old in kept]).update(until_on=None)
    again = [
        model(
            **{
                "unit_id": unit_id,
                field: old[field],
                "from_on": date.fromisoformat(old["from_on"]) if old["from_on"] else None,
                "decision_number": old["decision_number"],
            }
        )
        for unit_id, old in olds.items()
        if old and unit_id not in reopened
    ]
    manager.bulk_create(again)  # type: ignore[arg-type]


def _remove(units: Sequence[int]) -> None:
    """Delete units that nothing names any more; that nothing does was asked before, so no row is looked at twice."""
    for ids in _chunks(units):
        for model in _OWN:
            rows = model._default_manager.filter(unit__in=ids)
            rows._raw_delete(rows.db)
        gone = Unit.objects.filter(pk__in=ids)
        gone._raw_delete(gone.db)


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _parts(rows: Sequence[ImportedUnit]) -> Iterable[Sequence[ImportedUnit]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
