"""School levels as one integer: a school has one or several. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Level(IntFlag):
    """One bit a level; `Unit.levels` and `Indicator.levels` are sums of these, 0 means none."""

    MN = 1
    TH = 2
    THCS = 4
    THPT = 8
    GDTX = 16
    GDNN = 32
    TC = 64
    CD = 128
    DH = 256


ALL_LEVELS = sum(Level)
LEVEL_CODES: tuple[str, ...] = tuple(str(level.name) for level in Level)
LEVEL_NAMES: dict[str, str | Promise] = {
    "MN": _("Mầm non"),
    "TH": _("Tiểu học"),
    "THCS": _("THCS"),
    "THPT": _("THPT"),
    "GDTX": _("GDTX"),
    "GDNN": _("GDNN"),
    "TC": _("Trung cấp"),
    "CD": _("Cao đẳng"),
    "DH": _("Đại học"),
}


def to_codes(mask: int) -> list[str]:
    """The codes of a mask, lowest level first: 6 becomes ['TH', 'THCS']."""
    return [str(level.name) for level in Level if mask & level]


def from_codes(codes: Iterable[str]) -> int:
    """The mask of codes; raises KeyError for a code that is none of LEVEL_CODES."""
    mask = 0
    for code in codes:
        mask |= Level[code]
    return int(mask)


def label(mask: int) -> str:
    """For people: 'TH, THCS'."""
    return ", ".join(to_codes(mask))


def highest(mask: int) -> Level | None:
    found = [level for level in Level if mask & level]
    return found[-1] if found else None
