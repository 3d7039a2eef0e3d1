"""Lines of text → decisions. A form and a file say the same thing in the same fields; all problems are found at once.

A line is {field: text} with the number of its row; `FIELDS` are the fields. Lines of one merger (the same
successor, decision and day) are one decision, and so are lines of one split (the same school).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from schools import levels, text
from schools.lineage.changes import Change, Part
from schools.models import UnitEventKind

FIELDS = (
    "act", "unit", "successor", "decision_number", "decision_on", "effective_on", "name", "levels", "commune",
    "manager",
)  # fmt: skip
# A column of ours that no file has: the code of the successor stood in a cell of numbers.
IS_NUMBER = "successor_is_number"
ACTS: dict[str, str] = {
    "sap nhap": UnitEventKind.MERGED,
    "hop nhat": UnitEventKind.MERGED,
    "nhap": UnitEventKind.MERGED,
    "chia tach": UnitEventKind.SPLIT,
    "chia": UnitEventKind.SPLIT,
    "tach": UnitEventKind.SPLIT,
    "doi ten": UnitEventKind.RENAMED,
    "chuyen dia ban": UnitEventKind.MOVED,
    "chuyen xa": UnitEventKind.MOVED,
    "chuyen don vi quan ly": UnitEventKind.REASSIGNED,
    "chuyen quan ly": UnitEventKind.REASSIGNED,
    "doi cap hoc": UnitEventKind.RELEVELLED,
    "giai the": UnitEventKind.CLOSED,
    "dong cua": UnitEventKind.CLOSED,
    "thoi hoat dong": UnitEventKind.CLOSED,
    "hoat dong tro lai": UnitEventKind.REOPENED,
    "mo lai": UnitEventKind.REOPENED,
}
_LEVELS = {text.fold(code): code for code in levels.LEVEL_CODES} | {
    "mam non": "MN", "tieu hoc": "TH", "trung hoc co so": "THCS", "trung hoc pho thong": "THPT", "trung cap": "TC",
    "cao dang": "CD", "dai hoc": "DH",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    values: dict[str, str]

    def get(self, field: str) -> str:
        return text.clean(self.values.get(field, ""))


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with a row; row None is the whole file."""

    row: int | None
    message: str


def read_lines(lines: Iterable[Line]) -> tuple[list[Change], list[LineProblem]]:
    """The decisions in the order of their first lines, and everything that could not be understood."""
    problems: list[LineProblem] = []
    found: dict[tuple[object, ...], Change] = {}
    for line in lines:
        change, wrong = _read(line)
        problems += [LineProblem(line.number, message) for message in wrong]
        if change is not None and not wrong:
            key = _key(change)
            found[key] = _join(found[key], change) if key in found else change
    return list(found.values()), problems


def _read(line: Line) -> tuple[Change | None, list[str]]:
    wrong: list[str] = []
    kind = ACTS.get(text.fold(line.get("act")), "")
    if not kind:
        wrong.append(_("Không hiểu việc “%(act)s”.") % {"act": line.get("act")})
    decision_on, effective_on = (_day(line, field, wrong) for field in ("decision_on", "effective_on"))
    if not line.get("unit"):
        wrong.append(_("Thiếu mã đơn vị."))
    if not line.get("decision_number"):
        wrong.append(_("Thiếu số quyết định."))
    if kind in (UnitEventKind.MERGED, UnitEventKind.SPLIT) and not line.get("successor"):
        wrong.append(_("Thiếu mã đơn vị kế tục."))
    mask = read_levels(line.get("levels"))
    if mask is None:
        wrong.append(_("Không hiểu cấp học “%(levels)s”.") % {"levels": line.get("levels")})
    if wrong or decision_on is None or effective_on is None:
        return None, wrong
    with_part = bool(line.get("successor"))
    part = Part(line.get("successor"), line.get("name"), mask or 0, bool(line.get(IS_NUMBER)))
    change = Change(
        kind=kind,
        units=(line.get("unit"),),
        effective_on=effective_on,
        decision_number=line.get("decision_number")[:80],
        decision_on=decision_on,
        parts=(part,) if with_part else (),
        name="" if with_part else line.get("name"),
        levels=0 if with_part else mask or 0,
        commune=line.get("commune"),
        manager=line.get("manager"),
        lines=(line.number,),
    )
    return change, wrong


def _key(change: Change) -> tuple[object, ...]:
    shared = (change.kind, change.decision_number, change.effective_on)
    if change.kind == UnitEventKind.MERGED:
        return (*shared, change.parts[0].code)
    if change.kind == UnitEventKind.SPLIT:
        return (*shared, change.units)
    return (*shared, change.units, change.lines)


def _join(first: Change, more: Change) -> Change:
    """One decision out of two lines; what the earlier line says of the successor stands, the later fills in."""
    lines = first.lines + more.lines
    if first.kind == UnitEventKind.SPLIT:
        return replace(first, parts=first.parts + more.parts, lines=lines)
    one, other = first.parts[0], more.parts[0]
    part = replace(one, name=one.name or other.name, levels=one.levels or other.levels)
    return replace(first, units=first.units + more.units, parts=(part,), lines=lines)


def _day(line: Line, field: str, wrong: list[str]) -> date | None:
    words = line.get(field)
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    name = _("ngày quyết định") if field == "decision_on" else _("ngày có hiệu lực")
    if words:
        wrong.append(_("Không hiểu %(name)s “%(words)s”; ghi như 31/12/2026.") % {"name": name, "words": words})
    else:
        wrong.append(_("Thiếu %(name)s.") % {"name": name})
    return None


def read_levels(words: str) -> int | None:
    """'TH, THCS' or 'TH&THCS' → the mask; 0 for nothing, None for what is no level."""
    parts: Sequence[str] = [part for part in re.split(r"[,;&+/]|\s-\s", text.fold(words)) if part.strip()]
    codes = [_LEVELS.get(" ".join(part.split())) for part in parts]
    return None if None in codes else levels.from_codes(code for code in codes if code)
