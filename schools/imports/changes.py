"""What one row of a list would change of the school that is known by its code. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from schools import levels
from schools.imports import headers
from schools.imports.headers import Header
from schools.imports.places import Gazetteer
from schools.imports.problems import WARNING, Problem
from schools.imports.rows import ReadRow, ReadSchool, codes_of
from schools.models import Ownership

PLAIN_FIELDS = ("name", "levels", "ownership", "commune_id", "address", "email", "phone")
# A person would ask about these: four fifths gone, or ten times as many.
_FALL, _RISE, _SMALL = 5, 10, 20


@dataclass(frozen=True, slots=True)
class Change:
    """One value that the list would write over another; both as people read them."""

    field: str
    old: str
    new: str


class Known(NamedTuple):
    """What is compared of a school that the portal knows; a row of it is much lighter than a Unit."""

    pk: int
    code: str
    name: str
    levels: int
    ownership: str
    commune_id: int | None
    address: str
    email: str
    phone: str
    name_sort: str
    opened_on: date | None
    closed_on: date | None

    def exists_on(self, day: date) -> bool:
        return (self.opened_on is None or self.opened_on <= day) and (self.closed_on is None or self.closed_on > day)


def missing_of_new(read: ReadRow, known: Mapping[str, Known], header: Header, gazetteer: Gazetteer) -> list[Problem]:
    """What a school that is not known yet must have and this row does not say."""
    told = {problem.field for problem in read.problems if problem.severity == "error"}
    found = []
    if not read.school.levels and "levels" not in told:
        found.append(_problem(read, "levels", "unknown_level", _("Trường mới phải có cấp học."), header))
    if read.school.commune_id is None and not told & {"commune", "commune_code"}:
        message = _("Trường mới phải có xã, phường.")
        place = gazetteer.in_address(read.school.address)
        if place is not None:
            message += " " + _("Theo địa chỉ có thể là “%s”.") % place.name
        suggestion = place.name if place else ""
        found.append(_problem(read, "commune", "unknown_commune", message, header, suggestion=suggestion))
    likely = next((code for code in (f"0{read.school.code}", f"00{read.school.code}") if code in known), "")
    if likely and "code" not in told:
        message = _("Excel đã bỏ số 0 ở đầu mã? Đã có trường mã “%s”.") % likely
        found.append(_problem(read, "code", "code_not_text", message, header, suggestion=likely))
    return found


def completed(school: ReadSchool, unit: Known, commune_names: Mapping[int, str]) -> ReadSchool:
    """For showing: what the list leaves blank, or only the name tells of, is what is known."""
    mask = unit.levels if school.levels_guessed or not school.levels else school.levels
    said = school.name, school.ownership, school.commune_id, school.address, school.email, school.phone
    kept = unit.name, unit.ownership, unit.commune_id, unit.address, unit.email, unit.phone
    if mask == school.levels and all(new or not old for new, old in zip(said, kept, strict=True)):
        return school
    commune_id = school.commune_id or unit.commune_id
    return replace(
        school,
        name=school.name or unit.name,
        levels=mask,
        ownership=school.ownership or unit.ownership,
        commune_id=commune_id,
        commune=school.commune or commune_names.get(commune_id or 0, ""),
        address=school.address or unit.address,
        email=school.email or unit.email,
        phone=school.phone or unit.phone,
    )


def plain_changes(school: ReadSchool, unit: Known, commune_names: Mapping[int, str]) -> list[Change]:
    """An empty cell, like a column that the file lacks, erases nothing."""
    changes = []
    for name in PLAIN_FIELDS:
        old, new = getattr(unit, name), getattr(school, name)
        if new and new != old and not (name == "levels" and school.levels_guessed):
            changes.append(Change(name, _show(name, old, commune_names), _show(name, new, commune_names)))
    return changes


def _show(name: str, value: object, commune_names: Mapping[int, str]) -> str:
    if value in (None, ""):
        return ""
    if name == "levels":
        return levels.label(int(str(value)))
    if name == "commune_id":
        return commune_names.get(int(str(value)), "")
    if name == "ownership":
        return str(Ownership(str(value)).label)
    return str(value)


def headcounts_of(school: ReadSchool, level_mask: int) -> dict[tuple[str, str], int]:
    """The counts that a row gives, by (population, level); a total over several levels cannot be placed."""
    codes = codes_of(level_mask)
    found: dict[tuple[str, str], int] = {}
    for level, number in school.pupils_by_level.items():
        if number or level in codes:
            found["pupils", level] = number
    if len(codes) == 1:
        if school.pupils is not None and not school.pupils_by_level:
            found["pupils", codes[0]] = school.pupils
        if school.classes is not None:
            found["classes", codes[0]] = school.classes
    for name in ("staff", "managers", "teachers", "employees"):
        number = getattr(school, name)
        if number is not None:
            found[name, ""] = number
    return found


def count_changes(new: Mapping[tuple[str, str], int], old: Mapping[tuple[str, str], int]) -> list[Change]:
    return [
        Change(count_field(key), str(old.get(key, "")), str(number))
        for key, number in new.items()
        if old.get(key) != number
    ]


def count_field(key: tuple[str, str]) -> str:
    """('pupils', 'TH') is the column 'pupils_TH'."""
    return "_".join(key).rstrip("_")


def jumps(
    read: ReadRow, new: Mapping[tuple[str, str], int], old: Mapping[tuple[str, str], int], header: Header
) -> list[Problem]:
    found = []
    for key, number in new.items():
        before = old.get(key)
        if before is None or max(before, number) < _SMALL:
            continue
        name = count_field(key)
        if name not in header.columns:
            name = key[0]
        if number * _FALL <= before:
            message = _("Giảm %s%% so với số đang có; hãy kiểm tra lại.") % (100 - 100 * number // before)
        elif number >= before * _RISE:
            message = _("Gấp %s lần số đang có; hãy kiểm tra lại.") % (number // before if before else "∞")
        else:
            continue
        found.append(_problem(read, name, "suspicious_change", message, header, severity=WARNING))
    return found


def _problem(
    read: ReadRow,
    field: str,
    code: str,
    message: str,
    header: Header,
    *,
    severity: Literal["error", "warning", "info"] = "error",
    suggestion: str = "",
) -> Problem:
    column = header.columns.get(field)
    return Problem(
        code=code,
        message=message,
        severity=severity,
        row=read.row,
        column="" if column is None else headers.letter(column),
        field=field,
        value=read.shown(field),
        suggestion=suggestion,
    )
