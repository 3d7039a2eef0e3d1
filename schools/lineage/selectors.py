"""Questions about the past of a unit, and about units as people name them."""

from __future__ import annotations

from django.db.models import QuerySet

from schools import text
from schools.models import Succession, Unit, UnitEvent, UnitKind
from schools.querysets import UnitQuerySet

OUTSIDE = frozenset({"ngoai nganh", "ngoai nganh quan ly", "khong"})


def events_of(unit: Unit) -> QuerySet[UnitEvent]:
    """What was decided about a unit, the last first, each with who took over by it."""
    events = unit.events.select_related("recorded_by").prefetch_related("successions__successor")
    return events.order_by("-effective_on", "-pk")


def inheritances_of(unit: Unit) -> QuerySet[Succession]:
    """What a unit took over from others, the last first."""
    return unit.inheritances.select_related("predecessor", "event").order_by("-event__effective_on", "-pk")


def successors_of(unit: Unit) -> UnitQuerySet:
    return Unit.objects.filter(inheritances__predecessor=unit).order_by("name_sort", "pk")


def schools_nearby(unit: Unit) -> UnitQuerySet:
    """Those that a school is likely to merge with: of the same commune, not closed."""
    near = Unit.objects.schools().filter(commune=unit.commune_id, closed_on__isnull=True).exclude(pk=unit.pk)
    return near.order_by("name_sort", "pk")


def commune_named(words: str) -> Unit | None:
    """A commune by its code or its whole name, marks or none; None where that is not one."""
    communes = Unit.objects.communes()
    found = communes.filter(code=words).first()
    if found is None:
        named = list(communes.filter(name_folded=text.fold(words))[:2])
        exact = [unit for unit in named if unit.name == text.clean(words)] or named
        found = exact[0] if len(exact) == 1 else None
    return found


def manager_named(words: str, department: Unit | None) -> Unit | None:
    """The department by its code, its name or 'Sở'; else a commune."""
    if department is not None:
        known = {text.fold(item) for item in (department.code, department.name, department.short_name) if item}
        if text.fold(words) in known | {"so", "so gddt", "truc thuoc so"}:
            return department
    return commune_named(words)


def school_of_code(code: str) -> Unit | None:
    return Unit.objects.filter(kind=UnitKind.SCHOOL, code=text.clean(code)).select_related("commune", "manager").first()
