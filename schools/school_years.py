"""School years, named by the year they begin in: 2026 is 2026-2027. Pure."""

from __future__ import annotations

import re
from datetime import date

# Lists of the coming year are made in August, before it begins on 5 September.
FIRST_MONTH = 8
_WRITTEN = re.compile(r"(20\d\d)(?:\s*[-–]\s*(20\d\d))?")


def current(day: date) -> int:
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def label(school_year: int) -> str:
    return f"{school_year}-{school_year + 1}"


def parse(written: str) -> int:
    """2026 from '2026-2027' or '2026'; raises ValueError for anything else."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None or (found[2] is not None and int(found[2]) != int(found[1]) + 1):
        raise ValueError(written)
    return int(found[1])
