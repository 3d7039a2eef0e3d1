"""One cell → one value, or one problem. Resolves or reports; never guesses and says nothing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from schools import text
from schools.imports import legacy
from schools.imports.problems import ERROR, WARNING, Severity
from schools.imports.workbook import Cell
from schools.levels import Level

MOST_PEOPLE = 200_000
# Beyond fifteen digits a number cell no longer holds what was typed.
_EXACT_DIGITS = 10**15
_EXPONENT = re.compile(r"\d+[.,]\d+[eE]\+?\d+|\d+[eE]\+\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?:[., ]\d{3})+")
_EXCEL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
_LOOKS_LIKE_DIGIT = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, before it is known in which row it stands."""

    code: str
    message: str
    suggestion: str = ""
    severity: Severity = ERROR


def show(cell: Cell) -> str:
    """A cell as a person reads it; '' for what is blank, be it with blanks that nobody sees."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT_DIGITS:
        return str(int(cell))
    if cell is None:
        return ""
    if isinstance(cell, bytes):
        return cell.decode()
    return _("(công thức)") if cell is ... else str(cell)


def clean(value: str) -> str:
    """Unicode whatever the font was, NFC, single blanks."""
    if text.is_tidy(value) and (value.isascii() or _is_unicode(value)):
        return value
    return _clean(value)


def _is_unicode(value: str) -> bool:
    """Letters that no old font has, in their composed form: nothing to do."""
    return legacy.BEYOND_LATIN_1.search(value) is not None and unicodedata.is_normalized("NFC", value)


@lru_cache(maxsize=4096)
def _clean(value: str) -> str:
    return text.clean(legacy.decode(value))


def is_excel_error(written: str) -> bool:
    return written.startswith("#") and written.upper() in _EXCEL_ERRORS


def read_code(cell: Cell) -> tuple[str, Fault | None]:
    """Codes are text; a number cell of whole digits is its digits."""
    if isinstance(cell, str) and cell.isascii() and cell.isalnum() and not _EXPONENT.fullmatch(cell):
        return cell, None
    if isinstance(cell, bool | bytes):
        return "", Fault("code_not_text", _("Ô mã là ngày tháng hoặc đúng/sai, không phải mã."))
    if isinstance(cell, int | float):
        if float(cell).is_integer() and 0 <= cell < _EXACT_DIGITS:
            return str(int(cell)), None
        return "", Fault(
            "code_not_text", _("Excel đã đổi mã thành số và làm mất chữ số; hãy nhập lại mã dạng văn bản.")
        )
    written = show(cell).lstrip("'’`").replace(" ", "")
    if is_excel_error(written):
        return "", Fault("code_not_text", _("Ô là lỗi của Excel, không phải mã."))
    if _EXPONENT.fullmatch(written):
        return "", Fault("code_not_text", _("Mã hiện dạng số mũ (E+), đã mất chữ số; hãy nhập lại mã dạng văn bản."))
    return re.sub(r"(?<=\d)[.,]0$", "", written), None


def usual_length(codes: Iterable[Cell]) -> int:
    """How many digits the list's text codes have, 0 where there are none to compare with."""
    lengths = Counter(len(cell.strip()) for cell in codes if isinstance(cell, str) and cell.strip().isdigit())
    return lengths.most_common(1)[0][0] if lengths else 0


