"""What a list would change, before anything is written. Reads the database, writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from schools import school_years
from schools.imports import headers, workbook
from schools.imports.changes import (
    PLAIN_FIELDS,
    Change,
    Known,
    completed,
    count_changes,
    count_field,
    headcounts_of,
    jumps,
    missing_of_new,
    plain_changes,
)
from schools.imports.headers import Header
from schools.imports.places import Gazetteer, Place
from schools.imports.problems import WARNING, Problem, RefusedError
from schools.imports.rows import ReadRow, ReadSchool, read_rows
from schools.imports.workbook import Sheet
from schools.models import Headcount, Unit

__all__ = [
    "PLAIN_FIELDS", "Action", "Change", "MissingSchool", "Preview", "PreviewRow", "Table", "count_field",
    "headcounts_of", "preview_list", "read_table",
]  # fmt: skip

Action = Literal["new", "changed", "unchanged", "error"]


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One school of the list beside the one that is known by its code.

    `written` is what stands in its cells, by field; empty where nothing is wrong with them.
    """

    row: int
    action: Action
    school: ReadSchool
    written: dict[str, str]
    unit_id: int | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    headcounts: dict[tuple[str, str], int] | None = None


@dataclass(frozen=True, slots=True)
class MissingSchool:
    """A school that the portal knows and the list does not name; it stays as it is."""

    unit_id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that a commit would do, and everything that is wrong with the list."""

    school_year: int
    sheet: str
    header_row: int
    mapping: dict[str, str]
    guessed: frozenset[str]
    unmapped: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    skipped: int
    missing: tuple[MissingSchool, ...]
    problems: tuple[Problem, ...]

    def of(self, *actions: str) -> list[PreviewRow]:
        return [row for row in self.rows if row.action in actions]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.action for row in self.rows)
        by_action = {action: found[action] for action in ("new", "changed", "unchanged", "error")}
        return {"total": len(self.rows) + self.skipped, **by_action, "skipped": self.skipped}

    @property
    def writable(self) -> int:
        """How many rows a commit would write."""
        return self.counts["new"] + self.counts["changed"]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its header: what was read of a file before the database is asked."""

    sheet: Sheet
    header: Header
    # Other sheets that are lists of schools too, and are not read.
    others: tuple[str, ...] = ()


def read_table(
    content: bytes, *, sheet: str = "", mapping: Mapping[str, str] | None = None, school_year: int | None = None
) -> Table:
    """The sheet that looks most like a list of schools; raises RefusedError.

    Where the list has columns of several school years, those of `school_year` are read (this one, if None).
    """
    year = school_years.current(timezone.localdate()) if school_year is None else school_year
    found = []
    for item in workbook.read_sheets(content, sheet=sheet):
        header = headers.find(item, mapping, school_year=year)
        if header is not None:
            found.append((_rank(item, header, year), item, header))
    if not found:
        raise RefusedError(
            "no_header_found", _("Không thấy dòng tiêu đề có cả cột mã và cột tên trường trong 40 dòng đầu.")
        )
    rank, best, header = max(found, key=lambda item: item[0])
    absent = [title for name, title in (mapping or {}).items() if title and name not in header.columns]
    if absent:
        raise RefusedError("no_header_found", _("Không thấy cột “%s” mà phần ghép cột nêu.") % "”, “".join(absent))
    others = (item.name for other, item, _header in found if item is not best and other[:3] >= (*rank[:2], _A_LIST))
    return Table(best, header, tuple(others))


# With so many columns that are known a sheet is a list of schools, and not one of codes.
_A_LIST = 4


def _rank(sheet: Sheet, header: Header, school_year: int) -> tuple[bool, int, int, int]:
    """A visible sheet first, then one that names the year asked for, then the one of which most is understood."""
    named = headers.year_in(sheet.name)
    of_year = 0 if named is None else 1 if named == school_year else -1
    return not sheet.hidden, of_year, len(header.columns), len(sheet.rows)


