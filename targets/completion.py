"""The arithmetic of completion: numerators, denominators, floor, ceiling, verdict, and how they add. Pure.

A `Completion` is what is known of one indicator over a set of schools. Everything is an exact
integer; a percentage is made only to be shown, and is cut, never rounded. Source: DOMAIN,
"Completion rate".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

NEAR_POINTS = 10


class Verdict(StrEnum):
    """What is certain."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    NONE = "none"


class Status(StrEnum):
    """How it looks by the reported rate."""

    MET = "met"
    NEAR = "near"
    BEHIND = "behind"
    FOLLOWED = "followed"


@dataclass(frozen=True, slots=True)
class Rate:
    """`numerator` of `denominator`; a denominator of 0 is not applicable, never 0% or 100%."""

    numerator: int
    denominator: int

    @property
    def applies(self) -> bool:
        return self.denominator > 0

    @property
    def tenths(self) -> int | None:
        """Tenths of a percent, cut: 79.96% is 799. None where it does not apply."""
        return self.numerator * 1000 // self.denominator if self.denominator else None

    @property
    def percent(self) -> Decimal | None:
        """The percentage cut to one decimal."""
        tenths = self.tenths
        return None if tenths is None else Decimal(tenths) / 10

    def reaches(self, percent: Decimal) -> bool:
        """Whether 100·n ≥ target·d, exactly."""
        return 100 * self.numerator >= percent * self.denominator


@dataclass(frozen=True, slots=True)
class Goal:
    """A target as the arithmetic needs it: a percentage, or encouraged (no verdict)."""

    percent: Decimal | None
    encouraged: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """One indicator over a set of schools; all fields are counts.

    expected: schools to which it applies and that owe a report (A).
    counted: those whose report counts (R); the rest are silent.
    numerator, denominator: sums over R.
    silent_denominator: sum of the known denominators of the silent.
    silent_unknown: how many of the silent have no known denominator.
    """

    expected: int = 0
    counted: int = 0
    numerator: int = 0
    denominator: int = 0
    silent_denominator: int = 0
    silent_unknown: int = 0

    def __add__(self, other: Completion) -> Completion:
        return Completion(
            self.expected + other.expected,
            self.counted + other.counted,
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.silent_denominator + other.silent_denominator,
            self.silent_unknown + other.silent_unknown,
        )

    @property
    def silent(self) -> int:
        return self.expected - self.counted

    @property
    def reported(self) -> Rate:
        """True of those who reported, and of nobody else."""
        return Rate(self.numerator, self.denominator)

    @property
    def floor(self) -> Rate:
        """If every silent school had nobody."""
        return Rate(self.numerator, self.denominator + self.silent_denominator)

    @property
    def ceiling(self) -> Rate:
        """If every silent school had everybody."""
        return Rate(self.numerator + self.silent_denominator, self.denominator + self.silent_denominator)

    def verdict(self, goal: Goal | None) -> Verdict:
        """What is certain against the target; NONE without one. No verdict rests on an unknown total."""
        if goal is None or goal.percent is None:
            return Verdict.NONE
        if self.silent_unknown or not self.floor.applies:
            return Verdict.OPEN
        if self.floor.reaches(goal.percent):
            return Verdict.MET
        if not self.ceiling.reaches(goal.percent):
            return Verdict.MISSED
        return Verdict.OPEN

    def status(self, goal: Goal | None) -> Status:
        """How the reported rate looks against the target: near is within NEAR_POINTS points."""
        if goal is None or goal.percent is None or not self.reported.applies:
            return Status.FOLLOWED
        if self.reported.reaches(goal.percent):
            return Status.MET
        if self.reported.reaches(max(goal.percent - NEAR_POINTS, Decimal(0))):
            return Status.NEAR
        return Status.BEHIND

    def missing(self, goal: Goal | None) -> int:
        """How many more in the numerator the reported rate needs to reach the target; 0 when it has."""
        if goal is None or goal.percent is None:
            return 0
        needed = -(-int(goal.percent * 100) * self.denominator // 10_000)
        return max(0, needed - self.numerator)


ORDER_OF_CARE = (Status.BEHIND, Status.NEAR, Status.MET, Status.FOLLOWED)


def worst(statuses: Iterable[Status]) -> Status:
    """With targets by level the status of an indicator is that of its worst level."""
    found = set(statuses)
    return next((status for status in ORDER_OF_CARE if status in found), Status.FOLLOWED)


def total(parts: Iterable[Completion]) -> Completion:
    """The sum over disjoint sets of schools."""
    result = Completion()
    for part in parts:
        result += part
    return result


def one_school(*, counts: bool, numerator: int = 0, denominator: int = 0, known: int | None = None) -> Completion:
    """One school that owes a report: its value if its report counts, else its known denominator."""
    if counts:
        return Completion(1, 1, numerator, denominator, 0, 0)
    return Completion(1, 0, 0, 0, known or 0, 1 if known is None else 0)


def one_commune(schools: Iterable[Completion]) -> Completion:
    """ "At least one in each commune": it passes if any of its schools did; it fails only once all spoke."""
    over = total(schools)
    if not over.expected:
        return Completion()
    if over.numerator:
        return Completion(1, 1, 1, 1, 0, 0)
    if over.silent:
        return Completion(1, 0, 0, 0, 1, 0)
    return Completion(1, 1, 0, 1, 0, 0)
