"""What a mangled list means: the shape in which its answer is written down.

The answers are written from the rules of reading, by hand, before anything reads the list. Where the
rules leave two readings open, the answer names both (`Either`), and `may` lists what may be said as
well without being wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class Unsaid:
    """Stands for a value about which the rules say nothing here."""

    def __repr__(self) -> str:
        return "UNSAID"


UNSAID = Unsaid()


@dataclass(frozen=True)
class Either:
    """The rules allow any of these."""

    values: tuple[Any, ...]


def either(*values: Any) -> Either:
    return Either(values)


@dataclass(frozen=True)
class Existing:
    """A school that the portal knows before the list comes in; counts by school year."""

    code: str
    name: str
    levels: str = "TH"
    commune: str = "14464"
    ownership: str = "public"
    staff: Mapping[int, int] = field(default_factory=dict)
    pupils: Mapping[int, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class School:
    """One row of the preview. `levels` are words with blanks between; a blank commune is null."""

    row: int
    action: str | Either
    code: Any
    name: Any
    levels: Any = "TH"
    commune: Any = "14464"
    pupils: Any = None
    staff: Any = None
    ownership: Any = "public"
    by_level: Any = UNSAID


@dataclass(frozen=True)
class Problem:
    """`column` is Excel's letter; None where the problem is of the row. `suggestion` is text that it must hold."""

    row: int | None
    column: str | None
    field: str | None
    code: str | Unsaid
    severity: str | Either = "error"
    suggestion: str | Sequence[str] | None = None


@dataclass(frozen=True)
class Rows:
    """`total` is all of them together. Blank rows are no rows."""

    total: int
    new: int | Either = 0
    changed: int = 0
    unchanged: int = 0
    error: int | Either = 0
    skipped: int = 0


@dataclass(frozen=True)
class Case:
    name: str
    rule: str
    build: Callable[[], bytes]
    header_row: int | Either
    mapping: Mapping[str, Any]
    rows: Rows
    preview: Sequence[School]
    problems: Sequence[Problem] = ()
    may: Sequence[tuple[int, str]] = ()
    missing: Sequence[str] = ()
    existing: Sequence[Existing] = ()
    sheet: str | None = "DS"
    file_name: str = "danh-sach.xlsx"
    school_year: str = "2026-2027"
    # The row of letters or numbers right under a header is part of it to some, a skipped row to others.
    header_tail: int = 0


@dataclass(frozen=True)
class Refused:
    """A file of which nothing is taken: one problem with row null, status 2."""

    name: str
    codes: tuple[str, ...]
    build: Callable[[], bytes]
    file_name: str = "danh-sach.xlsx"


def warning(row: int, column: str | None, field: str | None, code: str, suggestion: Any = None) -> Problem:
    return Problem(row, column, field, code, "warning", suggestion)


def error(row: int, column: str | None, field: str | None, code: str | Unsaid, suggestion: Any = None) -> Problem:
    return Problem(row, column, field, code, "error", suggestion)


def junk(*rows: int) -> list[Problem]:
    """Totals and notes: skipped, and said so. The rules name no severity; an error it is not."""
    return [Problem(row, None, None, "junk_row", either("info", "warning")) for row in rows]
