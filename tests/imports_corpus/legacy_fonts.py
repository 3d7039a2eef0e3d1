"""Writes Vietnamese as the fonts of the nineties did (.VnTime, VNI-Times): letters that only look right in them."""

from __future__ import annotations

import unicodedata

# TCVN 5712 (VN3): the character that stands in the file for each letter. The soft hyphen is "ư".
_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3_BYTES = (
    "\xb5\xb8\xb6\xb7\xb9\xa8\xbb\xbe\xbc\xbd\xc6\xa9\xc7\xca\xc8\xc9\xcb\xae"
    "\xcc\xd0\xce\xcf\xd1\xaa\xd2\xd5\xd3\xd4\xd6\xd7\xdd\xd8\xdc\xde"
    "\xdf\xe3\xe1\xe2\xe4\xab\xe5\xe8\xe6\xe7\xe9\xac\xea\xed\xeb\xec\xee"
    "\xef\xf3\xf1\xf2\xf4\xad\xf5\xf8\xf6\xf7\xf9\xfa\xfd\xfb\xfc\xfe"
    "\xa1\xa2\xa7\xa3\xa4\xa5\xa6"
)
_TCVN3 = dict(zip(_TCVN3_LETTERS, _TCVN3_BYTES, strict=True))

# VNI: the plain letter, then a character for its marks.
_TONES = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_CIRCUMFLEX = {"": "â", "\u0300": "à", "\u0301": "á", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_BREVE = {"": "ê", "\u0300": "è", "\u0301": "é", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
_WHOLE = {"đ": "ñ", "Đ": "Ñ", "ì": "ì", "í": "í", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}


def tcvn3(written: str) -> str:
    return "".join(_TCVN3.get(char, char) for char in unicodedata.normalize("NFC", written))


def vni(written: str) -> str:
    return "".join(_vni_letter(char) for char in unicodedata.normalize("NFC", written))


def _vni_letter(char: str) -> str:
    if char in _WHOLE:
        return _WHOLE[char]
    base, *marks = unicodedata.normalize("NFD", char)
    if not marks:
        return char
    tone = next((mark for mark in marks if mark in _TONES), "")
    if "\u0302" in marks:
        mark = _CIRCUMFLEX[tone]
    elif "\u0306" in marks:
        mark = _BREVE[tone]
    else:
        if "\u031b" in marks:
            base = {"o": "ô", "u": "ö", "O": "Ô", "U": "Ö"}[base]
        mark = _TONES.get(tone, "")
    return base + (mark.upper() if char.isupper() else mark)
