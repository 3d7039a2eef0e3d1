"""The preview of an upload, worked out once and kept beside its file, to be read a page at a time.

One zip of JSON parts: `head.json`, and for each result the rows, fifty a part. A page of fifty thousand
rows then costs what a page of fifty does.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, overload

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from schools.imports import decisions, mappings, table
from schools.imports.decisions import SkippedRow
from schools.imports.headers import letter
from schools.imports.preview import (
    PLAIN_FIELDS,
    Change,
    MissingSchool,
    Preview,
    PreviewRow,
    Table,
    preview_list,
    read_table,
)
from schools.imports.problems import Problem
from schools.imports.rows import ReadSchool
from schools.imports.straight import without_collector
from schools.imports.workbook import Cell
from schools.models import SchoolImport, Unit

PART = 50
# What each view of the page shows, in its order; a row with a warning stands in its own result too.
VIEWS: dict[str, tuple[str, ...]] = {
    "": ("error", "changed"),
    "error": ("error",),
    "changed": ("changed",),
    "new": ("new",),
    "unchanged": ("unchanged",),
    "warning": ("warning",),
    "skipped": ("skipped",),
    "missing": ("missing",),
}


class ImportBlockedError(Exception):
    """The list cannot be written as it stands; the message says why."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of the whole list, small enough to be read for every page."""

    school_year: int
    sheet: str
    header_row: int
    mapping: dict[str, str]
    letters: dict[str, str]
    titles: list[list[str]]
    guessed: list[str]
    unmapped: list[str]
    counts: dict[str, int]
    sizes: dict[str, int]
    columns: dict[str, list[str]]
    file_problems: list[str] = field(default_factory=list)
    # "field|value|suggestion" → in how many rows the same is wrong.
    repeats: dict[str, int] = field(default_factory=dict)

    @property
    def writable(self) -> int:
        return self.counts["new"] + self.counts["changed"]


@dataclass(frozen=True, slots=True)
class ErrorRows:
    """The administrator's own header and error rows, cell by cell, with what is wrong by column letter."""

    sheet: str
    header: list[list[Cell]]
    rows: list[tuple[int, list[Cell], list[Problem]]]


