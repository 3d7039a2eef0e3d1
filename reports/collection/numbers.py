"""Whole numbers as people type them in Vietnam. Pure."""

from __future__ import annotations

import re

from reports.collection.questions import Cell

_GROUPED = re.compile(r"\d{1,3}([. \u00a0\u202f]\d{3})+")
_PLAIN = re.compile(r"[-\u2212]?\d{1,9}")
_LONGEST = 30


def read_whole(text: str | None) -> Cell:
    """'1.234' and '1 234' are 1234, blank is None; what is no whole number stays as it was typed."""
    # PostgreSQL keeps no NUL in JSON.
    written = (text or "").replace("\x00", "").strip()
    if not written:
        return None
    if _GROUPED.fullmatch(written):
        digits = re.sub(r"\D", "", written)
        return int(digits) if len(digits) <= 9 else written[:_LONGEST]
    if _PLAIN.fullmatch(written):
        return int(written.replace("\u2212", "-"))
    return written[:_LONGEST]
