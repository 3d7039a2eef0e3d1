"""Known mistakes, each as a school makes it: one in one report."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.reporting_schools import SIZES, Answers, School

Rows = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Mistake:
    """Makes a wrong report of an honest one, with the rows that are wrong; None where it cannot happen.

    `whole`: it is one of the form and not of a row.
    """

    name: str
    make: Callable[[School, Sequence[School], random.Random], tuple[Answers, Rows] | None]
    whole: bool = False


def _one_row(
    school: School, dice: random.Random, change: Callable[[int, int], tuple[int, int]]
) -> tuple[Answers, Rows] | None:
    rows = [key for key, (n, d) in school.now.items() if change(n, d) != (n, d)]
    if not rows:
        return None
    key = dice.choice(rows)
    return school.now | {key: change(*school.now[key])}, frozenset({key})


def _one_number(school: School, dice: random.Random, change: Callable[[int], int]) -> tuple[Answers, Rows] | None:
    """A slip in one field, numerator or total, of one row."""
    part = dice.randrange(2)

    def slip(n: int, d: int) -> tuple[int, int]:
        return (change(n), d) if part == 0 else (n, change(d))

    return _one_row(school, dice, slip)


def swapped(school: School, _near: Sequence[School], dice: random.Random) -> tuple[Answers, Rows] | None:
    return _one_row(school, dice, lambda n, d: (d, n))


def extra_zero(school: School, _near: Sequence[School], dice: random.Random) -> tuple[Answers, Rows] | None:
    return _one_number(school, dice, lambda number: number * 10)


def lost_zero(school: School, _near: Sequence[School], dice: random.Random) -> tuple[Answers, Rows] | None:
    """The last digit was not typed; only numbers of two digits or more can lose one."""
    return _one_number(school, dice, lambda number: number // 10 if number >= 10 else number)


def digit_twice(school: School, _near: Sequence[School], dice: random.Random) -> tuple[Answers, Rows] | None:
    place = dice.random()

    def repeat(number: int) -> int:
        digits = str(number)
        at = int(place * len(digits))
        return int(digits[: at + 1] + digits[at:])

    return _one_number(school, dice, repeat)


def last_year_copied(school: School, _near: Sequence[School], _dice: random.Random) -> tuple[Answers, Rows] | None:
    copied = {key: pair for key, pair in school.last.items() if key in school.now}
    return _whole(school, copied)


def neighbour_copied(school: School, near: Sequence[School], dice: random.Random) -> tuple[Answers, Rows] | None:
    alike = [other for other in near if other is not school and other.levels == school.levels]
    return _whole(school, dict(dice.choice(alike).now)) if alike else None


def full_everywhere(school: School, _near: Sequence[School], _dice: random.Random) -> tuple[Answers, Rows] | None:
    return _whole(school, {key: (d, d) for key, (_n, d) in school.now.items()})


def other_staff_list(school: School, near: Sequence[School], dice: random.Random) -> tuple[Answers, Rows] | None:
    """The staff of a school of the same kind, whose file lay beside one's own."""
    key = ("1.2", "")
    others = [other.now[key] for other in near if other is not school and other.levels == school.levels]
    wrong = [pair for pair in others if pair != school.now[key]]
    return (school.now | {key: dice.choice(wrong)}, frozenset({key})) if wrong else None


def total_for_part(school: School, _near: Sequence[School], dice: random.Random) -> tuple[Answers, Rows] | None:
    return _one_row(school, dice, lambda _n, d: (d, d))


def levels_exchanged(school: School, _near: Sequence[School], dice: random.Random) -> tuple[Answers, Rows] | None:
    """The columns of TH and THCS in one question, as on a sheet where they stand the other way round."""
    codes = [code for code, level in school.now if level == "TH" and (code, "THCS") in school.now]
    if not codes:
        return None
    code = dice.choice(codes)
    one, other = (code, "TH"), (code, "THCS")
    if school.now[one] == school.now[other]:
        return None
    return school.now | {one: school.now[other], other: school.now[one]}, frozenset({one, other})


def classes_counted(school: School, _near: Sequence[School], dice: random.Random) -> tuple[Answers, Rows] | None:
    """Classes in place of pupils, in both fields of one row."""
    keys = [key for key, (_n, d) in school.now.items() if key[1] and d > 60]
    if not keys:
        return None
    key = dice.choice(keys)
    in_class = SIZES[key[1]][2]
    n, d = school.now[key]
    return school.now | {key: (round(n / in_class), max(1, round(d / in_class)))}, frozenset({key})


def _whole(school: School, wrong: Answers) -> tuple[Answers, Rows] | None:
    changed = school.now | wrong
    return (changed, frozenset(changed)) if changed != school.now else None


MISTAKES = (
    Mistake("swapped", swapped),
    Mistake("extra_zero", extra_zero),
    Mistake("lost_zero", lost_zero),
    Mistake("digit_twice", digit_twice),
    Mistake("last_year_copied", last_year_copied, whole=True),
    Mistake("neighbour_copied", neighbour_copied, whole=True),
    Mistake("full_everywhere", full_everywhere, whole=True),
    Mistake("other_staff_list", other_staff_list),
    Mistake("total_for_part", total_for_part),
    Mistake("levels_exchanged", levels_exchanged),
    Mistake("classes_counted", classes_counted),
)
