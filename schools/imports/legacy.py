"""Vietnamese of the nineties' fonts (TCVN3 as in .VnTime, VNI) → Unicode. Pure.

Such text is made of Latin-1 characters that only look right in the font. It is known by its words:
they are no Vietnamese syllables as they stand, and all of them are once decoded.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# TCVN 5712 (VN3), the letters in the order of the bytes A1…FE; '.' is a byte that stands for no letter.
_VN3 = "ĂÂÊÔƠƯĐăâêôơưđ......àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ."
_TCVN3 = {0xA1 + place: letter for place, letter in enumerate(_VN3) if letter != "."}

# VNI writes a letter and then a character for its marks.
_VNI_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_CIRCUMFLEX = {"â": "", "à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVE = {"ê": "", "è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_WHOLE = {"ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư", "ì": "ì", "í": "í"}

_WORD = re.compile(r"[^\W\d_]+(?:[\u00a1-\u00bf\u00d7\u00f7]+[^\W\d_]*)*|[\u00a1-\u00ff]+[^\W\d_]*", re.UNICODE)
_T = "[\u0300\u0301\u0303\u0309\u0323]?"
_GLIDING = ["ai", "ao", "au", "ay", "âu", "ây", "eo", "êu", "iu", "oi", "ôi", "ơi", "ui", "ưi", "ưu", "ia", "ua", "ưa"]
_GLIDING_3 = ["oai", "oay", "oao", "oeo", "uây", "uôi", "ươi", "ươu", "iêu", "yêu", "uya", "uyu"]
# With the tone where it is written: on the first of two vowels that end a syllable, else on the last.
_RIMES = "|".join(
    [
        *(f"{two[0]}{_T}{two[1]}" for two in _GLIDING),
        *(f"{three[:2]}{_T}{three[2]}" for three in _GLIDING_3),
        *(f"{two[0]}{_T}{two[1]}{_T}(?:ch|nh|ng|[cmnpt])?" for two in ("oa", "oe", "uy")),
        f"(?:iê|yê|uô|ươ|oă|uâ|uyê){_T}(?:ng|[cmnpt])",
        f"(?:uê|uơ){_T}(?:ch|nh|n|t)?",
        f"[aiêy]{_T}(?:ch|nh)",
        f"[aăâeêioôơuư]{_T}(?:ng|[cmnpt])",
        f"[aeêioôơuưy]{_T}",
    ]
)
_SYLLABLE = re.compile(f"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?(?:{_RIMES})")
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
BEYOND_LATIN_1 = re.compile("[\u0100-\u024f\u0300-\u036f\u1e00-\u1eff]")


@lru_cache(maxsize=4096)
def decode(value: str) -> str:
    """The text in Unicode; a text that is no old font's comes back as it is."""
    if value.isascii() or BEYOND_LATIN_1.search(value):
        return value
    words = _odd_words(value)
    if not words or all(_is_syllable(word) for word in words):
        return value
    for decoded in (value.translate(_TCVN3), _from_vni(value)):
        found = _odd_words(decoded)
        if len(found) >= len(words) and all(_is_syllable(word) for word in found):
            return unicodedata.normalize("NFC", decoded)
    return value


def looks_undecoded(value: str) -> bool:
    """Whether signs that belong to no word stand inside words, as old fonts leave them."""
    return not value.isascii() and not BEYOND_LATIN_1.search(value) and bool(_INSIDE.search(value))


_INSIDE = re.compile(
    "[A-Za-z][\u00a1-\u00a9\u00ab-\u00ae\u00b0-\u00b1\u00b5-\u00b9\u00bb-\u00bf\u00d7\u00f7]|[\u00ae\u00b5-\u00b8][A-Za-z]"
)


def _odd_words(value: str) -> list[str]:
    return [word for word in _WORD.findall(value) if not word.isascii()]


def _is_syllable(word: str) -> bool:
    """A Vietnamese syllable, with at most one tone; letters of one case, or a capital before small ones."""
    if not (word.islower() or word.isupper() or word[1:].islower()):
        return False
    spelled = "".join(_tone_last(letter) for letter in word.lower())
    return len(_TONE.findall(spelled)) <= 1 and _SYLLABLE.fullmatch(spelled) is not None


def _tone_last(letter: str) -> str:
    """'ộ' → 'ô' and its tone."""
    parts = unicodedata.normalize("NFD", letter)
    tone = "".join(_TONE.findall(parts))
    return unicodedata.normalize("NFC", _TONE.sub("", parts)) + tone


def _from_vni(value: str) -> str:
    letters: list[str] = []
    for char in value:
        low = char.lower()
        before = letters[-1].lower() if letters else ""
        if low in _VNI_TONES and before and unicodedata.normalize("NFD", before)[0] in "aeiouy":
            letters[-1] = _marked(letters[-1], _VNI_TONES[low])
        elif low in _VNI_CIRCUMFLEX and before in {"a", "e", "o"}:
            letters[-1] = _marked(letters[-1], "\u0302" + _VNI_CIRCUMFLEX[low])
        elif low in _VNI_BREVE and before == "a":
            letters[-1] = _marked(letters[-1], "\u0306" + _VNI_BREVE[low])
        elif low in _VNI_WHOLE:
            letters.append(_VNI_WHOLE[low].upper() if char.isupper() else _VNI_WHOLE[low])
        else:
            letters.append(char)
    return "".join(letters)


def _marked(letter: str, marks: str) -> str:
    return unicodedata.normalize("NFC", letter + marks)
