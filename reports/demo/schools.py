"""Invented schools, spread over the real communes of a province."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.demo import kinds
from reports.demo.dice import dice, shares, spread
from reports.demo.kinds import SchoolKind, Size
from schools import services
from schools.models import Headcount, Ownership, Population, Unit, UnitKind

# The reform that left communes as the only level below the province.
SINCE = date(2025, 7, 1)
COUNTED_YEARS = (2025, 2026)
# Where a commune itself issued the document, its schools must be enough to show something.
CROWDED: Mapping[str, str] = {"nghe-an": "Xã Diễn Châu"}


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """One invented school with what is true of it, whether or not the portal has been told.

    `zeal` says how far it got with the campaign, from 0 to 1; `promptness` how early it reports.
    """

    unit: Unit
    kind: SchoolKind
    sizes: Mapping[int, Size]
    zeal: float
    promptness: float


def plan_schools(
    *, province: str, department: Unit, communes: Sequence[Unit], count: int, seed: int
) -> list[DemoSchool]:
    """The schools, not yet written, in the order of their codes."""
    chance = dice(seed, province, "schools")
    sites = _sites(province, communes, count, seed)
    together = Counter((kind, commune.pk) for kind, commune in sites)
    seen: Counter[tuple[SchoolKind, int]] = Counter()
    numbers: Counter[str] = Counter()
    mood = {commune.pk: chance.random() for commune in communes}
    found = []
    for kind, commune in sites:
        place = (kind, commune.pk)
        private = chance.random() < kind.private
        numbers[kind.abbreviation] += 1
        code = f"{department.code}-{kind.abbreviation}-{numbers[kind.abbreviation]:04d}"
        unit = Unit(
            kind=UnitKind.SCHOOL,
            code=code,
            name=kinds.school_name(kind, commune.name, index=seen[place], of=together[place], private=private),
            levels=kind.levels,
            ownership=Ownership.PRIVATE if private else Ownership.PUBLIC,
            commune=commune,
            manager=services.default_manager(kind.levels, commune, department),
            address=commune.name,
            email="" if chance.random() < 0.02 else f"{code.lower()}@truong.example",
        )
        seen[place] += 1
        found.append(
            DemoSchool(
                unit,
                kind,
                kinds.draw_sizes(kind, chance),
                zeal=chance.betavariate(5, 2),
                promptness=0.6 * chance.random() + 0.4 * mood[commune.pk],
            )
        )
    return found


def _sites(province: str, communes: Sequence[Unit], count: int, seed: int) -> list[tuple[SchoolKind, Unit]]:
    """A kind and a commune for each school."""
    chance = dice(seed, province, "sites")
    crowded = CROWDED.get(province)
    weights = [chance.uniform(0.6, 1.6) * (1.25 if unit.name.startswith("Phường") else 1) for unit in communes]
    sites: list[tuple[SchoolKind, Unit]] = []
    numbers = shares(count, kinds.weights_in(province), least=1)
    for kind, number in numbers.items():
        chosen = [unit for unit in communes if unit.name == crowded and kind.title in ("Trường TH", "Trường THCS")]
        sites.extend((kind, unit) for unit in (chosen * 4)[:number])
        sites.extend((kind, unit) for unit in spread(max(0, number - 4 * len(chosen)), communes, weights, chance))
    return _with_one_everywhere(sites, communes)


def _with_one_everywhere(
    sites: list[tuple[SchoolKind, Unit]], communes: Sequence[Unit]
) -> list[tuple[SchoolKind, Unit]]:
    """Where there are schools enough, a commune that chance left out gets one from where there are most."""
    number = Counter(commune.pk for _, commune in sites)
    empty = [commune for commune in communes if not number[commune.pk]]
    if len(sites) < 2 * len(communes):
        return sites
    for commune in empty:
        place = max(range(len(sites)), key=lambda index: number[sites[index][1].pk])
        kind, crowded = sites[place]
        number[crowded.pk] -= 1
        number[commune.pk] += 1
        sites[place] = (kind, commune)
    return sites


def write_schools(*, schools: Sequence[DemoSchool], province: str, seed: int) -> None:
    """Units with their place, manager and counts; a few schools have not given theirs."""
    services.open_units(units=[school.unit for school in schools], on=SINCE)
    chance = dice(seed, province, "lacking")
    rows: list[Headcount] = []
    for school in schools:
        lacking = chance.random()
        for year in COUNTED_YEARS:
            if lacking < 0.015 and year == max(COUNTED_YEARS):
                continue
            rows.extend(_headcounts(school, year, staff=lacking > 0.03))
        if len(rows) > 20_000:
            Headcount.objects.bulk_create(rows, batch_size=2000)
            rows = []
    Headcount.objects.bulk_create(rows, batch_size=2000)


def _headcounts(school: DemoSchool, year: int, *, staff: bool) -> list[Headcount]:
    size = school.sizes[year]
    numbers = [(Population.PUPILS, level, number) for level, number in size.pupils.items()]
    numbers += [(Population.CLASSES, level, number) for level, number in size.classes.items()]
    if staff:
        numbers += [
            (Population.STAFF, "", size.staff),
            (Population.MANAGERS, "", size.managers),
            (Population.TEACHERS, "", size.teachers),
            (Population.EMPLOYEES, "", size.employees),
        ]
    as_of = date(year, 9, 30)
    return [
        Headcount(
            unit=school.unit,
            school_year=year,
            population=population,
            level=level,
            number=number,
            as_of=as_of,
            source="Danh mục đầu năm học",
        )
        for population, level, number in numbers
    ]
