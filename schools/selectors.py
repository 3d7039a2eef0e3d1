"""Questions about units that more than one page asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, QuerySet, Subquery, Sum

from accounts.models import User
from schools import levels, school_years
from schools.models import Headcount, Membership, Population, Unit, UnitKind
from schools.querysets import UnitQuerySet
from schools.scope import NOBODY, Scope


def scope_of(user: User | AnonymousUser) -> Scope:
    """The reach of a user: what the open membership gives, nothing without one. One query."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    membership = Membership.objects.filter(user_id=user.pk, ended_at__isnull=True).select_related("unit").first()
    if membership is None:
        return Scope(user_id=user.pk)
    return Scope(
        user_id=user.pk,
        role=membership.role,
        unit_id=membership.unit_id,
        unit_kind=membership.unit.kind,
        unit_name=membership.unit.name,
    )


def department() -> Unit | None:
    """The one department of this installation, or None before it is set up."""
    return Unit.objects.filter(kind=UnitKind.DEPARTMENT).order_by("pk").first()


def units_with_counts(units: UnitQuerySet, *, school_year: int) -> UnitQuerySet:
    """Each unit with `pupils` and `staff` of a school year, None where they are not known; in name order."""

    def total(population: Population) -> Subquery:
        rows = Headcount.objects.filter(unit=OuterRef("pk"), school_year=school_year, population=population)
        return Subquery(rows.order_by().values("unit").annotate(total=Sum("number")).values("total"))

    return (
        units.select_related("commune", "manager")
        .annotate(pupils=total(Population.PUPILS), staff=total(Population.STAFF))
        .order_by("name_sort", "pk")
    )


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Pupils and classes of one level in one school year, None where not known."""

    level: str
    pupils: int | None
    classes: int | None


@dataclass(frozen=True, slots=True)
class HeadcountYear:
    """All counts of one school in one school year."""

    school_year: int
    label: str
    levels: list[LevelCount]
    pupils: int | None
    classes: int | None
    staff: int | None
    managers: int | None
    teachers: int | None
    employees: int | None
    as_of: date | None
    source: str


def headcount_years(unit: Unit) -> list[HeadcountYear]:
    """A school's counts by school year, the latest first, with a place for each level it has or had. One query."""
    rows = list(Headcount.objects.filter(unit=unit).order_by("-school_year", "population", "level"))
    shown = [code for code in levels.LEVEL_CODES if code in {*unit.level_codes, *(row.level for row in rows)}]
    years = sorted({row.school_year for row in rows}, reverse=True)
    return [_year(year, [row for row in rows if row.school_year == year], shown) for year in years]


def _year(year: int, rows: list[Headcount], shown: list[str]) -> HeadcountYear:
    numbers = {(row.population, row.level): row.number for row in rows}
    by_level = [LevelCount(code, numbers.get(("pupils", code)), numbers.get(("classes", code))) for code in shown]
    return HeadcountYear(
        school_year=year,
        label=school_years.label(year),
        levels=by_level,
        pupils=_sum(item.pupils for item in by_level),
        classes=_sum(item.classes for item in by_level),
        staff=numbers.get(("staff", "")),
        managers=numbers.get(("managers", "")),
        teachers=numbers.get(("teachers", "")),
        employees=numbers.get(("employees", "")),
        as_of=max((row.as_of for row in rows if row.as_of), default=None),
        source=next((row.source for row in rows if row.source), ""),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def members_of(unit: Unit) -> QuerySet[Membership]:
    """Who works in a unit now, by role and then by the order they came."""
    return (
        unit.memberships.filter(ended_at__isnull=True, user__is_active=True)
        .select_related("user")
        .order_by("role", "started_at", "pk")
    )


def communes_seen(scope: Scope) -> UnitQuerySet:
    """The communes that a reader can choose from, in name order."""
    return Unit.objects.visible_to(scope).communes().order_by("name_sort", "pk")
