"""The list of schools as .xlsx, in columns that the import takes back unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from schools import levels, school_years
from schools.models import Headcount, Ownership, Population, Unit
from schools.querysets import UnitQuerySet

CHUNK = 1000
Counts = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; a value of None leaves the cell empty, which erases nothing when it is read back."""

    title: str
    width: int
    value: Callable[[Unit, Counts], str | int | None]


def write_schools(units: UnitQuerySet, *, school_year: int, out: IO[bytes]) -> int:
    """Write the schools in name order with their counts of a school year; says how many. Memory does not grow."""
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            # A name that begins with = or an address that looks like a link stays what was typed.
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    plain = {"font_name": "Times New Roman", "font_size": 12}
    head = book.add_format({**plain, "bold": True, "text_wrap": True, "valign": "top", "bg_color": "#edf5fc"})
    text = book.add_format({**plain, "num_format": "@"})
    number = book.add_format({**plain, "num_format": "0"})
    sheet = book.add_worksheet(_("Năm học %s") % school_years.label(school_year))
    columns = _columns(units, school_year)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, head)
    sheet.freeze_panes(1, 2)
    row = 0
    for row, (unit, counts) in enumerate(_rows(units, school_year), start=1):
        for place, column in enumerate(columns):
            value = column.value(unit, counts)
            if isinstance(value, int):
                sheet.write_number(row, place, value, number)
            elif value:
                sheet.write_string(row, place, value, text)
    sheet.autofilter(0, 0, max(row, 1), len(columns) - 1)
    book.close()
    return row


def _columns(units: UnitQuerySet, school_year: int) -> list[Column]:
    counted = Headcount.objects.filter(
        unit__in=units.order_by().values("pk"), school_year=school_year, population=Population.PUPILS
    )
    known = set(counted.order_by().values_list("level", flat=True).distinct())
    # The titles are what the import reads, whatever language the reader has chosen.
    return [
        Column("Mã trường", 14, lambda unit, _counts: unit.code),
        Column("Tên trường", 44, lambda unit, _counts: unit.name),
        Column("Cấp học", 14, lambda unit, _counts: unit.levels_label),
        Column("Loại hình", 12, lambda unit, _counts: OWNERSHIPS.get(unit.ownership)),
        Column("Mã xã", 9, lambda unit, _counts: unit.commune.code if unit.commune else None),
        Column("Xã, phường", 24, lambda unit, _counts: unit.commune.name if unit.commune else None),
        Column("Địa chỉ", 36, lambda unit, _counts: unit.address),
        Column("Thư điện tử", 28, lambda unit, _counts: unit.email),
        Column("Điện thoại", 14, lambda unit, _counts: unit.phone),
        *(_count(f"Số HS {level}", "pupils", level) for level in levels.LEVEL_CODES if level in known),
        Column("Số lớp", 8, _classes),
        _count("CB-GV-NV", "staff"),
        _count("CBQL", "managers"),
        _count("Giáo viên", "teachers"),
        _count("Nhân viên", "employees"),
    ]


OWNERSHIPS = {
    Ownership.PUBLIC.value: "Công lập",
    Ownership.PRIVATE.value: "Tư thục",
    Ownership.PEOPLE_FOUNDED.value: "Dân lập",
}


def _count(title: str, population: str, level: str = "") -> Column:
    return Column(title, 10, lambda _unit, counts: counts.get((population, level)))


def _classes(unit: Unit, counts: Counts) -> int | None:
    """One column says nothing of a school of several levels: the import would not know whose classes they are."""
    codes = unit.level_codes
    return counts.get(("classes", codes[0])) if len(codes) == 1 else None


def _rows(units: UnitQuerySet, school_year: int) -> Iterator[tuple[Unit, Counts]]:
    listed = units.select_related("commune").order_by("name_sort", "pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(listed, CHUNK)):
        counts: dict[int, Counts] = {unit.pk: {} for unit in chunk}
        found: Any = Headcount.objects.filter(unit__in=list(counts), school_year=school_year)
        for unit_id, population, level, number in found.values_list("unit_id", "population", "level", "number"):
            counts[unit_id][population, level] = number
        yield from ((unit, counts[unit.pk]) for unit in chunk)
