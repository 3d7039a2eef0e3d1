"""Vietnamese text as the database needs it: one normal form, a folded form to search, a key to sort by."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The order of the Vietnamese alphabet; each vowel's five marks follow it in school order.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: index for index, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_BLANKS = re.compile(r"[\s\u00a0\u2007\u202f\u3000]+")
# With NUL, which PostgreSQL keeps in no text.
_INVISIBLE = re.compile(r"[\x00\u200b\u200c\u200d\u2060\ufeff\u00ad]")


def clean(value: str) -> str:
    """NFC, single ordinary blanks, nothing invisible; the words themselves are left as written."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", value))).strip()


def fold(value: str) -> str:
    """For searching: đ→d, marks off, lower case. 'Đặc khu Lý Sơn' becomes 'dac khu ly son'."""
    decomposed = unicodedata.normalize("NFD", clean(value).casefold().replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def sort_key(value: str) -> str:
    """For ordering: letters by the Vietnamese alphabet first, then tones. Digits only.

    Two digits a character ('00' ends the letters), then one digit a tone: a string of digits is
    ordered alike by every collation of every database. Numbers inside are padded to six digits,
    so that 'Số 2' stands before 'Số 10'.
    """
    padded = re.sub(r"\d+", lambda found: found.group().zfill(6), clean(value).casefold())
    weights = [_weight(char) for char in padded]
    tones = "".join(tone for _letter, tone in weights)
    return f"{''.join(letter for letter, _tone in weights)}00{tones.rstrip('0')}"


# A list of schools has a hundred different characters, and a hundred thousand in all.
@lru_cache(maxsize=4096)
def _weight(char: str) -> tuple[str, str]:
    """The two digits of a character and the one of its tone."""
    tone, base = "0", ""
    for part in unicodedata.normalize("NFD", char):
        if part in _TONES:
            tone = _TONES[part]
        else:
            base += part
    base = unicodedata.normalize("NFC", base)[:1]
    if base in _RANK:
        rank = 20 + _RANK[base]
    elif base.isdecimal():
        rank = 10 + int(base)
    else:
        rank = 1 if base == " " else 2
    return f"{rank:02d}", tone
