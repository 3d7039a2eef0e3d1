"""The rows under a header → schools as the list tells of them, each with its problems. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeVar

from django.utils.translation import gettext as _

from schools import levels
from schools.imports import cells, headers, legacy
from schools.imports.cells import Fault
from schools.imports.headers import Header
from schools.imports.passing import TOTALS, Section, pass_over
from schools.imports.places import Gazetteer, Place
from schools.imports.problems import WARNING, Problem
from schools.imports.workbook import Cell, Row, Sheet

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadSchool:
    """One school as a list tells of it; None, 0 and '' are what the list does not say."""

    code: str = ""
    name: str = ""
    levels: int = 0
    levels_guessed: bool = False
    ownership: str = ""
    commune_id: int | None = None
    commune_code: str = ""
    commune: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    pupils: int | None = None
    pupils_by_level: dict[str, int] = field(default_factory=dict)
    staff: int | None = None
    managers: int | None = None
    teachers: int | None = None
    employees: int | None = None
    classes: int | None = None

    @property
    def levels_label(self) -> str:
        return levels.label(self.levels)


@cache
def codes_of(mask: int) -> tuple[str, ...]:
    """Level codes of a mask, worked out once for each of the few masks there are."""
    return tuple(levels.to_codes(mask))


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of the list that tells of a school, and the cells it was read from."""

    row: int
    school: ReadSchool
    problems: tuple[Problem, ...]
    cells: Row
    columns: Mapping[str, int]

    @property
    def written(self) -> dict[str, str]:
        """What stands in the cells, by field."""
        return {name: self.shown(name) for name in self.columns}

    def shown(self, name: str) -> str:
        column = self.columns.get(name)
        return cells.show(self.cells[column]) if column is not None and column < len(self.cells) else ""

    @property
    def is_wrong(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Reading:
    """All rows of one sheet."""

    rows: tuple[ReadRow, ...]
    skipped: int
    problems: tuple[Problem, ...]


def read_rows(sheet: Sheet, header: Header, gazetteer: Gazetteer) -> Reading:
    table = _fill_merged(sheet, header)
    reader = _Reader(table, header, gazetteer)
    rows: list[ReadRow] = []
    skipped: list[Problem] = []
    count = 0
    for number, row in enumerate(table, start=header.last_row + 1):
        if not row:
            continue
        if not reader.is_plainly_school(row):
            filled = {column: shown for column, cell in enumerate(row) if (shown := cells.show(cell))}
            if not filled:
                continue
            reason = pass_over(filled, header, reader.section)
            if reason is not None:
                count += 1
                if reason:
                    first = min(filled)
                    column = headers.letter(first)
                    skipped.append(Problem("junk_row", reason, WARNING, number, column, value=filled[first][:80]))
                continue
        rows.append(reader.read(row, number))
    return Reading(tuple(_marked(rows, header)), count, tuple(skipped))


def _fill_merged(sheet: Sheet, header: Header) -> list[Row]:
    """A cell merged over several rows holds for all of them, in the columns where that makes sense."""
    shared = {header.columns.get(name) for name in ("commune", "commune_code", "district", "levels", "ownership")}
    rows = sheet.rows
    for (top, left), (bottom, _right) in sheet.merges:
        if left in shared and bottom > top >= header.last_row and top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                if row:
                    row += [""] * (left + 1 - len(row))
                    row[left] = rows[top][left]
    return rows[header.last_row :]


_PLACES = ("commune", "commune_code", "district")
COUNTS = ("pupils", "staff", "managers", "teachers", "employees", "classes")


class _Reader:
    """Rows on their way to ReadRows; `row`, `number` and `problems` are of the one being read."""

    def __init__(self, table: Sequence[Row], header: Header, gazetteer: Gazetteer) -> None:
        self.header, self.gazetteer, self.section = header, gazetteer, Section()
        self.columns = header.columns
        self.code_column, self.name_column = header.columns["code"], header.columns["name"]
        self.usual = cells.usual_length(row[self.code_column] for row in table if len(row) > self.code_column)
        self.counts = [(name, self.columns[name]) for name in COUNTS if name in self.columns]
        by_level = ((level, f"pupils_{level}") for level in levels.LEVEL_CODES)
        self.by_level = [(level, key, self.columns[key]) for level, key in by_level if key in self.columns]
        self.has_place = [key in self.columns for key in _PLACES]
        self.row: Row = []
        self.number = 0
        self.problems: list[Problem] = []

    def is_plainly_school(self, row: Row) -> bool:
        """A code with a digit and a name that is none: nothing else needs to be asked."""
        if len(row) <= self.code_column or len(row) <= self.name_column:
            return False
        code, name = row[self.code_column], row[self.name_column]
        if type(name) is not str or len(name) < 6 or name.isdigit() or name[:4].lower() in TOTALS:
            return False
        return type(code) is float or (type(code) is str and len(code) < 20 and any(map(str.isdigit, code)))

    def read(self, row: Row, number: int) -> ReadRow:
        self.row, self.number, self.problems = row, number, []
        columns = self.columns
        code = self.code()
        name = self.words("name", most=250)
        if cells.is_excel_error(name):
            name = ""
            self.note("name", Fault("missing_name", _("Ô là lỗi của Excel, không phải tên đơn vị.")))
        elif not name and not self.problems_of("name"):
            self.note("name", Fault("missing_name", _("Thiếu tên đơn vị.")))
        elif legacy.looks_undecoded(name):
            self.note("name", Fault("old_font", _("Tên viết bằng phông chữ cũ mà cổng không chuyển được; hãy gõ lại.")))
        mask, guessed = self.levels(name)
        place = self.place()
        counts = {key: self.count(key, column) for key, column in self.counts}
        by_level = {
            level: number_of
            for level, key, column in self.by_level
            if (number_of := self.count(key, column)) is not None
        }
        school = ReadSchool(
            code=code,
            name=name,
            levels=mask,
            levels_guessed=guessed,
            ownership=self.value("ownership", cells.read_ownership, "") if "ownership" in columns else "",
            commune_id=place.unit_id if place else None,
            commune_code=place.code if place else "",
            commune=place.name if place else "",
            address=self.words("address", most=300) if "address" in columns else "",
            email=self.value("email", cells.read_email, "") if "email" in columns else "",
            phone=self.words("phone", most=30) if "phone" in columns else "",
            pupils_by_level=by_level,
            **counts,
        )
        self.compare_counts(school)
        return ReadRow(number, school, tuple(self.problems), row, columns)

    def cell(self, name: str) -> Cell:
        column = self.columns.get(name)
        return self.row[column] if column is not None and column < len(self.row) else None

    def problems_of(self, name: str) -> bool:
        return any(problem.field == name for problem in self.problems)

    def note(self, name: str, fault: Fault) -> None:
        column = self.columns.get(name)
        self.problems.append(
            Problem(
                code=fault.code,
                message=fault.message,
                severity=fault.severity,
                row=self.number,
                column="" if column is None else headers.letter(column),
                field=name,
                value=cells.show(self.cell(name)),
                suggestion=fault.suggestion,
            )
        )

    def value(self, name: str, read: Callable[[Cell], tuple[T, Fault | None]], empty: T) -> T:
        cell = self.cell(name)
        if cell is None or cell == "":
            return empty
        if cell is ...:
            self.note(name, _uncalculated())
            return empty
        found, fault = read(cell)
        if fault is not None:
            self.note(name, fault)
        return found

    def count(self, name: str, column: int) -> int | None:
        cell = self.row[column] if column < len(self.row) else None
        if type(cell) is float and 0 <= cell <= cells.MOST_PEOPLE and cell.is_integer():
            return int(cell)
        return self.value(name, cells.read_count, None)

    def words(self, name: str, *, most: int) -> str:
        cell = self.cell(name)
        if isinstance(cell, str) and len(cell) <= most:
            return cells.clean(cell)
        return self.value(name, lambda cell: cells.read_words(cell, most=most), "")

    def code(self) -> str:
        cell = self.cell("code")
        if cell is ...:
            self.note("code", _uncalculated())
            return ""
        code, fault = cells.read_code(cell)
        if fault is not None:
            self.note("code", fault)
        elif not code:
            self.note("code", Fault("missing_code", _("Thiếu mã đơn vị.")))
        elif len(code) > 30:
            self.note("code", Fault("too_long", _("Dài hơn %s ký tự.") % 30))
        elif isinstance(cell, int | float) and len(code) < self.usual:
            likely = code.zfill(self.usual)
            self.note("code", Fault("code_not_text", _("Excel đã bỏ số 0 ở đầu mã? Có thể là “%s”.") % likely, likely))
        return code

    def levels(self, name: str) -> tuple[int, bool]:
        """The levels, and whether only the name tells of them."""
        cell = self.cell("levels")
        mask, fault = cells.read_levels(cell) if cell is not ... else (0, _uncalculated())
        if fault is not None:
            self.note("levels", fault)
        told = cells.levels_in_name(name)
        if not mask and (fault is None or cell is ...):
            # Blank, or as good as blank.
            if told and self.section.levels and not told & self.section.levels:
                self.note("levels", _other_level(told))
            return told or self.section.levels, not self.section.levels
        if mask and told and not mask & told:
            self.note("levels", _other_level(told))
        return mask, False

    def place(self) -> Place | None:
        found = [self.cell(key) if has else None for key, has in zip(_PLACES, self.has_place, strict=True)]
        if ... in found[:2]:
            self.note("commune" if found[0] is ... else "commune_code", _uncalculated())
            return None
        written, code, district = ["" if cell is None else cells.show(cell) for cell in found]
        if not written and not code:
            written = self.section.commune
            if not written:
                return None
        place, fault = self.gazetteer.find(written, code=code, district=district or self.section.district)
        if fault is not None:
            self.note("commune" if written or "commune" in self.columns else "commune_code", fault)
        return place

    def compare_counts(self, school: ReadSchool) -> None:
        by_level = school.pupils_by_level
        codes = codes_of(school.levels)
        if by_level:
            total = sum(by_level.values())
            if school.pupils is not None and school.pupils != total and not self.errors_in_levels():
                message = _("Tổng số khác tổng theo cấp (%s); số theo cấp được ghi.") % total
                self.note("pupils", Fault("bad_number", message, str(total), WARNING))
            for level, number in by_level.items():
                if number and codes and level not in codes:
                    message = _("Có học sinh %s nhưng cấp học không có cấp này.") % level
                    self.note(f"pupils_{level}", Fault("unknown_level", message, severity=WARNING))
        if len(codes) > 1:
            told = _("Không ghi: cần số theo từng cấp.")
            if school.pupils is not None and not by_level and not self.errors_in_levels():
                self.note("pupils", Fault("bad_number", told, severity=WARNING))
            if school.classes is not None:
                self.note("classes", Fault("bad_number", told, severity=WARNING))

    def errors_in_levels(self) -> bool:
        return any(problem.field.startswith("pupils_") for problem in self.problems)


def _uncalculated() -> Fault:
    return Fault("formula_without_value", _("Công thức chưa có kết quả; hãy mở tệp bằng Excel, lưu lại, hoặc nhập số."))


def _other_level(told: int) -> Fault:
    return Fault("unknown_level", _("Tên trường cho thấy cấp %s.") % levels.label(told), levels.label(told), WARNING)


def _marked(rows: list[ReadRow], header: Header) -> Iterator[ReadRow]:
    """Of a code that stands twice, the later rows are errors."""
    first: dict[str, int] = {}
    for item in rows:
        code = item.school.code
        earlier = first.setdefault(code, item.row)
        if not code or earlier == item.row:
            yield item
            continue
        column = headers.letter(header.columns["code"])
        message = _("Trùng mã với dòng %s.") % earlier
        twice = Problem("duplicate_code", message, row=item.row, column=column, field="code", value=code)
        yield replace(item, problems=(*item.problems, twice))
