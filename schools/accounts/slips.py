"""Slips to print, cut and hand out: the codes of a list laid out on pages, by commune."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from schools import selectors
from schools.accounts.services import UnitCode
from schools.models import Unit, UnitKind

A_PAGE = 8


@dataclass(frozen=True, slots=True)
class Slip:
    """One piece of paper, for one unit."""

    unit: str
    unit_code: str
    username: str
    code: str = field(repr=False)
    expires_at: datetime
    ask: str


@dataclass(frozen=True, slots=True)
class SlipPage:
    """One sheet of A4: slips of one commune."""

    commune: str
    number: int
    of: int
    slips: list[Slip]


def pages(codes: Iterable[UnitCode]) -> list[SlipPage]:
    """By commune in name order, each beginning a page of its own; a commune's own slip comes before its schools'."""
    department = selectors.department()
    listed = sorted(codes, key=_place)
    found = []
    for _key, group in groupby(listed, key=lambda item: _place(item)[:2]):
        items = list(group)
        chunks = [items[start : start + A_PAGE] for start in range(0, len(items), A_PAGE)]
        name = _commune_name(items[0].unit)
        found += [
            SlipPage(name, number, len(chunks), [_slip(item, department) for item in chunk])
            for number, chunk in enumerate(chunks, start=1)
        ]
    return found


def as_file(codes: Iterable[UnitCode]) -> str:
    """The pages as one HTML file that needs nothing beside it."""
    path = finders.find("css/parts/slips.css")
    css = b64encode(Path(str(path)).read_bytes()).decode()
    return render_to_string("schools/slips_file.html", {**context(codes), "stylesheet": f"data:text/css;base64,{css}"})


def context(codes: Iterable[UnitCode]) -> dict[str, object]:
    """What the page and the file show."""
    listed = list(codes)
    return {
        "pages": pages(listed),
        "count": len(listed),
        "expires_at": listed[0].expires_at if listed else None,
        "address": settings.PUBLIC_URL + reverse("activation_begin"),
    }


def _place(item: UnitCode) -> tuple[str, int, bool, str, int]:
    unit = item.unit
    commune = unit if unit.kind == UnitKind.COMMUNE else unit.commune
    # Schools that stand in no known commune come last.
    sort, pk = (commune.name_sort, commune.pk) if commune else ("\uffff", 0)
    return sort, pk, unit.kind != UnitKind.COMMUNE, unit.name_sort, unit.pk


def _commune_name(unit: Unit) -> str:
    commune = unit if unit.kind == UnitKind.COMMUNE else unit.commune
    return commune.name if commune else _("Chưa rõ xã, phường")


def _slip(item: UnitCode, department: Unit | None) -> Slip:
    helper = item.unit.manager or department
    contacts = [helper.name, helper.phone, helper.email] if helper else [_("Sở GDĐT")]
    return Slip(
        unit=item.unit.name,
        unit_code=item.unit.code,
        username=item.username,
        code=item.code,
        expires_at=item.expires_at,
        ask=" · ".join(part for part in contacts if part),
    )
