"""Whom to hear from first: by how much each silent school would narrow what is not yet decided. Pure.

Between floor and ceiling of an indicator lie the totals of its silent schools: once a school reports, its own
total leaves that gap, whatever it says. So a school weighs its total over the indicator's, in points, summed
over the indicators whose verdict is open. Of a school without a known total the middle one of the others
stands in, and is called an estimate: without it there is no verdict at all. What is judged by commune stays
open in a commune until one school says yes or all have spoken: there its silent schools share that commune's part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low

from targets.completion import Completion

# Millionths of a point: whole numbers add without loss, and thousands of schools add up to one gap.
POINT = 1_000_000


@dataclass(frozen=True, slots=True)
class Open:
    """One undecided figure: an indicator for one level (bits: all that it applies to), as it stands.

    `communes` are those still open where it is judged by commune; None where schools or people are counted.
    """

    indicator_id: int
    label: str
    bits: int
    counted: str
    completion: Completion
    communes: frozenset[int] | None = None

    @property
    def total(self) -> int:
        return self.completion.denominator + self.completion.silent_denominator

    @property
    def gap(self) -> int:
        """Points between floor and ceiling, in millionths, cut."""
        return 100 * POINT * self.completion.silent_denominator // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Silent:
    """A school that has not been heard: its levels, and {(population, level or ""): number} as far as known."""

    key: int
    commune: int | None
    levels: int
    numbers: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Share:
    """What one school takes from one figure's gap, in millionths of a point."""

    figure: Open
    weight: int
    estimated: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One school to call, and what hearing from it narrows, the most first."""

    key: int
    shares: Sequence[Share] = field(default_factory=tuple)

    @property
    def weight(self) -> int:
        return sum(share.weight for share in self.shares)

    @property
    def is_estimated(self) -> bool:
        return any(share.estimated for share in self.shares)


def calls(figures: Sequence[Open], silent: Sequence[Silent], bits: Mapping[str, int]) -> list[Call]:
    """The schools that narrow something, those that narrow most first; of equals in the order given."""
    weights = [_weights(figure, silent, bits) for figure in figures]
    found = []
    for school in silent:
        shares = [
            Share(figure, weight, estimated)
            for figure, weighs in zip(figures, weights, strict=True)
            for weight, estimated in (weighs.get(school.key, (0, False)),)
            if weight
        ]
        if shares:
            found.append(Call(school.key, tuple(sorted(shares, key=lambda share: -share.weight))))
    return sorted(found, key=lambda call: -call.weight)


def _weights(figure: Open, silent: Iterable[Silent], bits: Mapping[str, int]) -> dict[int, tuple[int, bool]]:
    """{school: (millionths of a point, whether estimated)} in one figure."""
    asked = [school for school in silent if school.levels & figure.bits]
    if not figure.total:
        return {}
    if figure.communes is not None:
        waiting = Counter(school.commune for school in asked)
        return {
            school.key: (100 * POINT // (figure.total * waiting[school.commune]), False)
            for school in asked
            if school.commune in figure.communes
        }
    totals = {school.key: known_total(figure, school, bits) for school in asked}
    known = [total for total in totals.values() if total is not None]
    middle = median_low(known) if known else 0
    return {
        key: (100 * POINT * (middle if total is None else total) // figure.total, total is None)
        for key, total in totals.items()
    }


def known_total(figure: Open, school: Silent, bits: Mapping[str, int]) -> int | None:
    """The school's own total in a figure; None where some of it is not known."""
    if not figure.counted:
        return 1
    if figure.counted == "staff":
        return school.numbers.get(("staff", ""))
    parts = [school.numbers.get(("pupils", level)) for level, bit in bits.items() if bit & figure.bits & school.levels]
    return None if None in parts else sum(part for part in parts if part is not None)


def halfway(found: Sequence[Call]) -> int:
    """How many of the first calls take away half of what all of them would; 0 without any."""
    whole, heard = sum(call.weight for call in found), 0
    for number, call in enumerate(found, start=1):
        heard += call.weight
        if 2 * heard >= whole:
            return number
    return 0
