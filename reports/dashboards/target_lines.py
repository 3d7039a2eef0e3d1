"""A school's own answers, each beside its target and the last round. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.collection.questions import Form, Question, Row
from targets.completion import Completion, Goal, Rate, Status


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One indicator, or one level of it where the levels have targets of their own."""

    name: str
    level: str
    is_yes_no: bool
    rate: Rate | None
    goal: Goal | None
    previous: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        return self.rate.percent if self.rate else None

    @property
    def is_yes(self) -> bool:
        return self.rate is not None and self.rate.numerator > 0

    @property
    def target(self) -> Decimal | None:
        return self.goal.percent if self.goal else None

    @property
    def target_words(self) -> str:
        return "" if self.target is None else f"{self.target.normalize():f}".replace(".", ",")

    @property
    def encouraged(self) -> bool:
        return self.goal is not None and self.goal.encouraged

    @property
    def is_low(self) -> bool:
        if self.rate is None:
            return False
        sums = Completion(1, 1, self.rate.numerator, self.rate.denominator)
        return sums.status(self.goal) is Status.BEHIND


def target_lines(form: Form) -> list[TargetLine]:
    return [line for question in form.questions for line in _lines(question)]


def _lines(question: Question) -> Sequence[TargetLine]:
    rows = question.rows
    if len({row.goal for row in rows}) <= 1:
        return [_line(question, rows, "")]
    return [_line(question, [row], row.level_name) for row in rows]


def _line(question: Question, rows: Sequence[Row], level: str) -> TargetLine:
    return TargetLine(
        name=question.short_name,
        level=level,
        is_yes_no=question.is_yes_no,
        rate=_sum(row.rate for row in rows),
        goal=rows[0].goal if rows else None,
        previous=_percent(_sum(row.previous for row in rows)),
    )


def _sum(found: Iterable[Rate | None]) -> Rate | None:
    known = [rate for rate in found if rate is not None]
    if not known:
        return None
    return Rate(sum(rate.numerator for rate in known), sum(rate.denominator for rate in known))


def _percent(rate: Rate | None) -> Decimal | None:
    return rate.percent if rate else None
