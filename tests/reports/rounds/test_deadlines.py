from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from reports.rounds import deadlines
from tests.factories import local

DAY = date(2026, 12, 15)


@pytest.mark.parametrize(
    ("rule", "at", "instant"),
    [
        ("before", None, local(2026, 12, 15)),
        ("by", None, local(2026, 12, 16)),
        ("at", time(17), local(2026, 12, 15, 17)),
    ],
)
def test_each_rule_is_on_time_until_its_instant_and_late_from_it(rule: str, at: time | None, instant: datetime) -> None:
    derived = deadlines.instant(DAY, rule, at)
    step = timedelta(microseconds=1)
    assert derived == instant
    assert deadlines.is_on_time(derived - step, derived)
    assert not deadlines.is_on_time(derived, derived)
    assert not deadlines.is_on_time(derived + step, derived)


@pytest.mark.parametrize(("rule", "at"), [("at", None), ("before", time(17)), ("by", time(17)), ("", None)])
def test_a_rule_without_its_hour_or_an_hour_without_its_rule_makes_no_deadline(rule: str, at: time | None) -> None:
    with pytest.raises(ValueError, match="no deadline"):
        deadlines.instant(DAY, rule, at)


def test_before_the_fifteenth_ends_with_the_fourteenth() -> None:
    assert deadlines.last_day(deadlines.instant(DAY, "before")) == date(2026, 12, 14)
    assert deadlines.last_day(deadlines.instant(DAY, "by")) == DAY
    assert deadlines.last_day(deadlines.instant(DAY, "at", time(17))) == DAY


def test_without_a_deadline_nothing_is_late() -> None:
    assert deadlines.is_on_time(local(2030, 1, 1), None)


def test_the_countdown_counts_calendar_days_to_the_last_valid_day() -> None:
    deadline = deadlines.instant(DAY, "before")
    assert deadlines.countdown(deadline, local(2026, 12, 14, 23, 59)) == deadlines.Countdown(0, False)
    assert deadlines.countdown(deadline, local(2026, 12, 15)) == deadlines.Countdown(-1, True)
    assert deadlines.countdown(deadline, local(2026, 11, 20, 23)).days == 24
    assert deadlines.countdown(deadline, local(2026, 12, 17)).days_late == 3
