"""Counts of a school in a school year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import User
from schools import school_years
from schools.models import Headcount, Unit


def set_headcounts(
    *,
    unit: Unit,
    school_year: int,
    numbers: Mapping[tuple[str, str], int],
    by: User | None,
    source: str = "",
    as_of: date | None = None,
) -> int:
    """Write a school's counts of a year, by (population, level); what is not named stays. Says how many changed."""
    known = {
        (row.population, row.level): row.number for row in Headcount.objects.filter(unit=unit, school_year=school_year)
    }
    changed = {key: number for key, number in numbers.items() if known.get(key) != number}
    with transaction.atomic():
        write_headcounts(
            rows=[
                Headcount(
                    unit=unit,
                    school_year=school_year,
                    population=population,
                    level=level,
                    number=number,
                    source=source,
                    as_of=as_of,
                )
                for (population, level), number in changed.items()
            ]
        )
        if changed:
            audit.record(
                actor=by,
                action="headcounts.set",
                target=unit,
                before={" ".join(key).strip(): known.get(key) for key in changed},
                after={" ".join(key).strip(): number for key, number in changed.items()}
                | {"school_year": school_years.label(school_year)},
            )
    return len(changed)


def write_headcounts(*, rows: Sequence[Headcount]) -> None:
    """Insert counts or write over those that are there; the caller holds the transaction and writes the record."""
    Headcount.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["unit", "school_year", "population", "level"],
        update_fields=["number", "as_of", "source"],
    )
