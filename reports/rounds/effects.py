"""What a correction does to a rate: counts before and after, and the points between them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from targets.completion import Completion

# basis, grouping, unit, indicator, level or ""
Key = tuple[str, str, int, int, str]


@dataclass(frozen=True, slots=True)
class Effect:
    """One rate that a correction changes; None where there was, or is, no such rate."""

    basis: str
    grouping: str
    unit: int
    indicator: int
    level: str
    before: Completion | None
    after: Completion | None

    @property
    def key(self) -> Key:
        return (self.basis, self.grouping, self.unit, self.indicator, self.level)

    @property
    def difference(self) -> Fraction | None:
        """Points between the exact rates; None where one of the two does not apply."""
        before, after = _share(self.before), _share(self.after)
        return None if before is None or after is None else (after - before) * 100

    def to_json(self) -> dict[str, Any]:
        return {
            "basis": self.basis,
            "grouping": self.grouping,
            "unit": self.unit,
            "indicator": self.indicator,
            "level": self.level,
            "before": asdict(self.before) if self.before else None,
            "after": asdict(self.after) if self.after else None,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Effect:
        before, after = row["before"], row["after"]
        return cls(
            row["basis"],
            row["grouping"],
            row["unit"],
            row["indicator"],
            row["level"],
            Completion(**before) if before else None,
            Completion(**after) if after else None,
        )


def effects_between(before: Mapping[Key, Completion], after: Mapping[Key, Completion]) -> list[Effect]:
    """Every rate that is another one afterwards."""
    return [
        Effect(*key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def cut(points: Fraction) -> Decimal:
    """To one decimal towards zero: a change is never shown larger than it is."""
    return Decimal(int(points * 10)) / 10


def _share(counts: Completion | None) -> Fraction | None:
    if counts is None or not counts.reported.applies:
        return None
    return Fraction(counts.numerator, counts.denominator)
