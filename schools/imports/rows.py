"""The rows under a header → schools as the list tells of them, each with its problems. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _

from schools import levels, text
from schools.imports import cells, headers
from schools.imports.cells import Fault
from schools.imports.headers import Header
from schools.imports.places import Gazetteer, Place
from schools.imports.problems import INFO, WARNING, Problem
from schools.imports.workbook import Cell, Row, Sheet

T = TypeVar("T")

_TOTAL = re.compile(r"(tong|tong cong|tong so|cong|toan tinh|toan xa|toan truong)\b(?! (lap|doan))")
_NOTE = re.compile(r"(ghi chu|luu y|chu thich|nguon|\*)")
_SIGNED = re.compile(
    r"(nguoi lap|nguoi tong hop|hieu truong|giam doc|pho giam doc|thu truong|chu tich|pho chu tich|ky ten|xac nhan"
    r"|ky, ghi|\(ky|da ky|kt\.|tm\.|tl\.|noi nhan|.{0,40}, ?ngay .{0,9}thang|ngay .{0,9}thang)"
)
_ORDINAL = re.compile(r"[ivxlc]+|[a-z]|\d+(\.\d+)*")
_SCHOOL = re.compile(r"(truong|trung tam|nhom tre|lop mau giao|co so)\b")


@dataclass(frozen=True, slots=True)
class ReadSchool:
    """One school as a list tells of it; None, 0 and '' are what the list does not say."""

    code: str = ""
    name: str = ""
    levels: int = 0
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


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of the list that tells of a school; `written` is what stands in its cells, by field."""

    row: int
    school: ReadSchool
    problems: tuple[Problem, ...]
    written: dict[str, str]

    @property
    def is_wrong(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Reading:
    """All rows of one sheet."""

    rows: tuple[ReadRow, ...]
    skipped: int
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Section:
    """What a section row says for the rows below it."""

    commune: str = ""
    levels: int = 0


def read_rows(sheet: Sheet, header: Header, gazetteer: Gazetteer) -> Reading:
    table = _fill_merged(sheet, header)
    code_column = header.columns["code"]
    usual = cells.usual_length(row[code_column] for row in table if len(row) > code_column)
    rows: list[ReadRow] = []
    skipped: list[Problem] = []
    count = 0
    section = _Section()
    for number, row in enumerate(table, start=header.last_row + 1):
        filled = {column: cells.show(cell) for column, cell in enumerate(row) if cells.show(cell)}
        if not filled:
            continue
        reason = _pass_over(filled, header, section, gazetteer)
        if reason is None:
            rows.append(_Reader(row, number, header, gazetteer, usual, section).read())
            continue
        count += 1
        if reason:
            first = min(filled)
            skipped.append(Problem("junk_row", reason, INFO, number, headers.letter(first), value=filled[first][:80]))
    return Reading(_mark_duplicates(rows, header), count, tuple(skipped))


def _fill_merged(sheet: Sheet, header: Header) -> list[Row]:
    """A cell merged over several rows holds for all of them, in the columns where that makes sense."""
    table = sheet.rows[header.last_row :]
    shared = {header.columns.get(name) for name in ("commune", "commune_code", "district", "levels", "ownership")}
    for (top, left), (bottom, _right) in sheet.merges:
        if left in shared and top >= header.last_row:
            value = sheet.rows[top][left]
            for index in range(top + 1, min(bottom, len(sheet.rows) - 1) + 1):
                sheet.rows[index][left] = value
    return table


def _pass_over(filled: Mapping[int, str], header: Header, section: _Section, gazetteer: Gazetteer) -> str | None:
    """None for a school; otherwise why the row is no school, '' where that needs no word."""
    if not any(column in filled for key, column in header.columns.items() if key != "district"):
        return _("Không có ô nào trong các cột của danh sách: bỏ qua.")
    code, name = (filled.get(header.columns[key], "") for key in ("code", "name"))
    words = [text.fold(value) for value in filled.values()]
    if headers.normal(name) == headers.normal(header.titles[header.columns["name"]]):
        return ""
    if len(words) >= 3 and all(re.fullmatch(r"\(?(\d{1,2}|[a-z])\)?([ =].*)?", word) for word in words):
        return ""
    leading = [word for word in words[:3] if not _ORDINAL.fullmatch(word)]
    if leading and _TOTAL.match(leading[0]) and not (code and _SCHOOL.match(text.fold(name))):
        return _("Dòng tổng cộng: bỏ qua.")
    if any(_SIGNED.match(word) for word in words) and not (code and name):
        return ""
    if leading and _NOTE.match(leading[0]) and not (code and name):
        return _("Dòng ghi chú: bỏ qua.")
    alone = [value for value in filled.values() if not _ORDINAL.fullmatch(text.fold(value))]
    if len(alone) == 1 and not _SCHOOL.match(text.fold(alone[0])) and not (code and name):
        return _open_section(alone[0], section, gazetteer)
    return None


def _open_section(title: str, section: _Section, gazetteer: Gazetteer) -> str:
    bare = re.sub(r"^([IVXLC]+|[A-Z]|\d+)[.)/ ]+\s*", "", title)
    place = gazetteer.exactly(bare)
    mask, fault = cells.read_levels(re.sub(r"^(?i:khối|bậc|cấp học|các trường)\s+", "", bare))
    if place is not None:
        section.commune = place.name
        return ""
    if mask and fault is None:
        section.levels = mask
        return ""
    return _("Không phải dòng của một trường: bỏ qua.")


class _Reader:
    """One row on its way to a ReadRow."""

    def __init__(
        self, row: Row, number: int, header: Header, gazetteer: Gazetteer, usual: int, section: _Section
    ) -> None:
        self.row, self.number, self.header = row, number, header
        self.gazetteer, self.usual, self.section = gazetteer, usual, section
        self.problems: list[Problem] = []

    def read(self) -> ReadRow:
        written = {name: cells.show(self.cell(name)) for name in self.header.columns}
        code = self.code()
        name = self.words("name", most=250)
        if not name:
            self.note("name", Fault("missing_name", _("Thiếu tên đơn vị.")))
        mask = self.levels(name)
        place = self.place()
        by_level = {
            level: number
            for level in levels.LEVEL_CODES
            if (number := self.value(f"pupils_{level}", cells.read_count, None)) is not None
        }
        school = ReadSchool(
            code=code,
            name=name,
            levels=mask,
            ownership=self.value("ownership", cells.read_ownership, ""),
            commune_id=place.unit_id if place else None,
            commune_code=place.code if place else "",
            commune=place.name if place else "",
            address=self.words("address", most=300),
            email=self.value("email", cells.read_email, ""),
            phone=self.words("phone", most=30),
            pupils_by_level=by_level,
            **{
                key: self.value(key, cells.read_count, None)
                for key in ("pupils", "staff", "managers", "teachers", "employees", "classes")
            },
        )
        self.compare_counts(school)
        return ReadRow(self.number, school, tuple(self.problems), written)

    def cell(self, name: str) -> Cell:
        column = self.header.columns.get(name)
        return self.row[column] if column is not None and column < len(self.row) else None

    def note(self, name: str, fault: Fault) -> None:
        column = self.header.columns.get(name)
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
        if name not in self.header.columns:
            return empty
        found, fault = read(self.cell(name))
        if fault is not None:
            self.note(name, fault)
        return found

    def words(self, name: str, *, most: int) -> str:
        return self.value(name, lambda cell: cells.read_words(cell, most=most), "")

    def code(self) -> str:
        cell = self.cell("code")
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

    def levels(self, name: str) -> int:
        mask = self.value("levels", cells.read_levels, 0)
        if "levels" in self.header.columns and cells.show(self.cell("levels")):
            told = cells.levels_in_name(name)
            if mask and told and not mask & told:
                message = _("Tên trường cho thấy cấp %s.") % levels.label(told)
                self.note("levels", Fault("unknown_level", message, levels.label(told), WARNING))
            return mask
        return self.section.levels or cells.levels_in_name(name)

    def place(self) -> Place | None:
        written, code, district = (cells.show(self.cell(key)) for key in ("commune", "commune_code", "district"))
        written = written or ("" if code else self.section.commune)
        if not written and not code:
            return None
        place, fault = self.gazetteer.find(written, code=code, district=district)
        if fault is not None:
            self.note("commune" if "commune" in self.header.columns else "commune_code", fault)
        return place

    def compare_counts(self, school: ReadSchool) -> None:
        by_level = school.pupils_by_level
        total = sum(by_level.values())
        if by_level and school.pupils is not None and school.pupils != total:
            message = _("Tổng số khác tổng theo cấp (%s); số theo cấp được ghi.") % total
            self.note("pupils", Fault("bad_number", message, str(total), WARNING))
        codes = levels.to_codes(school.levels)
        if len(codes) > 1:
            told = _("Không ghi: cần số theo từng cấp.")
            if school.pupils is not None and not by_level:
                self.note("pupils", Fault("bad_number", told, severity=WARNING))
            if school.classes is not None:
                self.note("classes", Fault("bad_number", told, severity=WARNING))
        for level, number in by_level.items():
            if number and codes and level not in codes:
                message = _("Có học sinh %s nhưng cấp học không có cấp này.") % level
                self.note(f"pupils_{level}", Fault("unknown_level", message, severity=WARNING))


def _mark_duplicates(rows: list[ReadRow], header: Header) -> tuple[ReadRow, ...]:
    """Of a code that stands twice, the later rows are errors."""
    return tuple(_marked(rows, header))


def _marked(rows: list[ReadRow], header: Header) -> Iterator[ReadRow]:
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
        yield ReadRow(item.row, item.school, (*item.problems, twice), item.written)
