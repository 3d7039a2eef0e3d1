"""What a list would change, before anything is written. Reads the database, writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from schools import levels
from schools.imports import headers, workbook
from schools.imports.headers import Header
from schools.imports.places import Gazetteer, Place
from schools.imports.problems import WARNING, Problem, RefusedError
from schools.imports.rows import ReadRow, ReadSchool, read_rows
from schools.imports.workbook import Sheet
from schools.models import Headcount, Ownership, Unit

Action = Literal["new", "changed", "unchanged", "error"]
PLAIN_FIELDS = ("name", "levels", "ownership", "commune_id", "address", "email", "phone")
# A person would ask about these: four fifths gone, or ten times as many.
_FALL, _RISE, _SMALL = 5, 10, 20


@dataclass(frozen=True, slots=True)
class Change:
    """One value that the list would write over another; both as people read them."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One school of the list beside the one that is known by its code."""

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


def read_table(content: bytes, *, sheet: str = "", mapping: Mapping[str, str] | None = None) -> Table:
    """The sheet that looks most like a list of schools; raises RefusedError."""
    best: Table | None = None
    for item in workbook.read_sheets(content, sheet=sheet):
        header = headers.find(item, mapping)
        if header is None:
            continue
        if best is None or _rank(item, header) > _rank(best.sheet, best.header):
            best = Table(item, header)
    if best is None:
        raise RefusedError(
            "no_header_found", _("Không thấy dòng tiêu đề có cả cột mã và cột tên trường trong 40 dòng đầu.")
        )
    return best


def _rank(sheet: Sheet, header: Header) -> tuple[bool, int, int]:
    return not sheet.hidden, len(header.columns), len(sheet.rows)


def preview_list(table: Table, *, school_year: int, today: date | None = None) -> Preview:
    """Hold the list against the schools, the communes and the counts that are known. Four queries."""
    gazetteer = Gazetteer(Place(*row) for row in Unit.objects.communes().values_list("pk", "code", "name"))
    reading = read_rows(table.sheet, table.header, gazetteer)
    known = {unit.code: unit for unit in Unit.objects.schools()}
    counts = _known_counts(school_year)
    commune_names = {place.unit_id: place.name for place in gazetteer.places}
    rows = tuple(
        _compare(row, known, counts.get(school_year, {}), counts.get(school_year - 1, {}), commune_names, table.header)
        for row in reading.rows
    )
    named = {row.school.code for row in rows}
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
        problems=(*reading.problems, *(problem for row in rows for problem in row.problems)),
    )


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


def _compare(
    read: ReadRow,
    known: Mapping[str, Unit],
    counts: Counts,
    last_year: Counts,
    commune_names: Mapping[int, str],
    header: Header,
) -> PreviewRow:
    school = read.school
    unit = known.get(school.code)
    problems = list(read.problems)
    if unit is None:
        problems += _missing_of_new(read, known, header)
    else:
        school = _completed(school, unit, commune_names)
    if any(problem.severity == "error" for problem in problems):
        return PreviewRow(read.row, "error", school, read.written, unit.pk if unit else None, problems=tuple(problems))
    headcounts = headcounts_of(read.school, school.levels)
    if unit is None:
        return PreviewRow(read.row, "new", school, read.written, problems=tuple(problems), headcounts=headcounts)
    changes = _plain_changes(read.school, unit, commune_names) + _count_changes(headcounts, counts.get(unit.pk, {}))
    problems += _jumps(read, headcounts, counts.get(unit.pk) or last_year.get(unit.pk, {}), header)
    action: Action = "changed" if changes else "unchanged"
    return PreviewRow(read.row, action, school, read.written, unit.pk, tuple(changes), tuple(problems), headcounts)


def _missing_of_new(read: ReadRow, known: Mapping[str, Unit], header: Header) -> list[Problem]:
    """What a school that is not known yet must have and this row does not say."""
    told = {problem.field for problem in read.problems if problem.severity == "error"}
    needs = []
    if not read.school.levels and "levels" not in told:
        needs.append(("levels", "unknown_level", _("Trường mới phải có cấp học.")))
    if read.school.commune_id is None and not told & {"commune", "commune_code"}:
        needs.append(("commune", "unknown_commune", _("Trường mới phải có xã, phường.")))
    likely = next((code for code in (f"0{read.school.code}", f"00{read.school.code}") if code in known), "")
    if likely and "code" not in told:
        needs.append(("code", "code_not_text", _("Excel đã bỏ số 0 ở đầu mã? Đã có trường mã “%s”.") % likely))
    return [
        _problem(read, field, code, message, header, suggestion=likely if field == "code" else "")
        for field, code, message in needs
    ]