def read_count(cell: Cell) -> tuple[int | None, Fault | None]:
    """A number of people or classes; thousands typed as text may have a point, a comma or a blank."""
    if type(cell) is float and 0 <= cell <= MOST_PEOPLE and cell.is_integer():
        return int(cell), None
    if cell is None or cell == "":
        return None, None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _whole(float(cell))
    written = show(cell)
    if not written:
        return None, None
    if written in {"-", "–", "—", "x", "X"}:
        return None, Fault("bad_number", _("Ô ghi “%s”: hiểu là không có số liệu.") % written, severity=WARNING)
    if _THOUSANDS.fullmatch(written):
        return _in_range(int(re.sub(r"[., ]", "", written)))
    if re.fullmatch(r"\d+(?:[.,]0+)?", written):
        return _in_range(int(re.split(r"[.,]", written)[0]))
    if re.fullmatch(r"[-−–]\s*\d+", written):
        return None, Fault("negative_number", _("Số không được âm."))
    repaired = written.translate(_LOOKS_LIKE_DIGIT)
    if repaired.isdigit():
        return None, Fault("bad_number", _("Phải là số nguyên. Có chữ thay cho chữ số?"), suggestion=repaired)
    digits = re.fullmatch(r"(\d+)\s*\D+", written)
    return None, Fault("bad_number", _("Phải là số nguyên."), suggestion=digits[1] if digits else "")


def _whole(number: float) -> tuple[int | None, Fault | None]:
    if number < 0:
        return None, Fault("negative_number", _("Số không được âm."))
    if number.is_integer():
        return _in_range(int(number))
    thousandfold = round(number * 1000)
    eaten = str(thousandfold) if abs(number * 1000 - thousandfold) < 1e-6 else ""
    return None, Fault("bad_number", _("Phải là số nguyên; Excel có thể đã hiểu nhầm dấu phân cách."), suggestion=eaten)


def _in_range(number: int) -> tuple[int | None, Fault | None]:
    if number > MOST_PEOPLE:
        return None, Fault("bad_number", _("Số quá lớn đối với một trường."))
    return number, None


# --- levels ------------------------------------------------------------------------------------
_LEVEL_PHRASES: dict[str, int] = {
    "mn": Level.MN, "mam non": Level.MN, "mau giao": Level.MN, "mg": Level.MN, "nha tre": Level.MN,
    "nhom tre": Level.MN, "th": Level.TH, "tieu hoc": Level.TH, "cap 1": Level.TH, "cap i": Level.TH,
    "thcs": Level.THCS, "trung hoc co so": Level.THCS, "cap 2": Level.THCS, "cap ii": Level.THCS,
    "ptcs": Level.TH | Level.THCS, "pho thong co so": Level.TH | Level.THCS,
    "thpt": Level.THPT, "trung hoc pho thong": Level.THPT, "cap 3": Level.THPT, "cap iii": Level.THPT,
    "gdtx": Level.GDTX, "ttgdtx": Level.GDTX, "giao duc thuong xuyen": Level.GDTX,
    "gdnn": Level.GDNN, "ttgdnn": Level.GDNN, "giao duc nghe nghiep": Level.GDNN,
    "tc": Level.TC, "trung cap": Level.TC, "tccn": Level.TC, "cd": Level.CD, "cao dang": Level.CD,
    "dh": Level.DH, "dai hoc": Level.DH,
}  # fmt: skip
_FIRST_WORDS = {phrase.split()[0] for phrase in _LEVEL_PHRASES}
# The sector database's numbers for the three levels of general education.
_LEVEL_NUMBERS = {"1": Level.TH, "2": Level.THCS, "3": Level.THPT}
_JOINING = {"va", "truong", "cap", "trung", "tam", "tt", "lien", "hoc", "nghe"}
_BEFORE_LEVEL = _JOINING | {
    "he", "pt", "ptdt", "ptdtbt", "ptdtnt", "pho", "thong", "dan", "toc", "ban", "tru", "noi", "chuyen", "tu", "thuc",
    "cong", "lap", "quoc", "te", "hanh", "nang", "khieu", "lop", "co", "so", "lien", "nhieu",
}  # fmt: skip


