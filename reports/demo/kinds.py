"""Kinds of schools, how many there are of each, how large they are, and what they are called. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from schools import levels


@dataclass(frozen=True, slots=True)
class SchoolKind:
    """`weight` is how many of a thousand schools are of this kind; `abbreviation` stands in the code of a school."""

    abbreviation: str
    title: str
    level_codes: tuple[str, ...]
    weight: float
    private: float = 0.0

    @property
    def levels(self) -> int:
        return levels.from_codes(self.level_codes)


KINDS = (
    SchoolKind("MN", "Trường MN", ("MN",), 330, 0.16),
    SchoolKind("TH", "Trường TH", ("TH",), 262, 0.01),
    SchoolKind("THCS", "Trường THCS", ("THCS",), 245, 0.01),
    SchoolKind("LC", "Trường TH&THCS", ("TH", "THCS"), 75, 0.02),
    SchoolKind("THPT", "Trường THPT", ("THPT",), 52, 0.12),
    SchoolKind("LC", "Trường THCS&THPT", ("THCS", "THPT"), 9, 0.4),
    SchoolKind("LC", "Trường TH, THCS&THPT", ("TH", "THCS", "THPT"), 5, 1.0),
    SchoolKind("GDTX", "Trung tâm GDNN-GDTX", ("GDTX", "GDNN"), 16),
    SchoolKind("TC", "Trường Trung cấp", ("TC",), 3, 0.3),
    SchoolKind("CD", "Trường Cao đẳng", ("CD",), 3, 0.2),
    SchoolKind("DH", "Trường Đại học", ("DH",), 0),
)

# The document of a province may be for kinds of schools that are rare elsewhere.
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "ha-noi": {"Trung tâm GDNN-GDTX": 70, "Trường Trung cấp": 80, "Trường Cao đẳng": 60},
    "quang-ngai": {"Trung tâm GDNN-GDTX": 24, "Trường Trung cấp": 10, "Trường Cao đẳng": 10, "Trường Đại học": 3},
}


def weights_in(province: str) -> dict[SchoolKind, float]:
    own = WEIGHTS.get(province, {})
    return {kind: own.get(kind.title, kind.weight) for kind in KINDS}


# Least and most pupils, pupils in a class, teachers for a class.
_SIZES: Mapping[str, tuple[int, int, int, float]] = {
    "MN": (110, 430, 26, 2.1),
    "TH": (190, 880, 31, 1.45),
    "THCS": (170, 820, 38, 1.9),
    "THPT": (420, 1450, 42, 2.25),
    "GDTX": (120, 620, 38, 1.5),
    "GDNN": (80, 420, 30, 1.4),
    "TC": (150, 800, 30, 1.6),
    "CD": (350, 2400, 35, 1.6),
    "DH": (2200, 8200, 50, 1.8),
}


@dataclass(frozen=True, slots=True)
class Size:
    """The counts of one school in one school year."""

    managers: int
    teachers: int
    employees: int
    pupils: Mapping[str, int]
    classes: Mapping[str, int]

    @property
    def staff(self) -> int:
        return self.managers + self.teachers + self.employees


def draw_sizes(kind: SchoolKind, chance: random.Random) -> dict[int, Size]:
    """The school years 2025 and 2026 of one school: nearly the same, as in life."""
    pupils = {}
    for level in kind.level_codes:
        least, most, _, _ = _SIZES[level]
        # Schools with several levels are smaller in each of them.
        most = most if len(kind.level_codes) == 1 else least + (most - least) * 2 // 3
        pupils[level] = int(chance.triangular(least, most, least + (most - least) * 0.38))
    earlier = {level: max(1, int(number * chance.uniform(0.94, 1.05))) for level, number in pupils.items()}
    managers = 2 + (sum(pupils.values()) > 600) + (len(pupils) > 1)
    employees = chance.randint(2, 4) + sum(pupils.values()) // 350
    return {2025: _size(managers, employees, earlier), 2026: _size(managers, employees, pupils)}


def _size(managers: int, employees: int, pupils: Mapping[str, int]) -> Size:
    classes = {level: max(1, round(number / _SIZES[level][2])) for level, number in pupils.items()}
    teachers = sum(max(2, round(number * _SIZES[level][3])) for level, number in classes.items())
    return Size(managers, teachers, employees, pupils, classes)


_NURSERIES = ("Hoa Sen", "Hoa Mai", "Họa Mi", "Sơn Ca", "Bình Minh", "Ánh Dương", "Tuổi Thơ", "Măng Non")
_LETTERS = "ABCDE"


def bare_name(commune_name: str) -> str:
    """'Xã Gia Viễn' becomes 'Gia Viễn'."""
    for kind in ("Phường ", "Xã ", "Đặc khu "):
        if commune_name.startswith(kind):
            return commune_name.removeprefix(kind)
    return commune_name


def school_name(kind: SchoolKind, commune_name: str, *, index: int, of: int, private: bool) -> str:
    """After the commune; several of a kind in one commune are told apart by letter, number or, nurseries, by name."""
    title = f"{kind.title} tư thục" if private and kind.abbreviation == "MN" else kind.title
    place = bare_name(commune_name)
    if of == 1:
        return f"{title} {place}"
    if kind.abbreviation == "MN" and of <= len(_NURSERIES):
        return f"{title} {_NURSERIES[index]} {place}"
    if of <= len(_LETTERS):
        return f"{title} {place} {_LETTERS[index]}"
    return f"{title} {place} số {index + 1}"
