"""The curve of submission: share of units that have submitted, by days before the deadline, this round and the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from reports.dashboards.rounds import RoundChoice
from reports.dashboards.submission import Arrivals
from reports.rounds import deadlines
from targets.completion import Rate

LONGEST = 60
SHORTEST = 14


@dataclass(frozen=True, slots=True)
class Point:
    """So many days from the deadline (negative is before), such a share in percent."""

    day: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Curve:
    """Both lines over the same days, and the figures that are said of them in words."""

    name: str
    line: Sequence[Point]
    previous_name: str
    previous_line: Sequence[Point]
    first_day: int
    last_day: int
    today: int | None
    percent: Decimal | None
    previous_percent: Decimal | None
    previous_on_time: Decimal | None

    @property
    def lead(self) -> Decimal | None:
        """Points ahead of the last round at the same distance from the deadline; negative is behind."""
        if self.percent is None or self.previous_percent is None:
            return None
        return self.percent - self.previous_percent

    @property
    def behind(self) -> Decimal | None:
        return None if self.lead is None else -self.lead


def curve(
    chosen: RoundChoice,
    arrived: Arrivals,
    previous: RoundChoice | None,
    previous_arrived: Arrivals | None,
    *,
    now: datetime,
) -> Curve | None:
    """None for a round that is not open yet or has no deadline: there is nothing to measure the days from."""
    if chosen.deadline_at is None or chosen.is_planned or not arrived.expected:
        return None
    end = deadlines.last_day(chosen.deadline_at)
    today = (deadlines.local_date(now) - end).days
    if chosen.is_closed:
        today = min(today, max(0, _last(arrived, end)))
    before = previous if previous and previous.deadline_at and previous_arrived else None
    previous_end = deadlines.last_day(before.deadline_at) if before and before.deadline_at else None
    firsts = [_first(arrived, end)]
    if previous_end and previous_arrived:
        firsts.append(_first(previous_arrived, previous_end))
    first = max(-LONGEST, min(-SHORTEST, *firsts))
    last = max(0, min(today, 30))
    shown_today = max(first, min(today, last))
    old_line: list[Point] = []
    old_percent = on_time = None
    if previous_end and previous_arrived:
        old_line = _line(previous_arrived, previous_end, first, last)
        old_percent = previous_arrived.percent_until(previous_end + timedelta(days=shown_today))
        on_time = previous_arrived.percent_until(previous_end)
    return Curve(
        chosen.name,
        _line(arrived, end, first, shown_today),
        before.name if before else "",
        old_line,
        first,
        last,
        shown_today if not chosen.is_closed else None,
        arrived.percent_until(end + timedelta(days=shown_today)),
        old_percent,
        on_time,
    )


def _first(arrived: Arrivals, end: date) -> int:
    """The day before the first submission."""
    return min(((day - end).days for day in arrived.by_day), default=-SHORTEST) - 1


def _last(arrived: Arrivals, end: date) -> int:
    return max(((day - end).days for day in arrived.by_day), default=0)


def _line(arrived: Arrivals, end: date, first: int, last: int) -> list[Point]:
    """The running sum in percent, one point a day; what came before `first` is in its point."""
    count = arrived.until(end + timedelta(days=first))
    points = [Point(first, _percent(count, arrived))]
    for day in range(first + 1, last + 1):
        count += arrived.by_day.get(end + timedelta(days=day), 0)
        points.append(Point(day, _percent(count, arrived)))
    return points


def _percent(count: int, arrived: Arrivals) -> Decimal:
    return Rate(count, arrived.expected).percent or Decimal(0)
