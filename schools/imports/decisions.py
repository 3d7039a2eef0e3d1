"""What a person decided about single rows of an upload: a cell's right text, a row to leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schools.imports import cells
from schools.imports.headers import Header
from schools.imports.preview import Table
from schools.imports.workbook import Row, Sheet

# A merged cell holds for all its rows in these columns; that must outlive the row in which it is written.
_SHARED = ("commune", "commune_code", "district", "levels", "ownership")


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """One row that a person left out of the list."""

    row: int
    code: str
    name: str


def fix_cell(decisions: Mapping[str, Any], *, row: int, field: str, text: str) -> dict[str, Any]:
    """The decisions with one more cell put right."""
    fixes = {key: dict(value) for key, value in decisions.get("fixes", {}).items()}
    fixes.setdefault(str(row), {})[field] = text
    return {**decisions, "fixes": fixes}


def skip_row(decisions: Mapping[str, Any], *, row: int) -> dict[str, Any]:
    return {**decisions, "skips": sorted({*decisions.get("skips", []), row})}


def take_row(decisions: Mapping[str, Any], *, row: int) -> dict[str, Any]:
    """The decisions with a row taken back into the list."""
    return {**decisions, "skips": [item for item in decisions.get("skips", []) if item != row]}


def apply(table: Table, decisions: Mapping[str, Any]) -> tuple[Table, list[SkippedRow]]:
    """The table as decided: cells put right, rows left out blank. The table given is not changed."""
    fixes: Mapping[str, Mapping[str, str]] = decisions.get("fixes", {})
    skips = {row for row in decisions.get("skips", []) if table.header.last_row < row <= len(table.sheet.rows)}
    if not fixes and not skips:
        return table, []
    rows = list(table.sheet.rows)
    header = _with_columns(table.header, rows, {field for fix in fixes.values() for field in fix})
    for number, fix in fixes.items():
        index = int(number) - 1
        if header.last_row <= index < len(rows):
            rows[index] = _fixed(rows[index], header, fix)
    skipped = [_told(rows[row - 1], row, header) for row in sorted(skips)]
    sheet = _unmerged(replace(table.sheet, rows=rows), header, skips)
    for row in skips:
        rows[row - 1] = []
    return replace(table, sheet=sheet, header=header), skipped


def _with_columns(header: Header, rows: Sequence[Row], fields: set[str]) -> Header:
    """A header in which each corrected field has a column, past the last one where the file has none."""
    new = sorted(fields - header.columns.keys())
    if not new:
        return header
    width = max((len(row) for row in rows), default=0)
    columns = {**header.columns, **{field: width + place for place, field in enumerate(new)}}
    return replace(header, columns=columns, titles={**header.titles, **{columns[field]: field for field in new}})


def _fixed(row: Row, header: Header, fix: Mapping[str, str]) -> Row:
    changed = list(row)
    for field, text in fix.items():
        column = header.columns[field]
        changed += [""] * (column + 1 - len(changed))
        changed[column] = text
    return changed


def _told(row: Row, number: int, header: Header) -> SkippedRow:
    code, name = (header.columns[field] for field in ("code", "name"))
    return SkippedRow(number, *(cells.show(row[column]) if column < len(row) else "" for column in (code, name)))


def _unmerged(sheet: Sheet, header: Header, skips: set[int]) -> Sheet:
    """Merged cells that a left-out row is part of are written out for the other rows."""
    shared = {header.columns[field] for field in _SHARED if field in header.columns}
    kept = []
    for merge in sheet.merges:
        (top, left), (bottom, _right) = merge
        if not any(row - 1 in range(top, bottom + 1) for row in skips):
            kept.append(merge)
            continue
        if left in shared and top >= header.last_row and left < len(sheet.rows[top]):
            for index in range(top + 1, min(bottom, len(sheet.rows) - 1) + 1):
                row = [*sheet.rows[index], *[""] * (left + 1 - len(sheet.rows[index]))]
                row[left] = sheet.rows[top][left]
                sheet.rows[index] = row
    return replace(sheet, merges=tuple(kept))