class Rows(Sequence[Any]):
    """The rows of a view; only the parts that a slice touches are read."""

    def __init__(self, stored: StoredPreview, actions: Sequence[str]) -> None:
        self._stored, self._actions = stored, actions

    def __len__(self) -> int:
        return sum(self._stored.head.sizes[action] for action in self._actions)

    @overload
    def __getitem__(self, wanted: int) -> Any: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Any]: ...
    def __getitem__(self, wanted: int | slice) -> Any:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, _step = wanted.indices(len(self))
        found: list[Any] = []
        before = 0
        for action in self._actions:
            size = self._stored.head.sizes[action]
            first, last = max(start - before, 0), min(stop - before, size)
            if first < last:
                part = first // PART
                rows = [row for number in range(part, -(-last // PART)) for row in self._stored.part(action, number)]
                found += rows[first - part * PART : last - part * PART]
            before += size
        return found


class StoredPreview:
    """A kept preview, open for reading."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self.head = Head(**self._json("head"))

    def rows(self, view: str) -> Rows:
        return Rows(self, VIEWS[view])

    def part(self, action: str, number: int) -> list[Any]:
        rows = self._json(f"{action}-{number}")
        if action == "missing":
            return [MissingSchool(*row) for row in rows]
        if action == "skipped":
            return [SkippedRow(*row) for row in rows]
        return [_row(row) for row in rows]

    def to_write(self) -> Iterator[tuple[PreviewRow, dict[str, Any]]]:
        """The rows that a commit writes, each with the raw values that it found, by field."""
        for action in ("new", "changed"):
            for number in range(-(-self.head.sizes[action] // PART)):
                for row in self._json(f"{action}-{number}"):
                    yield _row(row), row.get("b", {})

    def missing(self) -> list[MissingSchool]:
        return self.rows("missing")[:]

    def find(self, row: int, *actions: str) -> PreviewRow | None:
        """One row of the file, wherever it stands."""
        for action in actions:
            for number in range(-(-self.head.sizes[action] // PART)):
                for item in self._json(f"{action}-{number}"):
                    if item["r"] == row:
                        return _row(item)
        return None

    def same_as(self, key: str) -> list[int]:
        """The rows in which the same value of the same column is wrong in the same way."""
        found = []
        for number in range(-(-self.head.sizes["error"] // PART)):
            for item in self._json(f"error-{number}"):
                problems = [Problem(**problem) for problem in item.get("p", [])]
                if any(table.key_of(problem) == key for problem in problems if problem.severity == "error"):
                    found.append(item["r"])
        return found

    def errors(self) -> ErrorRows:
        kept = self._json("errors")
        rows = [(row, cells, [Problem(**problem) for problem in problems]) for row, cells, problems in kept["rows"]]
        return ErrorRows(self.head.sheet, kept["header"], rows)

    def _json(self, name: str) -> Any:
        return json.loads(self._archive.read(f"{name}.json"))


# --- working out and keeping -------------------------------------------------------------------
def read_upload(content: bytes, item: SchoolImport) -> tuple[Table, dict[str, str]]:
    """The table of an upload as its columns are to be read, and the mapping in use; raises RefusedError."""
    found = read_table(content, sheet=item.sheet, school_year=item.school_year)
    chosen: dict[str, str] = item.mapping or mappings.saved_for(found.header)
    return mappings.apply(found, chosen), chosen


def work_out(content: bytes, item: SchoolImport) -> bytes:
    """Read the file, hold it against what is known, and give the bytes to keep; sets the sheet on the item."""
    with without_collector():
        found, item.mapping = read_upload(content, item)
        item.sheet = found.sheet.name
        decided, skipped = decisions.apply(found, item.decisions)
        return pack(preview_list(decided, school_year=item.school_year), found, decided, skipped)


def keep(item: SchoolImport, packed: bytes) -> str:
    """Put the preview beside the file and name it on the item; gives the name of the one before, to be deleted."""
    old: str = item.outcome.get("preview", {}).get("name", "")
    name = f"{Path(item.file.name or '').with_suffix('')}-preview.zip"
    kept = item.file.storage.save(name, ContentFile(packed))
    item.outcome = {"preview": {"name": kept, "sha256": hashlib.sha256(packed).hexdigest()}}
    return old


def content_of(item: SchoolImport) -> bytes:
    """The bytes of the kept upload, as they were sent."""
    return _read(item, item.file.name or "", item.sha256)


def load(item: SchoolImport) -> StoredPreview:
    """The kept preview; raises ImportBlockedError where it is not there as it was kept."""
    kept = item.outcome.get("preview") or {"name": "", "sha256": ""}
    return StoredPreview(_read(item, kept["name"], kept["sha256"]))


def _read(item: SchoolImport, name: str, sha256: str) -> bytes:
    try:
        with item.file.storage.open(name) as file:
            content: bytes = file.read()
    except (FileNotFoundError, IsADirectoryError):
        raise ImportBlockedError(_("Tệp đã lưu không còn nữa; hãy tải lên lại.")) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ImportBlockedError(_("Tệp đã lưu không còn như lúc tải lên; hãy tải lên lại."))
    return content


def pack(preview: Preview, found: Table, decided: Table, skipped: Sequence[SkippedRow]) -> bytes:
    """The bytes to keep: what was understood of the table as it was found, once decided upon."""
    groups: dict[str, list[Any]] = {action: preview.of(action) for action in ("error", "changed", "new", "unchanged")}
    groups["warning"] = [row for row in preview.rows if _is_warned(row)]
    left_out = {item.code for item in skipped}
    groups["missing"] = [item for item in preview.missing if item.code not in left_out]
    groups["skipped"] = list(skipped)
    raw = _raw_values(groups["changed"])
    counts = preview.counts
    counts["skipped"] += len(skipped)
    counts["total"] += len(skipped)
    header = found.header
    head = Head(
        school_year=preview.school_year,
        sheet=preview.sheet,
        header_row=preview.header_row,
        mapping=header.mapping,
        letters={field: letter(column) for field, column in header.columns.items()},
        titles=mappings.titles_of(header),
        guessed=sorted(header.guessed),
        unmapped=header.unmapped,
        counts=counts,
        sizes={action: len(rows) for action, rows in groups.items()},
        columns={
            view: table.column_names(preview.mapping, [row for name in names for row in groups[name]])
            for view, names in VIEWS.items()
            if view not in ("missing", "skipped")
        },
        file_problems=[problem.message for problem in preview.problems if problem.row is None],
        repeats=_repeats(groups["error"]),
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("head.json", _dump(asdict(head)))
        archive.writestr("errors.json", _dump(_error_rows(groups["error"], decided)))
        for action, rows in groups.items():
            for number in range(-(-len(rows) // PART)):
                part = rows[number * PART : (number + 1) * PART]
                archive.writestr(f"{action}-{number}.json", _dump([_plain(row, raw) for row in part]))
    return out.getvalue()


def _is_warned(row: PreviewRow) -> bool:
    return row.action != "error" and any(problem.severity == "warning" for problem in row.problems)


def _raw_values(changed: Sequence[PreviewRow]) -> dict[int, dict[str, Any]]:
    """What stands in the fields that would change: a commit finds it so, or does not write."""
    ids = [row.unit_id or 0 for row in changed if any(change.field in PLAIN_FIELDS for change in row.changes)]
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), 900):
        rows = Unit.objects.filter(pk__in=ids[start : start + 900]).values("pk", *PLAIN_FIELDS)
        found |= {row.pop("pk"): row for row in rows}
    return found


def _repeats(errors: Sequence[PreviewRow]) -> dict[str, int]:
    counted = Counter(
        key
        for row in errors
        for key in {table.key_of(item) for item in row.problems if item.severity == "error" and item.suggestion}
    )
    return {key: number for key, number in counted.items() if number > 1}


def _error_rows(errors: Sequence[PreviewRow], decided: Table) -> dict[str, Any]:
    sheet, header = decided.sheet, decided.header
    return {
        "header": sheet.rows[header.row - 1 : header.last_row],
        "rows": [[row.row, sheet.rows[row.row - 1], [_filled(problem) for problem in row.problems]] for row in errors],
    }


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_told)


def _told(cell: object) -> str:
    """A date is kept as it is written; a formula that was never calculated has nothing to keep."""
    return cell.decode() if isinstance(cell, bytes) else "" if cell is ... else str(cell)


def _plain(row: Any, raw: Mapping[int, dict[str, Any]]) -> Any:
    if not isinstance(row, PreviewRow):
        return [getattr(row, item.name) for item in fields(row)]
    found: dict[str, Any] = {"r": row.row, "a": row.action, "s": _filled(row.school)}
    if row.unit_id is not None:
        found["u"] = row.unit_id
    if row.problems:
        found |= {"w": row.written, "p": [_filled(problem) for problem in row.problems]}
    if row.changes:
        found["c"] = [[change.field, change.old, change.new] for change in row.changes]
        before = raw.get(row.unit_id or 0, {})
        found["b"] = {change.field: before[change.field] for change in row.changes if change.field in before}
    if row.headcounts:
        found["h"] = [[*key, number] for key, number in row.headcounts.items()]
    return found


_DEFAULTS = {
    kind: [(item.name, None if item.default is MISSING else item.default) for item in fields(kind)]
    for kind in (ReadSchool, Problem)
}


def _filled(item: ReadSchool | Problem) -> dict[str, Any]:
    """Only what differs from the default, so that fifty thousand rows stay small."""
    found = {}
    for name, default in _DEFAULTS[type(item)]:
        value = getattr(item, name)
        if value != default and value != {}:
            found[name] = value
    return found


def _row(kept: Mapping[str, Any]) -> PreviewRow:
    return PreviewRow(
        row=kept["r"],
        action=kept["a"],
        school=ReadSchool(**kept["s"]),
        written=kept.get("w", {}),
        unit_id=kept.get("u"),
        changes=tuple(Change(*change) for change in kept.get("c", [])),
        problems=tuple(Problem(**problem) for problem in kept.get("p", [])),
        headcounts={(population, level): number for population, level, number in kept.get("h", [])},
    )
