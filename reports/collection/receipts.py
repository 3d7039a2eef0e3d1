"""The code of a receipt: how it is made, and how it is found again however it was typed. Pure."""

from __future__ import annotations

import re
import secrets

PREFIX = "BC"
# Without letters and digits that are mistaken for one another when a receipt is read out.
CHECK_ALPHABET = "234679ACDEFGHJKMNPQRTUVWXYZ"
CHECK_LENGTH = 4
REPORT_DIGITS = 6
YEAR_DIGITS = 4
LONGEST = 60
# What people type for a digit; the letters at the end need none of this, they leave such pairs out.
_DIGITS = str.maketrans("OQDILSBZ", "00011582")


def receipt_number(*, year: int, report_id: int, number: int, bits: int | None = None) -> str:
    """What the school shows: the report and version in clear, then letters that nobody guesses.

    `bits` makes the letters instead of chance, where the same receipt must come out again.
    """
    left = secrets.randbits(64) if bits is None else bits
    check = ""
    for _place in range(CHECK_LENGTH):
        left, place = divmod(left, len(CHECK_ALPHABET))
        check += CHECK_ALPHABET[place]
    return f"{PREFIX}-{year}-{report_id:0{REPORT_DIGITS}d}-{number}-{check}"


def possible_codes(typed: str) -> list[str]:
    """The codes that somebody may have meant: any case, blanks, dashes or none, O for 0 and I for 1.

    Without dashes it is not said where the report ends and its version begins, so there may be several;
    none where it cannot be a code at all.
    """
    plain = re.sub(r"[^0-9A-Z]", "", typed[:LONGEST].upper())
    body = re.sub(r"^(BC|8C)", "", plain)
    digits, check = body[:-CHECK_LENGTH].translate(_DIGITS), body[-CHECK_LENGTH:]
    year, rest = digits[:YEAR_DIGITS], digits[YEAR_DIGITS:]
    if not digits.isdecimal() or len(rest) <= REPORT_DIGITS or not set(check) <= set(CHECK_ALPHABET):
        return []
    return [
        f"{PREFIX}-{year}-{rest[:cut]}-{rest[cut:]}-{check}"
        for cut in range(REPORT_DIGITS, len(rest))
        # A longer number of a report is never filled up with noughts, a version never begins with one.
        if rest[cut] != "0" and (cut == REPORT_DIGITS or rest[0] != "0")
    ]
