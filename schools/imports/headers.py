"""Which row is the header, and what each column holds. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from schools import text
from schools.imports import cells
from schools.imports.synonyms import SYNONYMS
from schools.imports.workbook import Merge, Row, Sheet

SEARCHED_ROWS = 40
HEADER_ROWS = 4
# Longer than any header: a sentence.
_LONGEST_TITLE = 120

_EXACT = {synonym: (name, place) for name, synonyms in SYNONYMS.items() for place, synonym in enumerate(synonyms)}
# What follows a known header and makes it another thing: "Tổng số HS nữ" is not the number of pupils.
_OTHER_THING = {
    "nu", "dan", "lop", "khuyet", "ngheo", "bo", "luu", "hoc", "cha", "me", "hieu", "quan", "giao", "nam", "tinh",
    "thue", "huyen", "qhns", "ngan", "cu", "toc", "tuyen", "buoi", "ban", "ky", "tuoi", "phong", "chuyen", "vang",
    "dat", "to", "thon", "ap", "khoi", "nganh", "hang",
}  # fmt: skip
# A group above a column that makes it somebody's or something else's.
_OTHER_GROUP = re.compile(
    r"\b(hieu truong|lanh dao|nguoi|ke toan|phu trach|lien he|lop|nu|dan toc|khuyet tat|phong hoc|ho so|cha|me)\b"
)
_YEAR = re.compile(r"\b(20\d\d)\s*(?:[-–/_]|den)?\s*(?:20)?(\d\d)\b")
_ONE_YEAR = re.compile(r"\bnam hoc (20\d\d)\b")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands and what it says: columns by field, the headers as found."""

    row: int
    last_row: int
    columns: dict[str, int]
    titles: dict[int, str]
    guessed: frozenset[str]
    parts: frozenset[str] = field(default=frozenset())
    # A column under a group whose own words say it all: the title without the group.
    short: dict[int, str] = field(default_factory=dict)

    @property
    def mapping(self) -> dict[str, str]:
        return {name: self.short.get(column, self.titles[column]) for name, column in self.columns.items()}

    @property
    def unmapped(self) -> list[str]:
        taken = set(self.columns.values())
        return [title for column, title in sorted(self.titles.items()) if column not in taken]


def normal(title: object) -> str:
    """'MA_TRUONG *' and 'Mã\\ntrường (do Bộ cấp)' are both 'ma truong'."""
    words = str(title)
    return _normal_once(words) if len(words) <= _LONGEST_TITLE else _normal(words)


def _normal(title: str) -> str:
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", cells.clean(title))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.fold(bare)).split())


# Of the first rows each cell is looked at several times.
_normal_once = lru_cache(maxsize=1024)(_normal)


