"""The official provinces and communes since 1 July 2025, from the project's own data files. Pure.

Provinces and communes keep the codes of the national register; `conversions()` says which commune
of before that day went to which.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, slots=True)
class Province:
    code: str
    slug: str
    name: str
    short_name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Commune:
    code: str
    name: str
    kind: str
    province_code: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """One old commune (part of it, if not `whole`) that became part of a new one."""

    old_code: str
    old_name: str
    old_district: str
    old_province: str
    new_code: str
    whole: bool


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def provinces() -> tuple[Province, ...]:
    return tuple(Province(**row) for row in _rows("provinces.csv"))


def province(slug_or_code: str) -> Province:
    """The province of a slug ('ninh-binh') or a code ('37'); raises KeyError for any other word."""
    for found in provinces():
        if slug_or_code in (found.slug, found.code):
            return found
    raise KeyError(slug_or_code)


@cache
def all_communes() -> tuple[Commune, ...]:
    return tuple(Commune(**row) for row in _rows("communes.csv"))


@cache
def communes_of(province_code: str) -> tuple[Commune, ...]:
    """In the order of their codes; empty for an unknown code."""
    return tuple(commune for commune in all_communes() if commune.province_code == province_code)


@cache
def conversions() -> tuple[Conversion, ...]:
    return tuple(
        Conversion(
            old_code=row["old_code"],
            old_name=row["old_name"],
            old_district=row["old_district"],
            old_province=row["old_province"],
            new_code=row["new_code"],
            whole=row["extent"] == "whole",
        )
        for row in _rows("conversion-2025.csv")
    )
