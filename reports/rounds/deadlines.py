"""Deadlines: from the words of a document to one exclusive instant. Pure; every instant is aware.

"trước ngày 15/12" ends with the 14th; "chậm nhất ngày 15/12" ends with the 15th; an hour may be
named. A report is on time if the server had it before the instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def instant(on: date, rule: str, at: time | None = None) -> datetime:
    """The first moment that is too late, in Asia/Ho_Chi_Minh.

    `rule` is 'before' (the start of the day), 'by' (the start of the next day) or 'at' (the hour
    of the day, which must be given). Raises ValueError for anything else.
    """
    if rule == "before" and at is None:
        return datetime.combine(on, time.min, ZONE)
    if rule == "by" and at is None:
        return datetime.combine(on + timedelta(days=1), time.min, ZONE)
    if rule == "at" and at is not None:
        return datetime.combine(on, at, ZONE)
    raise ValueError(f"no deadline can be made of rule {rule!r} with hour {at!r}")


def last_day(deadline_at: datetime) -> date:
    """The last day on which a report is still on time, as people in Vietnam say it."""
    return (deadline_at.astimezone(ZONE) - timedelta(microseconds=1)).date()


def local_date(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


@dataclass(frozen=True, slots=True)
class Countdown:
    """Whole calendar days between today and the last valid day; negative once it has passed."""

    days: int
    is_over: bool

    @property
    def days_late(self) -> int:
        return max(0, -self.days)


def countdown(deadline_at: datetime, now: datetime) -> Countdown:
    """0 is: today is the last day."""
    return Countdown((last_day(deadline_at) - local_date(now)).days, now >= deadline_at)


def is_on_time(received_at: datetime, deadline_at: datetime | None) -> bool:
    """Without a deadline nothing is late."""
    return deadline_at is None or received_at < deadline_at


def step_instant(deadline_at: datetime, days: int, at: time) -> datetime:
    """When a reminder step falls: so many days before (negative) or after the last valid day."""
    return datetime.combine(last_day(deadline_at) + timedelta(days=days), at, ZONE)