def _completed(school: ReadSchool, unit: Unit, commune_names: Mapping[int, str]) -> ReadSchool:
    """For showing: what the list leaves blank is what is known."""
    commune_id = school.commune_id or unit.commune_id
    return replace(
        school,
        name=school.name or unit.name,
        levels=school.levels or unit.levels,
        ownership=school.ownership or unit.ownership,
        commune_id=commune_id,
        commune=school.commune or commune_names.get(commune_id or 0, ""),
        address=school.address or unit.address,
        email=school.email or unit.email,
        phone=school.phone or unit.phone,
    )


def _plain_changes(school: ReadSchool, unit: Unit, commune_names: Mapping[int, str]) -> list[Change]:
    """An empty cell, like a column that the file lacks, erases nothing."""
    changes = []
    for name in PLAIN_FIELDS:
        old, new = getattr(unit, name), getattr(school, name)
        if new and new != old:
            changes.append(Change(name, _show(name, old, commune_names), _show(name, new, commune_names)))
    return changes


def _show(name: str, value: object, commune_names: Mapping[int, str]) -> str:
    if value in (None, ""):
        return ""
    if name == "levels":
        return levels.label(int(str(value)))
    if name == "commune_id":
        return commune_names.get(int(str(value)), "")
    if name == "ownership":
        return str(Ownership(str(value)).label)
    return str(value)


def headcounts_of(school: ReadSchool, level_mask: int) -> dict[tuple[str, str], int]:
    """The counts that a row gives, by (population, level); a total over several levels cannot be placed."""
    codes = levels.to_codes(level_mask)
    found: dict[tuple[str, str], int] = {}
    for level, number in school.pupils_by_level.items():
        if number or level in codes:
            found["pupils", level] = number
    if len(codes) == 1:
        if school.pupils is not None and not school.pupils_by_level:
            found["pupils", codes[0]] = school.pupils
        if school.classes is not None:
            found["classes", codes[0]] = school.classes
    for name in ("staff", "managers", "teachers", "employees"):
        number = getattr(school, name)
        if number is not None:
            found[name, ""] = number
    return found


def _count_changes(new: Mapping[tuple[str, str], int], old: Mapping[tuple[str, str], int]) -> list[Change]:
    return [
        Change(count_field(key), str(old.get(key, "")), str(number))
        for key, number in new.items()
        if old.get(key) != number
    ]


def count_field(key: tuple[str, str]) -> str:
    """('pupils', 'TH') is the column 'pupils_TH'."""
    return "_".join(key).rstrip("_")


def _jumps(
    read: ReadRow, new: Mapping[tuple[str, str], int], old: Mapping[tuple[str, str], int], header: Header
) -> list[Problem]:
    found = []
    for key, number in new.items():
        before = old.get(key)
        if before is None or max(before, number) < _SMALL:
            continue
        name = count_field(key)
        if name not in header.columns:
            name = key[0]
        if number * _FALL <= before:
            message = _("Giảm %s%% so với số đang có; hãy kiểm tra lại.") % (100 - 100 * number // before)
        elif number >= before * _RISE:
            message = _("Gấp %s lần số đang có; hãy kiểm tra lại.") % (number // before if before else "∞")
        else:
            continue
        found.append(_problem(read, name, "suspicious_change", message, header, severity=WARNING))
    return found


def _problem(
    read: ReadRow,
    field: str,
    code: str,
    message: str,
    header: Header,
    *,
    severity: Literal["error", "warning", "info"] = "error",
    suggestion: str = "",
) -> Problem:
    column = header.columns.get(field)
    return Problem(
        code=code,
        message=message,
        severity=severity,
        row=read.row,
        column="" if column is None else headers.letter(column),
        field=field,
        value=read.written.get(field, ""),
        suggestion=suggestion,
    )