def letter(column: int) -> str:
    """Excel's name of a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def find(sheet: Sheet, chosen: Mapping[str, str] | None = None, *, school_year: int | None = None) -> Header | None:
    """The best header among the first rows, or None.

    `chosen` maps fields to headers and wins over the guess; a field of '' is not read. Of columns that
    name a school year only those of `school_year` are taken.
    """
    best: Header | None = None
    for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        if sum(1 for cell in row if isinstance(cell, str) and cell.strip()) < 2:
            continue
        found = _read(sheet, index, chosen or {}, school_year)
        if {"code", "name"} <= found.columns.keys() and (best is None or len(found.columns) > len(best.columns)):
            best = found
    return best


Paths = dict[int, tuple[str, ...]]


def _read(sheet: Sheet, index: int, chosen: Mapping[str, str], year: int | None) -> Header:
    paths: Paths = {column: (title,) for column, title in _texts(sheet.rows[index]).items()}
    groups = _groups(sheet.merges, index, paths)
    last = index
    for below in range(index + 1, min(index + HEADER_ROWS, len(sheet.rows))):
        own = {column for name, column in _match(paths, chosen, year)[0].items() if name in {"code", "name"}}
        joined = _join(paths, sheet.rows[below], groups, own)
        if joined is None:
            break
        groups = {**groups, **_groups(sheet.merges, below, {column: (path[-1],) for column, path in joined.items()})}
        paths, last = joined, below
    columns, guessed = _match(paths, chosen, year)
    return Header(
        row=index + 1,
        last_row=last + 1,
        columns=columns,
        titles={column: " ".join(path) for column, path in sorted(paths.items())},
        guessed=guessed,
        short=_short(paths),
        parts=frozenset(normal(part) for path in paths.values() for part in path),
    )


def _short(paths: Paths) -> dict[int, str]:
    """The last words of a column, where they are a header that is known and stands only once."""
    last = {column: normal(path[-1]) for column, path in paths.items()}
    times = Counter(last.values())
    return {
        column: path[-1]
        for column, path in paths.items()
        if len(path) > 1 and times[last[column]] == 1 and last[column] in _EXACT
    }


def _texts(row: Row) -> dict[int, str]:
    found = {column: cells.clean(cell) for column, cell in enumerate(row) if isinstance(cell, str)}
    return {column: title for column, title in found.items() if title}


def _groups(merges: Sequence[Merge], index: int, titles: Mapping[int, object]) -> dict[int, int]:
    """Column → the column of the title that spans it in this row: merged, or followed by blanks."""
    found: dict[int, int] = {}
    for (top, left), (_bottom, right) in merges:
        if top == index and right > left and left in titles:
            found.update(dict.fromkeys(range(left, right + 1), left))
    for column in titles:
        end = min((place for place in titles if place > column), default=column + 12)
        if column not in found and end > column + 1:
            found.update({place: column for place in range(column, end) if place not in found})
    return found


def _join(paths: Paths, below: Row, groups: Mapping[int, int], own: set[int]) -> Paths | None:
    """The titles with another header row under them, or None where the row below is not one.

    Under a title that spans one column nothing more can stand; under a group each part has its own.
    """
    parts = _texts(below)
    if not parts or own & parts.keys() or any(not isinstance(cell, str) for cell in below if cell not in (None, "")):
        return None
    if not any(column in groups for column in parts):
        return None
    for column, part in parts.items():
        single = column in paths and column not in groups
        if single or len(part) > _LONGEST_TITLE or re.fullmatch(r"[\d., ]+|\(\d+\)", part):
            return None
    if len(parts) == 1 and not _known(next(iter(parts.values()))):
        return None
    joined = dict(paths)
    for column, part in parts.items():
        above = paths.get(groups.get(column, column), ())
        joined[column] = (*above, part)
    return joined


def _known(part: str) -> bool:
    return normal(part) in _EXACT or bool(_guess(normal(part).split()))


def _match(paths: Paths, chosen: Mapping[str, str], year: int | None) -> tuple[dict[str, int], frozenset[str]]:
    columns: dict[str, int] = {}
    ranks: dict[str, int] = {}
    guessed: set[str] = set()
    unread = set(chosen)
    for name, title in chosen.items():
        wanted = normal(title)
        called = ((place, {normal(" ".join(path)), normal(path[-1])}) for place, path in paths.items())
        column = next((place for place, names in called if wanted and wanted in names), None)
        if column is not None:
            columns[name], ranks[name] = column, -1
    readings = {column: list(_readings(path, year)) for column, path in paths.items() if column not in columns.values()}
    for column, spelled in readings.items():
        for less, words in enumerate(spelled):
            name, rank = _EXACT.get(words, ("", 0))
            if name and name not in unread:
                if rank + less < ranks.get(name, 1000):
                    columns[name], ranks[name] = column, rank + less
                break
    for column, spelled in readings.items():
        name = next(filter(None, (_guess(words.split()) for words in spelled)), "")
        if name and name not in columns and name not in unread and column not in columns.values():
            columns[name] = column
            guessed.add(name)
    if "commune_code" in columns and "commune" not in columns and "commune_code" not in chosen:
        columns["commune"] = columns.pop("commune_code")
    return columns, frozenset(guessed)


def _readings(path: Sequence[str], year: int | None) -> Iterator[str]:
    """The words of a column: all of its rows, then without the upper ones, as far as those say nothing else."""
    words = [_without_year(cells.clean(part), year) for part in path]
    if any(part is None for part in words):
        return
    told = [normal(word) for word in words]
    for start in range(len(told)):
        if start and _OTHER_GROUP.search(told[start - 1]):
            return
        joined = " ".join(part for part in told[start:] if part)
        if joined:
            yield joined


def _without_year(title: str, year: int | None) -> str | None:
    """The title without its school year; None where it names another year than the one asked for."""
    folded = text.fold(title)
    found = _year(folded)
    if found is None:
        return title
    named, start, end = found
    if year is not None and named != year:
        return None
    return re.sub(r"\b(nam hoc|nh)\s*$", " ", folded[:start].strip()) + " " + folded[end:]


def year_in(title: str) -> int | None:
    """The school year that a title names: 2026 for 'Năm học 2026-2027'."""
    found = _year(text.fold(title))
    return found[0] if found else None


def _year(folded: str) -> tuple[int, int, int] | None:
    found = _YEAR.search(folded)
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        found = _ONE_YEAR.search(folded)
    return (int(found[1]), *found.span()) if found else None


def _guess(words: Sequence[str]) -> str:
    """A header that begins with the words of a known one, if nothing after them makes it another thing."""
    for length in range(len(words) - 1, 1, -1):
        name, _rank = _EXACT.get(" ".join(words[:length]), ("", 0))
        if name:
            return "" if _OTHER_THING & set(words[length:]) else name
    return ""
