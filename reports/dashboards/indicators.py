"""The table of indicators: each against its target, for the whole and by level, and what they add up to in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from reports.exports.figures import STATUS_WORDS, VERDICT_WORDS, Figure, IndicatorFigures
from schools.levels import LEVEL_CODES, LEVEL_NAMES
from targets.completion import ORDER_OF_CARE, Status, Verdict


@dataclass(frozen=True, slots=True)
class Column:
    """One level of school that the round reaches."""

    code: str
    name: str | Promise


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator: its figures, one cell a column (None where it does not apply), and how it stands."""

    figures: IndicatorFigures
    cells: Sequence[tuple[Column, Figure | None]]
    status: Status
    verdict: Verdict
    whole: Figure

    @property
    def is_open(self) -> bool:
        return self.verdict is Verdict.OPEN

    @property
    def verdict_words(self) -> str | Promise:
        return VERDICT_WORDS[self.verdict]

    @property
    def has_only_level_goals(self) -> bool:
        return self.whole.goal is None and self.figures.indicator.has_goal_by_level


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    columns: Sequence[Column]
    rows: Sequence[IndicatorRow]

    @property
    def finding(self) -> str:
        """'3 chậm, 3 gần đạt, 2 theo dõi'."""
        counts = Counter(row.status for row in self.rows)
        return ", ".join(f"{counts[status]} {STATUS_WORDS[status]}" for status in ORDER_OF_CARE if counts[status])

    @property
    def silent_unknown(self) -> int:
        """The most schools without a known total behind any one row."""
        return max((row.whole.completion.silent_unknown for row in self.rows), default=0)


def indicator_table(found: Sequence[IndicatorFigures], *, level: str = "") -> IndicatorTable:
    """With a level only the indicators that apply to it, judged by it."""
    if level:
        found = [item for item in found if level in item.by_level]
    columns = _columns(found, level)
    return IndicatorTable(columns, [_row(item, columns, level) for item in found])


def _columns(found: Sequence[IndicatorFigures], level: str) -> list[Column]:
    reached = {code for item in found for code, figure in item.by_level.items() if figure.applies}
    return [Column(code, LEVEL_NAMES[code]) for code in LEVEL_CODES if code in reached and level in ("", code)]


def _row(item: IndicatorFigures, columns: Sequence[Column], level: str) -> IndicatorRow:
    cells = [(column, _applying(item.by_level.get(column.code))) for column in columns]
    if level:
        figure = item.by_level[level]
        return IndicatorRow(item, cells, figure.status, figure.verdict, item.whole)
    return IndicatorRow(item, cells, item.status, item.verdict, item.whole)


def _applying(figure: Figure | None) -> Figure | None:
    return figure if figure is not None and figure.applies else None
