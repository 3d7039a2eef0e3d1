"""Rows that tell of no school: totals, notes, signatures, numbering, repeated headers, sections. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from schools import text
from schools.imports import cells, headers
from schools.imports.headers import Header

_TOTAL = re.compile(r"(tong|tong cong|tong so|cong|toan tinh|toan xa|toan truong)\b(?! (lap|doan))")
TOTALS = ("tổng", "cộng", "tong", "cong", "toàn", "toan")
_NOTE = re.compile(r"(ghi chu|luu y|chu thich|nguon|\*)")
_SIGNED = re.compile(
    r"(nguoi lap|nguoi tong hop|hieu truong|giam doc|pho giam doc|thu truong|chu tich|pho chu tich|ky ten|xac nhan"
    r"|ky, ghi|\(ky|da ky|kt\.|tm\.|tl\.|noi nhan|.{0,40}, ?ngay .{0,9}thang|ngay .{0,9}thang)"
)
_ORDINAL = re.compile(r"[(]?(?:[ivxlc]+|[a-z]|\d+(?:\.\d+)*)[.)]?")
_NUMBERING = re.compile(r"\(?(\d{1,2}|[a-z])\)?([ =].*)?")
_SECTION_NUMBER = re.compile(r"^\(?([IVXLC]+|[A-Z]|\d+(\.\d+)*)[.)/: -]+\s*")
_OF_COMMUNE = re.compile(r"(xa|phuong|thi tran|dac khu|tt|ubnd xa|ubnd phuong)[ .]")
_OF_DISTRICT = re.compile(r"(huyen|quan|thi xa|thanh pho|tp|tx)[ .]")
_BEFORE_LEVEL = re.compile(r"^(khối|bậc|cấp học|các trường|cấp)\s+(?=\S+\s*\S)", re.IGNORECASE)
_SCHOOL = re.compile(r"(truong|trung tam|nhom tre|lop mau giao|co so)\b")


@dataclass(slots=True)
class Section:
    """What a section row says for the rows below it."""

    commune: str = ""
    district: str = ""
    levels: int = 0


def pass_over(filled: Mapping[int, str], header: Header, section: Section) -> str | None:
    """None for a school; otherwise why the row is no school, '' where that needs no word."""
    code, name = (filled.get(header.columns[key], "") for key in ("code", "name"))
    words = [text.fold(value) for value in filled.values()]
    if all(word in header.parts or not word for word in map(headers.normal, filled.values())):
        return ""
    if headers.normal(name) == headers.normal(header.titles[header.columns["name"]]):
        return ""
    if len(words) >= 3 and all(_NUMBERING.fullmatch(word) for word in words):
        return ""
    leading = [word for word in words[:3] if not _ORDINAL.fullmatch(word)]
    if leading and _TOTAL.match(leading[0]) and (not code or _is_number_of_schools(code, name)):
        return _("Dòng tổng cộng: bỏ qua.")
    coded = bool(code and name) and any(char.isdigit() for char in code)
    if any(_SIGNED.match(word) for word in words) and not coded:
        return ""
    if leading and _NOTE.match(leading[0]) and not coded:
        return _("Dòng ghi chú: bỏ qua.")
    alone = [value for value in filled.values() if not _ORDINAL.fullmatch(text.fold(value))]
    if len(alone) == 1 and not _SCHOOL.match(text.fold(alone[0])) and not (code and name):
        return _open_section(alone[0], section)
    if not any(column in filled for key, column in header.columns.items() if key != "district"):
        return _("Không có ô nào trong các cột của danh sách: bỏ qua.")
    return None


def _is_number_of_schools(code: str, name: str) -> bool:
    """Beside the word for a total, a short number is how many there are, and no code."""
    return code.isdigit() and len(code) <= 4 and _TOTAL.match(text.fold(name)) is not None


def _open_section(title: str, section: Section) -> str:
    """A commune holds until the next commune, a level until the next level; another title ends both."""
    bare = _SECTION_NUMBER.sub("", title)
    folded = text.fold(bare)
    mask, fault = cells.read_levels(_BEFORE_LEVEL.sub("", bare))
    if mask and fault is None:
        section.levels = mask
    elif _OF_COMMUNE.match(folded) and len(bare) < 60:
        section.commune = bare
    elif _OF_DISTRICT.match(folded) and len(bare) < 60:
        section.commune, section.district = "", bare
    elif cells.read_ownership(bare)[1] is not None:
        section.commune, section.district, section.levels = "", "", 0
        return "" if bare != title else _("Không phải dòng của một trường: bỏ qua.")
    return ""
