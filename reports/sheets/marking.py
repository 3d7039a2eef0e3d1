"""The workbook again, with what was typed and in each cell what is wrong or strange with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from reports.models import Round
from reports.sheets import filling
from reports.sheets.comparing import Comparison, Line, Verdict
from reports.sheets.kept import KeptBook
from reports.sheets.layout import ONE, Mark, SheetReport
from reports.sheets.many_schools import write_list
from reports.sheets.one_school import write_form


def marked_book(kept: KeptBook, comparison: Comparison, now: datetime) -> bytes | None:
    """None where there is nothing left to correct. A report keeps the version that its file began with."""
    lines = [line for line in comparison.lines if line.verdict not in (Verdict.CLOSED, Verdict.SENT)]
    if comparison.round is None or not lines:
        return None
    return write_book(comparison.round, [_marked(line) for line in _once(lines)], kept.book.kind, lines[0], now)


def write_book(round_: Round, reports: Sequence[SheetReport], kind: str, first: Line, now: datetime) -> bytes:
    about = filling.sheet_round(round_, filling.due_words(first.report, now))
    return write_form(about, reports[0]) if kind == ONE else write_list(about, reports)


def _once(lines: Sequence[Line]) -> list[Line]:
    """A report that stood twice in the file comes back once."""
    return list({line.report.pk: line for line in reversed(lines)}.values())[::-1]


def _marked(line: Line) -> SheetReport:
    sheet = filling.sheet_report(line.report, line.report.draft, line.form)
    return replace(sheet, version=line.version, marks=marks_of(line))


def marks_of(line: Line) -> dict[str, Mark]:
    """What is told at each field, by its name; an error colours the cell whatever else is said there.

    What is only missing is no mistake, and a school that has not begun is left in peace.
    """
    if line.verdict == Verdict.SAME:
        return {}
    names = {question.code: question for question in line.form.questions}
    found: dict[str, Mark] = {}
    told = [(problem, problem.kind != "missing") for problem in line.problems.errors]
    for problem, is_error in [*told, *((problem, False) for problem in line.problems.warnings)]:
        name = names[problem.code].name(problem.field, problem.level)
        before = found.get(name)
        text = f"{before.text}\n{problem.text}" if before else problem.text
        found[name] = Mark(text, is_error or (before is not None and before.is_error))
    return found
