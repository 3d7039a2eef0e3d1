"""The department of a province, its official communes and its offices."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import User
from schools import communes
from schools.models import Unit, UnitKind, fill_derived
from schools.services.units import facts, open_units


@dataclass(frozen=True, slots=True)
class CommuneCounts:
    created: int
    renamed: int
    unchanged: int


def set_up_department(*, province_slug: str, by: User | None = None) -> Unit:
    """The department of a province; the one that is there already, when called again."""
    province = communes.province(province_slug)
    with transaction.atomic():
        department, created = Unit.objects.get_or_create(
            kind=UnitKind.DEPARTMENT,
            code=province.code,
            defaults={"name": f"Sở GDĐT {province.short_name}", "short_name": "Sở GDĐT"},
        )
        if created:
            audit.record(actor=by, action="unit.create", target=department, after=facts(department))
    return department


def import_communes(*, province_code: str, by: User | None = None) -> CommuneCounts:
    """The official communes of a province as units under its department; makes and renames, removes nothing."""
    province = communes.province(province_code)
    with transaction.atomic():
        department = set_up_department(province_slug=province.slug, by=by)
        known = {unit.code: unit for unit in Unit.objects.communes()}
        official = communes.communes_of(province.code)
        new = [
            Unit(kind=UnitKind.COMMUNE, code=item.code, name=item.name, manager=department)
            for item in official
            if item.code not in known
        ]
        renamed = [known[item.code] for item in official if item.code in known and known[item.code].name != item.name]
        names = {item.code: item.name for item in official}
        for unit in renamed:
            unit.name = names[unit.code]
        open_units(units=new)
        fill_derived(renamed)
        Unit.objects.bulk_update(renamed, ["name", "name_folded", "name_sort"], batch_size=200)
        counts = CommuneCounts(len(new), len(renamed), len(official) - len(new) - len(renamed))
        if new or renamed:
            audit.record(
                actor=by,
                action="communes.import",
                target=department,
                after={"created": counts.created, "renamed": counts.renamed},
            )
    return counts


def create_office(*, department: Unit, code: str, name: str, short_name: str = "", by: User | None = None) -> Unit:
    """An office of the department; the one that is there already, when its code is taken."""
    with transaction.atomic():
        office = Unit.objects.filter(kind=UnitKind.OFFICE, code=code).first()
        if office is None:
            office = Unit(kind=UnitKind.OFFICE, code=code, name=name, short_name=short_name, manager=department)
            open_units(units=[office])
            audit.record(actor=by, action="unit.create", target=office, after=facts(office))
    return office