@lru_cache(maxsize=1024, typed=True)
def read_levels(cell: Cell) -> tuple[int, Fault | None]:
    """Levels from a cell: codes ('12', '1,2'), short names ('TH,THCS&THPT') or words; 0 with a fault otherwise."""
    written = show(cell)
    if not written:
        return 0, None
    bare = re.sub(r"[^a-z0-9]+", " ", text.fold(written)).strip()
    numbers = bare.replace(" ", "").lstrip("0") if len(bare) <= 2 else bare.replace(" ", "")
    if numbers.isdigit():
        if set(numbers) <= _LEVEL_NUMBERS.keys() and len(set(numbers)) == len(numbers):
            return sum(_LEVEL_NUMBERS[number] for number in numbers), None
        return 0, _unknown_level()
    mask, rest = _scan(bare.split())
    if mask and not set(rest) - (_BEFORE_LEVEL - {"nhieu"}):
        return int(mask), None
    return 0, _unknown_level(suggestion=", ".join(str(level.name) for level in Level if mask & level))


@lru_cache(maxsize=8192)
def _bare_words(word: str) -> tuple[str, ...]:
    """'TH&THCS' → ('th', 'thcs'). There are few words in a list, and many names."""
    return tuple(re.sub(r"[^a-z0-9]+", " ", text.fold(word)).split())


def levels_in_name(name: str) -> int:
    """The levels that a school's name begins with ('Trường TH & THCS Gia Lâm'), 0 where it says none."""
    mask = 0
    words = [bare for word in name.split(" ", 16)[:16] for bare in _bare_words(word)]
    place = 0
    while place < len(words):
        found, length = _phrase(words, place) if words[place] in _FIRST_WORDS else (0, 0)
        if length:
            mask, place = mask | found, place + length
        elif words[place] in (_JOINING if mask else _BEFORE_LEVEL):
            place += 1
        else:
            break
    return mask


def _phrase(words: list[str], place: int) -> tuple[int, int]:
    for length in (4, 3, 2, 1):
        found = _LEVEL_PHRASES.get(" ".join(words[place : place + length]))
        if found is not None and place + length <= len(words):
            return int(found), length
    return 0, 0


def _scan(words: list[str]) -> tuple[int, list[str]]:
    mask, rest, place = 0, [], 0
    while place < len(words):
        found, length = _phrase(words, place)
        if length:
            mask, place = mask | found, place + length
        else:
            rest.append(words[place])
            place += 1
    return mask, rest


def _unknown_level(suggestion: str = "") -> Fault:
    return Fault(
        "unknown_level", _("Chọn một hay nhiều cấp: %s.") % ", ".join(str(level.name) for level in Level), suggestion
    )


# --- words -------------------------------------------------------------------------------------
_OWNERSHIPS = {
    "cong lap": "public", "cl": "public", "cong": "public", "truong cong lap": "public", "public": "public",
    "tu thuc": "private", "tt": "private", "tu": "private", "truong tu thuc": "private", "private": "private",
    "dan lap": "people_founded", "dl": "people_founded", "truong dan lap": "people_founded",
    "people founded": "people_founded",
}  # fmt: skip


@lru_cache(maxsize=1024, typed=True)
def read_ownership(cell: Cell) -> tuple[str, Fault | None]:
    written = show(cell)
    if not written:
        return "", None
    found = _OWNERSHIPS.get(re.sub(r"[^a-z0-9]+", " ", text.fold(written)).strip(), "")
    if found:
        return found, None
    return "", Fault(
        "unknown_ownership", _("Loại hình là công lập, tư thục hoặc dân lập; ô này không được ghi."), severity=WARNING
    )


def read_email(cell: Cell) -> tuple[str, Fault | None]:
    written = show(cell).removeprefix("mailto:")
    if not written:
        return "", None
    try:
        validate_email(written)
    except ValidationError:
        return "", Fault("bad_email", _("Không phải địa chỉ thư điện tử; ô này không được ghi."), severity=WARNING)
    return written, None


def read_words(cell: Cell, *, most: int) -> tuple[str, Fault | None]:
    written = show(cell)
    if len(written) > most:
        return "", Fault("too_long", _("Dài hơn %s ký tự.") % most)
    return written, None
