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
# What is longer is no name, and its words are not kept.
_LONGEST = 500


def clean(value: str) -> str:
    """NFC, single ordinary blanks, nothing invisible; the words themselves are left as written."""
    if is_tidy(value) and unicodedata.is_normalized("NFC", value):
        return value
    return _BLANKS.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", value))).strip()


def is_tidy(value: str) -> bool:
    """Whether nothing invisible is in it, and no blanks but ordinary ones, single, between words."""
    return value.isprintable() and "  " not in value and value == value.strip()


def fold(value: str) -> str:
    """For searching: đ→d, marks off, lower case. 'Đặc khu Lý Sơn' becomes 'dac khu ly son'."""
    tidy = clean(value)
    if len(tidy) > _LONGEST:
        return _fold(tidy)
    return " ".join(map(_fold_word, tidy.split(" ")))


def _fold(words: str) -> str:
    decomposed = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def sort_key(value: str) -> str:
    """For ordering: letters by the Vietnamese alphabet first, then tones. Digits only.

    Two digits a character ('00' ends the letters), then one digit a tone: a string of digits is
    ordered alike by every collation of every database. Numbers inside are padded to six digits,
    so that 'Số 2' stands before 'Số 10'.
    """
    tidy = clean(value)
    weights = [_weigh(tidy)] if len(tidy) > _LONGEST else [*map(_weigh_word, tidy.split(" "))]
    letters = _BLANK_LETTER.join([letter for letter, _tone in weights])
    tones = _BLANK_TONE.join([tone for _letter, tone in weights])
    return f"{letters}00{tones.rstrip('0')}"


def _weigh(words: str) -> tuple[str, str]:
    """The digits of the letters and those of the tones."""
    padded = re.sub(r"\d+", lambda found: found.group().zfill(6), words.casefold())
    weights = [_weight(char) for char in padded]
    return "".join([letter for letter, _tone in weights]), "".join([tone for _letter, tone in weights])


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


# The names of a province are made of a few thousand words.
_fold_word = lru_cache(maxsize=8192)(_fold)
_weigh_word = lru_cache(maxsize=8192)(_weigh)
_BLANK_LETTER, _BLANK_TONE = _weight(" ")
