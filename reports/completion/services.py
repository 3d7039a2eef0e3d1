"""Rates are recomputed from the rows, never incremented: twice, late or in parallel gives the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from reports.completion import sql
from reports.models import CompletionDue, CompletionPart, CompletionRate, Grouping

# The first key of the advisory lock, so that no other use of one can meet it.
LOCK = 0x5241_5445
# A commune costs a few statements of its own; from about this many on, the whole round in two is less.
MOST_COMMUNES = 12


def note_due(*, round_id: int, report_id: int | None = None) -> None:
    """Say that a round's rates are out of date, by one report or (None) all of them.

    Call it inside the transaction that makes them so.
    """
    CompletionDue.objects.create(round_id=round_id, report_id=report_id)


def compute_completion(*, round_id: int) -> int:
    """Compute and store every rate of a round; returns how many rows there are now."""
    with transaction.atomic(), connection.cursor() as cursor:
        _hold(cursor, round_id)
        moment = connection.ops.adapt_datetimefield_value(timezone.now())
        cursor.execute(sql.CLEAR_PARTS, [round_id])
        cursor.execute(sql.STORE_PARTS, [round_id])
        cursor.execute(sql.STORE_RATES, [round_id, round_id, moment])
        for forget in sql.FORGET:
            cursor.execute(forget, [round_id])
    return CompletionRate.objects.filter(round=round_id).count()


def compute_communes(*, round_id: int, commune_ids: Iterable[int]) -> None:
    """Compute what reports of these communes touch: each commune from its rows, what stands above from sums.

    The round must have been computed as a whole before (`compute_completion`).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _hold(cursor, round_id)
        moment = connection.ops.adapt_datetimefield_value(timezone.now())
        managers: set[int] = set()
        for commune in sorted(commune_ids):
            managers |= _managers(cursor, round_id, commune)
            cursor.execute(sql.CLEAR_COMMUNE_PARTS, [round_id, commune])
            cursor.execute(sql.STORE_COMMUNE_PARTS, [round_id, commune])
            managers |= _managers(cursor, round_id, commune)
            cursor.execute(sql.CLEAR_RATES, [round_id, Grouping.PLACE, commune])
            cursor.execute(sql.STORE_PLACE, [round_id, round_id, commune, moment])
        for manager in sorted(managers):
            cursor.execute(sql.CLEAR_RATES, [round_id, Grouping.MANAGER, manager])
            cursor.execute(sql.STORE_MANAGER, [round_id, round_id, manager, moment])
        cursor.execute(sql.CLEAR_WHOLE, [round_id])
        cursor.execute(sql.STORE_WHOLE, [round_id, round_id, round_id, moment])


def compute_due_completion() -> int:
    """Drain the notes: compute what each round with one needs; returns how many rounds."""
    due = _due()
    for round_id, found in due.items():
        if found.is_whole or not CompletionPart.objects.filter(round=round_id).exists():
            compute_completion(round_id=round_id)
        elif found.communes:
            compute_communes(round_id=round_id, commune_ids=found.communes)
        # Only what was read: a note made while it was computed stays for the next turn.
        for start in range(0, len(found.notes), 500):
            CompletionDue.objects.filter(pk__in=found.notes[start : start + 500]).delete()
    return len(due)


@dataclass(slots=True)
class _Due:
    """The notes of one round, and the communes that they touch."""

    notes: list[int] = field(default_factory=list)
    communes: set[int] = field(default_factory=set)
    beyond: bool = False

    @property
    def is_whole(self) -> bool:
        return self.beyond or len(self.communes) > MOST_COMMUNES


def _due() -> dict[int, _Due]:
    """By round. A note without a report, or of a school that stands in no commune, means the whole round."""
    found: dict[int, _Due] = {}
    notes = CompletionDue.objects.order_by("pk").values_list("pk", "round_id", "report__levels", "report__commune_id")
    for pk, round_id, levels, commune in notes:
        due = found.setdefault(round_id, _Due())
        due.notes.append(pk)
        # A commune's own report (levels 0) counts in no rate.
        if levels == 0:
            continue
        if commune is None:
            due.beyond = True
        else:
            due.communes.add(commune)
    return found


def _hold(cursor: CursorWrapper, round_id: int) -> None:
    """One computation of a round at a time; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, round_id])


def _managers(cursor: CursorWrapper, round_id: int, commune: int) -> set[int]:
    cursor.execute(sql.MANAGERS_OF_COMMUNE, [round_id, commune])
    return {manager for (manager,) in cursor.fetchall()}