def preview_list(table: Table, *, school_year: int, today: date | None = None) -> Preview:
    """Hold the list against the schools, the communes and the counts that are known. Four queries."""
    gazetteer = Gazetteer(Place(*row) for row in Unit.objects.communes().values_list("pk", "code", "name"))
    reading = read_rows(table.sheet, table.header, gazetteer)
    schools = Unit.objects.schools().values_list(*Known._fields).order_by()
    known = {unit.code: unit for unit in map(Known._make, schools.iterator(chunk_size=5000))}
    comparison = _Comparison(known, _known_counts(school_year), gazetteer, table.header, school_year)
    rows = tuple(map(comparison.compare, reading.rows))
    named = _named(rows)
    day = today or timezone.localdate()
    missing = sorted(
        (unit for unit in known.values() if unit.code not in named and unit.exists_on(day)),
        key=lambda unit: unit.name_sort,
    )
    return Preview(
        school_year=school_year,
        sheet=table.sheet.name,
        header_row=table.header.row,
        mapping=table.header.mapping,
        guessed=table.header.guessed,
        unmapped=tuple(table.header.unmapped),
        rows=rows,
        skipped=reading.skipped,
        missing=tuple(MissingSchool(unit.pk, unit.code, unit.name) for unit in missing),
        problems=(*_of_file(table), *reading.problems, *(problem for row in rows for problem in row.problems)),
    )


def _of_file(table: Table) -> list[Problem]:
    if not table.others:
        return []
    said = {"read": table.sheet.name, "others": "”, “".join(table.others)}
    message = _("Chỉ đọc trang “%(read)s”; trang “%(others)s” cũng giống danh mục trường và không được đọc.") % said
    return [Problem("other_sheets", message, WARNING)]


def _named(rows: Iterable[PreviewRow]) -> set[str]:
    """The codes that the list speaks of, be it in a row with an error."""
    named = {row.school.code for row in rows}
    named |= {problem.suggestion for row in rows for problem in row.problems if problem.field == "code"}
    return named


Counts = dict[int, dict[tuple[str, str], int]]


def _known_counts(school_year: int) -> dict[int, Counts]:
    """Year → unit → (population, level) → number, for the year asked for and the one before."""
    found: dict[int, Counts] = {school_year: {}, school_year - 1: {}}
    rows = Headcount.objects.filter(school_year__in=found).values_list(
        "school_year", "unit_id", "population", "level", "number"
    )
    for year, unit_id, population, level, number in rows.iterator(chunk_size=5000):
        found[year].setdefault(unit_id, {})[population, level] = number
    return found


_NOTHING: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class _Comparison:
    """All that a row is held against."""

    known: Mapping[str, Known]
    counts: dict[int, Counts]
    gazetteer: Gazetteer
    header: Header
    school_year: int

    def compare(self, read: ReadRow) -> PreviewRow:
        school, problems = read.school, read.problems
        unit = self.known.get(school.code)
        if unit is None:
            if not (school.levels and school.commune_id is not None and not self.known):
                problems = (*problems, *missing_of_new(read, self.known, self.header, self.gazetteer))
        else:
            school = completed(school, unit, self.gazetteer.names)
        written = read.written if problems else _NOTHING
        if problems and any(problem.severity == "error" for problem in problems):
            return PreviewRow(read.row, "error", school, written, unit.pk if unit else None, problems=problems)
        headcounts = headcounts_of(read.school, school.levels)
        if unit is None:
            return PreviewRow(read.row, "new", school, written, problems=problems, headcounts=headcounts)
        now = self.counts[self.school_year].get(unit.pk, {})
        changes = plain_changes(read.school, unit, self.gazetteer.names) + count_changes(headcounts, now)
        before = self.counts[self.school_year - 1].get(unit.pk, {}) | now
        large = jumps(read, headcounts, before, self.header)
        if large:
            problems, written = (*problems, *large), read.written
        action: Action = "changed" if changes else "unchanged"
        return PreviewRow(read.row, action, school, written, unit.pk, tuple(changes), problems, headcounts)
